package heapstakes.results.run;

import heapstakes.results.CellKey;
import heapstakes.results.Status;

/**
 * A stage of a cell that is over.
 *
 * @param key of the row that it filled
 * @param stage which one
 * @param status how it ended
 * @param detail why it did not end well, or what should be known of it; often empty
 */
public record JournalEntry(CellKey key, Stage stage, Status status, String detail) {}
