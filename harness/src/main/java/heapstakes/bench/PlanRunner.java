package heapstakes.bench;

import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.bench.ForkOutcome.Died;
import heapstakes.cell.LabelledContestant;
import heapstakes.driver.DriverException;
import heapstakes.driver.DriverOptions;
import heapstakes.driver.DriverReport;
import heapstakes.driver.LibraryCheck;
import heapstakes.meter.Turns;
import heapstakes.pool.PoolLimits;
import heapstakes.pool.WorkPool;
import heapstakes.replay.Failures;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.Interval;
import heapstakes.results.Status;
import heapstakes.results.Throughput;
import heapstakes.results.Times;
import heapstakes.results.Timing;
import heapstakes.results.run.RunDirectory;
import heapstakes.results.run.Stage;
import heapstakes.results.table.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedCollection;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Carries a plan out, workload by workload: footprints of all contestants on all cores, then their
 * times with nothing beside them. Workloads that are not timed are metered together. The forks of
 * contestants take turns, so that a slow spell of the machine strikes all of them alike. What fails
 * is noted and the rest goes on.
 */
public final class PlanRunner {
  private static final long SLOW_NANOS = 20_000;

  private final RunPlan plan;
  private final RunDirectory directory;
  private final RunListener listener;
  private final Interruption interruption;
  private final TimedFork fork;
  private final LibraryCheck check;
  private final MemoryStage memory;
  private final Map<Standing, Duration> metered = new HashMap<>();
  private final Map<StageTask, String> unchecked = new HashMap<>();
  private final Map<TracedWorkload, TimingStage> stages = new HashMap<>();
  private final List<String> notBegun = new ArrayList<>();
  private final List<String> untimed = new ArrayList<>();
  private final List<String> hurried = new ArrayList<>();
  private boolean failed;

  /**
   * A run of {@code plan} whose results go to {@code directory}.
   *
   * @param limits for footprints; what is timed is alone
   */
  public PlanRunner(
      RunPlan plan,
      RunDirectory directory,
      RunListener listener,
      Interruption interruption,
      PoolLimits limits) {
    this.plan = plan;
    this.directory = directory;
    this.listener = listener;
    this.interruption = interruption;
    this.check = new LibraryCheck(plan.driverOptions(DriverOptions.CHECK));
    this.memory = new MemoryStage(plan, check, limits);
    this.fork = new TimedFork(directory.path(), plan);
  }

  /**
   * Runs what is not finished yet.
   *
   * @return whether every stage gave figures
   */
  public boolean run() {
    listener.planned(plan.workloads().stream().flatMap(c -> plan.tasks(c).stream()).toList());
    TimeBudget budget = new TimeBudget(plan.budget(), System::nanoTime);
    int toTime = (int) plan.workloads().stream().filter(this::isTimed).count();
    List<TracedWorkload> together = new ArrayList<>();
    List<TracedWorkload> again = new ArrayList<>();
    for (TracedWorkload workload : plan.workloads()) {
      together.add(workload);
      if (isTimed(workload)) {
        if (begin(together, budget, toTime)) {
          if (time(workload, budget.timing(toTime))) {
            listener.workloadEnded(workload);
          } else {
            again.add(workload);
          }
        }
        together.clear();
        toTime--;
      }
    }
    begin(together, budget, 1);
    takeUpAgain(again, budget);
    return !failed;
  }

  private boolean isTimed(TracedWorkload workload) {
    return !tasks(workload, Stage.TIMING).isEmpty();
  }

  /** Meters workloads, if there is time for any. */
  private boolean begin(List<TracedWorkload> workloads, TimeBudget budget, int toTime) {
    long operations =
        workloads.stream().mapToLong(workload -> workload.trace().info().operations()).sum();
    if (!budget.allows(operations)) {
      workloads.forEach(workload -> notBegun.add(workload.name()));
      return false;
    }
    budget.begin(toTime);
    meter(workloads);
    budget.metered(operations);
    return true;
  }

  /** What the run had no time for; complete when it has ended. */
  public RunPlan.Omissions omissions() {
    return new RunPlan.Omissions(List.copyOf(notBegun), List.copyOf(untimed), List.copyOf(hurried));
  }

  /**
   * @return whether the workload has its times
   */
  private boolean time(TracedWorkload workload, Optional<BooleanSupplier> isLate) {
    if (isLate.isEmpty() && tasks(workload, Stage.TIMING).stream().anyMatch(this::isOpen)) {
      return false;
    }
    TimingStage stage = stages.computeIfAbsent(workload, this::stage);
    boolean isDone = time(workload, stage, isLate.orElse(() -> false));
    if (isDone) {
      stages.remove(workload);
    }
    return isDone;
  }

  /** What others have left of the budget is for those that it was too short for. */
  private void takeUpAgain(SequencedCollection<TracedWorkload> workloads, TimeBudget budget) {
    int left = workloads.size();
    for (TracedWorkload workload : workloads) {
      budget.begin(left);
      if (!time(workload, budget.timing(left))) {
        untimed.add(workload.name());
      }
      listener.workloadEnded(workload);
      left--;
    }
  }

  private List<StageTask> tasks(TracedWorkload workload, Stage stage) {
    return plan.tasks(workload).stream().filter(task -> task.stage() == stage).toList();
  }

  private boolean isOpen(StageTask task) {
    return !directory.isFinished(task.key(), task.stage());
  }

