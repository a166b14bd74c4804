package heapstakes.results.history;

import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.environment.Origin;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A cell of a run, as a line of a history has it.
 *
 * @param commit of what was measured, as the user named it; may be empty
 * @param date when the run began, ISO 8601; empty where the run does not say
 * @param origin build and machine
 * @param key of the cell
 * @param figures by column; what was not measured is absent
 */
public record HistoryEntry(
    String commit, String date, Origin origin, CellKey key, SequencedMap<Column, Double> figures) {
  /** Copies the figures. */
  public HistoryEntry {
    figures = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(figures));
  }

  /**
   * What figures have in common that may be drawn as one line: the cell, and where it was not
   * simulated, the machine.
   */
  public Series series() {
    return new Series(key, key.memory().startsWith("simulated") ? "" : origin.machine());
  }

  /**
   * A line of figures.
   *
   * @param key of the cells
   * @param machine they were measured on; empty where that does not matter
   */
  public record Series(CellKey key, String machine) {}
}
