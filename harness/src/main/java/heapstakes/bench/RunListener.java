package heapstakes.bench;

import heapstakes.results.Cell;
import java.util.List;

/** Is told how a run goes, by one thread. */
public interface RunListener {
  /** Does not want to know. */
  RunListener NONE = new RunListener() {};

  /** What is to be run, or was run before. */
  default void planned(List<StageTask> tasks) {}

  /** A stage begins. */
  default void begins(StageTask task) {}

  /**
   * A stage is over, or was over before the run was taken up again.
   *
   * @param row what is known of the cell now
   * @param failure why it gave no figures; empty if it did
   */
  default void ended(StageTask task, Cell row, String failure) {}

  /** Every stage of a workload is over. */
  default void workloadEnded(TracedWorkload workload) {}
}
