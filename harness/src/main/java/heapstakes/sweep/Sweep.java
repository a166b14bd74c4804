package heapstakes.sweep;

import heapstakes.cell.CellRunner;
import heapstakes.meter.FootprintObserver;
import heapstakes.pool.PoolLimits;
import heapstakes.pool.SharedTraces;
import heapstakes.pool.Work;
import heapstakes.pool.WorkPool;
import heapstakes.replay.Failures;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Footprint;
import heapstakes.results.ResultException;
import heapstakes.results.Status;
import heapstakes.results.run.RunDirectory;
import heapstakes.results.run.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Meters the cells of a sweep on several cores. Results are written in the order of the tasks,
 * whichever ends first: not a byte of them depends on the number of cores. Real libraries run one
 * at a time.
 */
public final class Sweep {
  private final List<SweepTask> tasks;
  private final RunDirectory directory;
  private final Listener listener;
  private final WorkPool pool;
  private final SharedTraces traces;

  /** Is told how a sweep goes, in the order of its tasks, by one thread. */
  public interface Listener {
    /**
     * A cell is over.
     *
     * @param failure why it gave no figures; empty if it did
     */
    void ended(SweepTask task, Cell row, String failure);
  }

  /** A footprint, or none and why. */
  private record Result(@Nullable Footprint footprint, String failure) {
    Result(Footprint footprint) {
      this(footprint, footprint.outcome().status().isFailure() ? footprint.outcome().detail() : "");
    }
  }

  /**
   * @param tasks in the order of the results
   */
  public Sweep(
      List<SweepTask> tasks, RunDirectory directory, Listener listener, PoolLimits limits) {
    this.tasks = List.copyOf(tasks);
    this.directory = directory;
    this.listener = listener;
    this.pool = new WorkPool(limits);
    this.traces = new SharedTraces(limits);
  }

  /**
   * Runs what is not finished yet.
   *
   * @return whether every cell gave figures
   * @throws InterruptedException when interrupted; what is written stays
   */
  public boolean run() throws InterruptedException {
    Map<CellKey, Measurement> open = new LinkedHashMap<>();
    for (SweepTask task : tasks) {
      if (!directory.isFinished(task.key(), Stage.FOOTPRINT)) {
        traces.expect(task.spec().workload());
        open.put(task.key(), new Measurement(task));
      }
    }
    boolean whole = true;
    try (WorkPool.Results<Result> results = pool.begin(List.copyOf(open.values()))) {
      for (SweepTask task : tasks) {
        whole &= end(task, open.containsKey(task.key()) ? keep(task, results.next()) : "");
      }
    }
    return whole;
  }

  private final class Measurement implements Work<Result> {
    private final SweepTask task;

    Measurement(SweepTask task) {
      this.task = task;
    }

    @Override
    public long bytes() {
      return traces.replayBytes(task.trace().info());
    }

    @Override
    public boolean isApart() {
      return !task.contestant().takesAnyMemory();
    }

    @Override
    public Result carryOut() throws InterruptedException {
      String workload = task.spec().workload();
      try {
        return new Result(
            CellRunner.run(task.spec(), traces.of(workload, task.trace()), FootprintObserver.NONE)
                .footprint());
      } catch (ResultException e) {
        throw e;
      } catch (RuntimeException | OutOfMemoryError e) {
        // A fault of one model must not end the sweep of the others.
        return new Result(null, Failures.reason(e));
      } finally {
        traces.done(workload);
      }
    }
  }

  private String keep(SweepTask task, Result measured) {
    if (measured.footprint() == null) {
      directory.fail(task.row(), Stage.FOOTPRINT, Status.FAILED, measured.failure());
    } else {
      directory.finish(task.row(), measured.footprint());
    }
    return measured.failure();
  }

  private boolean end(SweepTask task, String failure) {
    listener.ended(task, directory.cell(task.key()).orElseGet(task::row), failure);
    return failure.isEmpty();
  }
}
