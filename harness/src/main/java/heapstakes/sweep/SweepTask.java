package heapstakes.sweep;

import heapstakes.cell.CellSpec;
import heapstakes.cell.LabelledContestant;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.trace.Trace;

/**
 * A cell of a sweep, with what its words mean.
 *
 * @param spec what is to be metered
 * @param contestant who
 * @param trace what the spec's workload names
 * @param memory as results name it
 */
public record SweepTask(CellSpec spec, LabelledContestant contestant, Trace trace, String memory) {
  /** What makes its row unique. */
  public CellKey key() {
    return contestant.key(trace.info(), memory);
  }

  /** What is known of its row beforehand. */
  Cell row() {
    return contestant.row(trace.info(), memory);
  }
}
