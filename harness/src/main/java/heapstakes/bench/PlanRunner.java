package heapstakes.bench;

import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.bench.ForkOutcome.Died;
import heapstakes.bench.ForkOutcome.Measured;
import heapstakes.cell.LabelledContestant;
import heapstakes.driver.DriverException;
import heapstakes.driver.DriverOptions;
import heapstakes.driver.DriverReport;
import heapstakes.driver.LibraryCheck;
import heapstakes.results.Cell;
import heapstakes.results.Footprint;
import heapstakes.results.ResultException;
import heapstakes.results.Status;
import heapstakes.results.run.RunDirectory;
import heapstakes.results.run.Stage;
import heapstakes.results.table.Units;
import heapstakes.setting.SettingException;
import heapstakes.trace.TraceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Carries a plan out, workload by workload: footprints of all contestants, then their times. The
 * forks of contestants take turns, so that a slow spell of the machine strikes all of them alike.
 * What fails is noted and the rest goes on.
 */
public final class PlanRunner {
  private static final long SLOW_NANOS = 20_000;

  private final RunPlan plan;
  private final RunDirectory directory;
  private final RunListener listener;
  private final Interruption interruption;
  private final TimedFork fork;
  private final LibraryCheck check;
  private final Map<Standing, Duration> metered = new HashMap<>();
  private final Map<StageTask, String> unchecked = new HashMap<>();
  private boolean failed;

  /** A run of {@code plan} whose results go to {@code directory}. */
  public PlanRunner(
      RunPlan plan, RunDirectory directory, RunListener listener, Interruption interruption) {
    this.plan = plan;
    this.directory = directory;
    this.listener = listener;
    this.interruption = interruption;
    this.check = new LibraryCheck(plan.driverOptions(DriverOptions.CHECK));
    this.fork = new TimedFork(directory.path(), plan);
  }

  /**
   * Runs what is not finished yet.
   *
   * @return whether every stage gave figures
   */
  public boolean run() {
    listener.planned(plan.workloads().stream().flatMap(c -> plan.tasks(c).stream()).toList());
    for (TracedWorkload workload : plan.workloads()) {
      List<StageTask> tasks = plan.tasks(workload);
      for (Stage stage : Stage.values()) {
        run(stage, tasks.stream().filter(task -> task.stage() == stage).toList());
      }
      listener.workloadEnded(workload);
    }
    return !failed;
  }

  private void run(Stage stage, List<StageTask> tasks) {
    List<StageTask> open = new ArrayList<>();
    for (StageTask task : tasks) {
      if (directory.isFinished(task.key(), stage)) {
        end(task, "");
      } else {
        open.add(task);
      }
    }
    if (stage == Stage.FOOTPRINT) {
      open.forEach(this::meter);
    } else {
      time(open);
    }
  }

