package heapstakes.bench;

import heapstakes.allocator.Contestant;
import heapstakes.driver.DriverException;
import heapstakes.driver.DriverReport;
import heapstakes.driver.LibraryCheck;
import heapstakes.pool.PoolLimits;
import heapstakes.pool.SharedTraces;
import heapstakes.pool.Work;
import heapstakes.pool.WorkPool;
import heapstakes.replay.Failures;
import heapstakes.results.Footprint;
import heapstakes.results.ResultException;
import heapstakes.results.Status;
import heapstakes.results.environment.Environment;
import heapstakes.timer.InstructionCounter;
import heapstakes.trace.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Meters footprints of a run on several cores: models beside each other, and beside them one real
 * library at a time, which is checked before.
 */
final class MemoryStage {
  /** Of processor time, for one life under valgrind. */
  private static final Duration LONGEST_COUNT = Duration.ofHours(1);

  private final RunPlan plan;
  private final LibraryCheck check;
  private final PoolLimits limits;

  /**
   * @param check asked by one thread at a time
   */
  MemoryStage(RunPlan plan, LibraryCheck check, PoolLimits limits) {
    this.plan = plan;
    this.check = check;
    this.limits = limits;
  }

  /**
   * What came of a task.
   *
   * @param footprint null if there is none
   * @param status of the replay, or of what prevented it
   * @param reason why there is no footprint, or why it is one of a failure; complete text
   * @param duration how long the replay took; null where there was none
   * @param instructions an operation; empty where they were not counted
   */
  record Metered(
      @Nullable Footprint footprint,
      Status status,
      String reason,
      @Nullable Duration duration,
      OptionalDouble instructions) {
    private static Metered none(Status status, String reason) {
      return new Metered(null, status, reason, null, OptionalDouble.empty());
    }

    private Metered counted(InstructionCounter.Count count) {
      return new Metered(
          footprint, status, reason, duration, OptionalDouble.of(count.perOperation()));
    }

    private Metered notCounted(String why) {
      return new Metered(footprint, status, why, duration, OptionalDouble.empty());
    }

    private static Metered of(Footprint footprint, Duration duration) {
      Footprint.Outcome outcome = footprint.outcome();
      String reason = outcome.status().isFailure() ? outcome.detail() : "";
      return new Metered(footprint, outcome.status(), reason, duration, OptionalDouble.empty());
    }
  }

  /** Begins; results come in the order of the tasks. */
  WorkPool.Results<Metered> begin(List<StageTask> tasks) {
    SharedTraces traces = new SharedTraces(limits);
    List<Measurement> works = new ArrayList<>();
    for (StageTask task : tasks) {
      traces.expect(task.workload().spec());
      works.add(new Measurement(task, traces));
    }
    return new WorkPool(limits).begin(works);
  }

  private final class Measurement implements Work<Metered> {
    private final StageTask task;
    private final SharedTraces traces;

    Measurement(StageTask task, SharedTraces traces) {
      this.task = task;
      this.traces = traces;
    }

    @Override
    public long bytes() {
      return traces.replayBytes(task.workload().trace().info(), task.contestant().reusesMemory());
    }

    @Override
    public boolean isApart() {
      return !task.contestant().takesAnyMemory();
    }

    @Override
    public Metered carryOut() throws InterruptedException {
      String words = task.workload().spec();
      try {
        return metered(traces.of(words, task.workload().trace()));
      } catch (ResultException e) {
        throw e;
      } catch (RuntimeException | OutOfMemoryError e) {
        // A fault of one model must not end the run of the others.
        return Metered.none(Status.FAILED, Failures.reason(e));
      } finally {
        traces.done(words);
      }
    }

    private Metered metered(Trace trace) throws InterruptedException {
      if (isApart()) {
        Optional<DriverReport.Failure> failure =
            check.failure(task.contestant().contestant(), trace);
        if (failure.isPresent()) {
          return Metered.none(failure.get().status(), failure.get().reason());
        }
      }
      long start = System.nanoTime();
      Footprint footprint = Footprints.measure(task, trace, plan);
      Metered metered = Metered.of(footprint, Duration.ofNanos(System.nanoTime() - start));
      return plan.counts().contains(Environment.Plan.INSTRUCTIONS) && metered.status() == Status.OK
          ? counted(metered, trace)
          : metered;
    }

    /** With instructions where there is a library that can be counted. */
    private Metered counted(Metered metered, Trace trace) {
      Contestant contestant = task.contestant().contestant();
      if (!isApart() || !InstructionCounter.isPossible(contestant)) {
        return metered;
      }
      try {
        return metered.counted(InstructionCounter.count(contestant, trace, LONGEST_COUNT));
      } catch (DriverException e) {
        return metered.notCounted("instructions: " + e.getMessage());
      }
    }
  }
}
