package heapstakes.bench;

import heapstakes.cell.LabelledContestant;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.run.Stage;

/**
 * A stage of a cell that is to be run.
 *
 * @param entrant who
 * @param course what
 * @param key of the row that it fills
 * @param memory kind of memory with its settings, as the user writes it
 * @param stage which of the separate runs
 */
public record RaceTask(
    LabelledContestant entrant, Course course, CellKey key, String memory, Stage stage) {
  /** What is known of the row beforehand. */
  Cell row() {
    return entrant.row(course.trace().info(), memory);
  }
}
