package heapstakes.sweep;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Status;
import heapstakes.results.run.RunDirectory;
import heapstakes.results.run.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Meters the cells of a sweep by an engine. Results are written in the order of the tasks,
 * whichever ends first: not a byte of them depends on the engine or the number of cores.
 */
public final class Sweep {
  private final List<SweepTask> tasks;
  private final RunDirectory directory;
  private final Listener listener;
  private final SweepEngine engine;
  private final EngineOptions options;

  /** Is told how a sweep goes, in the order of its tasks, by one thread. */
  public interface Listener {
    /**
     * A cell is over.
     *
     * @param failure why it gave no figures; empty if it did
     */
    void ended(SweepTask task, Cell row, String failure);
  }

  /**
   * @param tasks in the order of the results
   */
  public Sweep(
      List<SweepTask> tasks,
      RunDirectory directory,
      Listener listener,
      SweepEngine engine,
      EngineOptions options) {
    this.tasks = List.copyOf(tasks);
    this.directory = directory;
    this.listener = listener;
    this.engine = engine;
    this.options = options;
  }

  /**
   * Runs what is not finished yet.
   *
   * @return whether every cell gave figures
   * @throws EngineException when the engine cannot go on; what is written stays
   * @throws InterruptedException when interrupted; what is written stays
   */
  public boolean run() throws InterruptedException {
    Map<CellKey, SweepTask> open = new LinkedHashMap<>();
    for (SweepTask task : tasks) {
      if (!directory.isFinished(task.key(), Stage.FOOTPRINT)) {
        open.put(task.key(), task);
      }
    }
    boolean whole = true;
    try (SweepEngine.Results results = engine.begin(List.copyOf(open.values()), options)) {
      for (SweepTask task : tasks) {
        whole &= end(task, open.containsKey(task.key()) ? keep(task, results.next()) : "");
      }
    }
    return whole;
  }

  private String keep(SweepTask task, CellResult measured) {
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