  private void meter(StageTask task) {
    listener.begins(task);
    try {
      Optional<DriverReport.Failure> failure = check(task, task.contestant().contestant());
      if (failure.isPresent()) {
        fail(task, failure.get().status(), failure.get().reason());
        return;
      }
      long start = System.nanoTime();
      Footprint footprint = Footprints.measure(task, plan);
      metered.put(Standing.of(task), Duration.ofNanos(System.nanoTime() - start));
      directory.finish(task.row(), footprint);
      end(task, footprint.outcome().status().isFailure() ? footprint.outcome().detail() : "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(task, "interrupted");
    } catch (ResultException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      // A fault of one model must not end the run of the others.
      fail(task, describe(e));
    }
  }

  private static String describe(Throwable e) {
    return e instanceof SettingException || e instanceof TraceException
        ? String.valueOf(e.getMessage())
        : String.format(Locale.ROOT, "%s: %s", e.getClass().getSimpleName(), e.getMessage());
  }

  /** What a real library does wrong on this workload: nothing is measured of it then. */
  private Optional<DriverReport.Failure> check(StageTask task, Contestant contestant)
      throws InterruptedException {
    return contestant.can(Capability.ANY_MEMORY)
        ? Optional.empty()
        : check.failure(contestant, task.workload().trace());
  }

  /**
   * Whether those that are to be timed keep the rules. What cannot be checked, for want of a
   * compiler or a file, is timed all the same, and that is said.
   */
  private boolean passes(StageTask task) {
    List<Contestant> contestants = new ArrayList<>(List.of(task.contestant().contestant()));
    plan.relativeTo().ifPresent(contestants::add);
    for (Contestant contestant : contestants) {
      try {
        Optional<DriverReport.Failure> failure = check(task, contestant);
        if (failure.isPresent()) {
          fail(task, failure.get().status(), failure.get().reason());
          return false;
        }
      } catch (DriverException e) {
        if (LibraryCheck.isPossible(contestant)) {
          fail(task, String.valueOf(e.getMessage())); // it is the trace that is not for it
          return false;
        }
        unchecked.put(task, "not checked: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail(task, "interrupted");
        return false;
      } catch (RuntimeException | OutOfMemoryError e) {
        fail(task, describe(e));
        return false;
      }
    }
    return true;
  }

  private record Standing(LabelledContestant contestant, TracedWorkload workload) {
    static Standing of(StageTask task) {
      return new Standing(task.contestant(), task.workload());
    }
  }

  /** As it was in this run; else a slow allocator's guess. */
  private Duration footprintTime(StageTask task) {
    long guess = task.workload().trace().info().operations() * SLOW_NANOS;
    return metered.getOrDefault(Standing.of(task), Duration.ofNanos(guess));
  }

  /** Round by round, every contestant one fork a round. */
  private void time(List<StageTask> tasks) {
    Map<StageTask, TimedCell> cells = new LinkedHashMap<>();
    Set<StageTask> dead = new HashSet<>();
    for (int round = 1; round <= plan.forks(); round++) {
      for (StageTask task : tasks) {
        if (!dead.contains(task)) {
          listener.begins(task);
          TimedCell cell = cells.computeIfAbsent(task, t -> new TimedCell());
          if (round == 1 && !passes(task) || !time(task, cell)) {
            dead.add(task);
          }
        }
      }
    }
  }

  private boolean time(StageTask task, TimedCell cell) {
    switch (fork.run(task, plan.forkLimit(footprintTime(task)))) {
      case Died died -> {
        if (died.interrupted()) {
          interruption.awaitShutdown();
        }
        fail(task, died.status(), died.reason());
        return false;
      }
      case Measured measured -> {
        cell.add(measured);
        if (cell.forks() == plan.forks()) {
          directory.finish(
              task.row(),
              cell.throughput(),
              cell.latency(),
              cell.figures(),
              footprintOf(task),
              cell.json(),
              remarks(task, cell));
          end(task, "");
        }
        return true;
      }
    }
  }

  private String remarks(StageTask task, TimedCell cell) {
    return Stream.of(unchecked.getOrDefault(task, ""), shortened(task, cell))
        .filter(remark -> !remark.isEmpty())
        .collect(Collectors.joining("; "));
  }

  /** What is to be said of replays that were ended before their time. */
  private String shortened(StageTask task, TimedCell cell) {
    long all = task.workload().timedOperations();
    return cell.operations() >= all
        ? ""
        : String.format(
            Locale.ROOT,
            "each replay was ended after %s s, at %s of %s operations",
            plan.profile().longestReplaySeconds(),
            Units.count(cell.operations()),
            Units.count(all));
  }

  /** The row with the memory of the same contestant on the same workload, or one without any. */
  private Cell footprintOf(StageTask task) {
    return plan.tasks(task.workload()).stream()
        .filter(t -> t.stage() == Stage.FOOTPRINT && t.contestant().equals(task.contestant()))
        .findFirst()
        .flatMap(t -> directory.cell(t.key()))
        .orElseGet(task::row);
  }

  private void fail(StageTask task, String reason) {
    fail(task, Status.FAILED, reason);
  }

  private void fail(StageTask task, Status status, String reason) {
    directory.fail(task.row(), task.stage(), status, reason);
    end(task, status.isFailure() ? reason : "");
  }

  private void end(StageTask task, String failure) {
    failed |= !failure.isEmpty();
    listener.ended(task, directory.cell(task.key()).orElseGet(task::row), failure);
  }
}
