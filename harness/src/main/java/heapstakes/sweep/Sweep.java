package heapstakes.sweep;

import heapstakes.cell.CellRunner;
import heapstakes.meter.FootprintObserver;
import heapstakes.replay.Failures;
import heapstakes.results.Cell;
import heapstakes.results.Footprint;
import heapstakes.results.ResultException;
import heapstakes.results.Status;
import heapstakes.results.run.RunDirectory;
import heapstakes.results.run.Stage;
import heapstakes.trace.TraceInfo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Meters the cells of a sweep on several cores. Results are written in the order of the tasks,
 * whichever ends first: not a byte of them depends on the number of cores. Cells wait while those
 * that run have the budget of memory. Real libraries run one at a time.
 */
public final class Sweep {
  private static final long MIB = 1 << 20;

  // What a replay needs beside its trace's blocks: books, curve, and a model's own structures.
  private static final long CELL_BYTES = 16 * MIB;
  private static final int SLOT_BYTES = 96;

  // Cells a core that may be done before their turn to be written.
  private static final int AHEAD = 16;

  private final List<SweepTask> tasks;
  private final RunDirectory directory;
  private final Listener listener;
  private final int cores;
  private final int budget;
  private final Semaphore memory;
  private final Semaphore processes = new Semaphore(1);
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
   * @param cores cells at a time, at least 1
   * @param budgetBytes of memory for all cells that run
   */
  public Sweep(
      List<SweepTask> tasks,
      RunDirectory directory,
      Listener listener,
      int cores,
      long budgetBytes) {
    this.tasks = List.copyOf(tasks);
    this.directory = directory;
    this.listener = listener;
    this.cores = cores;
    this.budget = Math.clamp(budgetBytes / MIB, 1, Integer.MAX_VALUE);
    this.memory = new Semaphore(budget, true);
    this.traces = new SharedTraces(tasks, budgetBytes / (2L * cores));
  }

  /**
   * Runs what is not finished yet.
   *
   * @return whether every cell gave figures
   * @throws InterruptedException when interrupted; what is written stays
   */
  public boolean run() throws InterruptedException {
    ExecutorService pool = Executors.newWorkStealingPool(cores);
    Deque<Future<Optional<Result>>> ahead = new ArrayDeque<>();
    boolean whole = true;
    try {
      int submitted = 0;
      for (SweepTask task : tasks) {
        while (submitted < tasks.size() && ahead.size() < AHEAD * cores) {
          SweepTask next = tasks.get(submitted++);
          boolean finished = directory.isFinished(next.key(), Stage.FOOTPRINT);
          ahead.add(pool.submit(() -> finished ? skip(next) : Optional.of(measure(next))));
        }
        whole &= keep(task, ahead.remove().get());
      }
      return whole;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException fault
          ? fault
          : new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private Optional<Result> skip(SweepTask task) {
    traces.done(task);
    return Optional.empty();
  }

  private Result measure(SweepTask task) throws InterruptedException {
    int permits = permits(task);
    memory.acquire(permits);
    try {
      return task.contestant().takesAnyMemory() ? replay(task) : alone(task);
    } catch (ResultException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      // A fault of one model must not end the sweep of the others.
      return new Result(null, Failures.reason(e));
    } finally {
      traces.done(task);
      memory.release(permits);
    }
  }

  private Result alone(SweepTask task) throws InterruptedException {
    processes.acquire();
    try {
      return replay(task);
    } finally {
      processes.release();
    }
  }

  private Result replay(SweepTask task) throws InterruptedException {
    return new Result(
        CellRunner.run(task.spec(), traces.of(task), FootprintObserver.NONE).footprint());
  }

  /** MiB that the cell is reckoned to need, at most the whole budget: a huge one runs alone. */
  private int permits(SweepTask task) {
    TraceInfo info = task.trace().info();
    long bytes =
        CELL_BYTES
            + info.peakRequestedBytes() / 4 * 5
            + SLOT_BYTES * (long) info.slots()
            + traces.bytes(info);
    return Math.clamp(bytes / MIB, 1, budget);
  }

  private boolean keep(SweepTask task, Optional<Result> result) {
    String failure = result.map(Result::failure).orElse("");
    result.ifPresent(measured -> {
      if (measured.footprint() == null) {
        directory.fail(task.row(), Stage.FOOTPRINT, Status.FAILED, measured.failure());
      } else {
        directory.finish(task.row(), measured.footprint());
      }
    });
    listener.ended(task, directory.cell(task.key()).orElseGet(task::row), failure);
    return failure.isEmpty();
  }
}
