package heapstakes.bench;

import heapstakes.cell.LabelledContestant;
import heapstakes.meter.Turns;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.run.Stage;

/**
 * A stage of a cell that is to be run.
 *
 * @param contestant who
 * @param workload what
 * @param key of the row that it fills
 * @param memory kind of memory with its settings, as the user writes it
 * @param stage which of the separate runs
 */
public record StageTask(
    LabelledContestant contestant,
    TracedWorkload workload,
    CellKey key,
    String memory,
    Stage stage) {
  /** The same of another contestant. */
  StageTask of(LabelledContestant other) {
    return new StageTask(
        other, workload, other.key(workload.trace().info(), memory), memory, stage);
  }

  /** Whether a fork only asks processes of C, which do the work and read the clock. */
  boolean isTimedInAProcess() {
    return Turns.inAProcess(contestant.contestant());
  }

  /** What is known of the row beforehand. */
  Cell row() {
    return contestant.row(workload.trace().info(), memory);
  }
}