  private void meter(List<TracedWorkload> workloads) {
    Set<CellKey> awaited = new HashSet<>(); // two words may name one trace
    List<StageTask> open =
        workloads.stream()
            .flatMap(workload -> tasks(workload, Stage.FOOTPRINT).stream())
            .filter(task -> isOpen(task) && awaited.add(task.key()))
            .toList();
    try (WorkPool.Results<MemoryStage.Metered> results = memory.begin(open)) {
      for (TracedWorkload workload : workloads) {
        for (StageTask task : tasks(workload, Stage.FOOTPRINT)) {
          if (awaited.remove(task.key())) {
            meter(task, results);
          } else {
            end(task, "");
          }
        }
        if (tasks(workload, Stage.TIMING).isEmpty()) {
          listener.workloadEnded(workload);
        }
      }
    }
  }

  private void meter(StageTask task, WorkPool.Results<MemoryStage.Metered> results) {
    listener.begins(task);
    try {
      MemoryStage.Metered result = results.next();
      if (result.footprint() == null) {
        fail(task, result.status(), result.reason());
      } else {
        metered.put(Standing.of(task), result.duration());
        directory.finish(row(task, result), result.footprint());
        end(task, result.reason());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(task, "interrupted");
    }
  }

  private static Cell row(StageTask task, MemoryStage.Metered result) {
    Cell.Builder row = task.row().toBuilder();
    result.instructions().ifPresent(count -> row.decimal(Column.INSTRUCTIONS_PER_OP, count));
    return row.build();
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
        String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        unchecked.put(task, "not checked: " + why.replaceFirst("\\.$", ""));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail(task, "interrupted");
        return false;
      } catch (RuntimeException | OutOfMemoryError e) {
        fail(task, Failures.reason(e));
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

  /** Who passes; the others have failed. */
  private TimingStage stage(TracedWorkload workload) {
    List<StageTask> all = tasks(workload, Stage.TIMING);
    all.stream().filter(task -> !isOpen(task)).forEach(task -> end(task, ""));
    List<StageTask> tasks = all.stream().filter(this::isOpen).filter(this::passes).toList();
    return new TimingStage(
        plan, fork, tasks, listener, task -> plan.forkLimit(footprintTime(task)));
  }

  /**
   * Takes times, or more of them, and keeps those that tell something.
   *
   * @return whether they do; if not for want of time, who takes them up again goes on with them
   */
  private boolean time(TracedWorkload workload, TimingStage stage, BooleanSupplier isLate) {
    List<StageTask> shown = tasks(workload, Stage.TIMING);
    stage.run(isLate, (task, how) -> died(task, how, shown));
    int fewest = stage.fewestRounds();
    boolean isAnybodyThere = !stage.timed().isEmpty();
    if (isAnybodyThere && fewest < Profile.ROUNDS_TO_TELL && isLate.getAsBoolean()) {
      return false;
    }
    if (isAnybodyThere && fewest < Profile.FEWEST_ROUNDS) {
      hurried.add(String.format(Locale.ROOT, "%s (%d)", workload.name(), fewest));
    }
    stage.timed().forEach((task, cell) -> finish(task, cell, stage.reference(), stage.rounds()));
    return true;
  }

  private void died(StageTask task, Died died, List<StageTask> shown) {
    if (died.interrupted()) {
      interruption.awaitShutdown();
    }
    if (shown.contains(task)) {
      fail(task, died.status(), died.reason());
    }
  }

  private void finish(StageTask task, TimedCell cell, TimedCell reference, HeatRounds rounds) {
    Interval steady = rounds.steady(task).orElseThrow();
    Times times = new Times(rounds.oneLife(task), Optional.of(steady), cell.roundTimes());
    directory.finish(
        task.row(),
        new Timing(
            throughput(task.workload().timedOperations(), steady),
            times,
            cell.latency(),
            cell.figures(reference)),
        footprintOf(task),
        cell.json(),
        remarks(task, cell));
    end(task, "");
  }

  /** Of a heap that lives on. */
  private static Throughput throughput(long operations, Interval nanos) {
    double error = (1e9 / nanos.low() - 1e9 / nanos.high()) / 2;
    return new Throughput(
        operations,
        1e9 / nanos.value(),
        error > 0 ? OptionalDouble.of(error) : OptionalDouble.empty());
  }

  private String remarks(StageTask task, TimedCell cell) {
    return Stream.of(
            unchecked.getOrDefault(task, ""),
            insideTheJvm(task),
            shortened(task, cell),
            unended(cell))
        .filter(remark -> !remark.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private static String insideTheJvm(StageTask task) {
    Contestant contestant = task.contestant().contestant();
    return contestant.can(Capability.ANY_MEMORY) || Turns.inAProcess(contestant)
        ? ""
        : Turns.INSIDE;
  }

  /** What is to be said of replays that were ended before their time. */
  private String shortened(StageTask task, TimedCell cell) {
    return !cell.isCutShort()
        ? ""
        : String.format(
            Locale.ROOT,
            "replays were ended after %s s, at %s of %s operations",
            plan.profile().longestReplaySeconds(),
            Units.count(cell.operations()),
            Units.count(task.workload().timedOperations()));
  }

  private String unended(TimedCell cell) {
    return !cell.hasUnendedLife()
        ? ""
        : String.format(
            Locale.ROOT,
            "a life was ended after %s s and is not told of, as its first part is none",
            plan.profile().longestLifeSeconds());
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
