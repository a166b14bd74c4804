package heapstakes.cell;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.Footprint;
import heapstakes.results.Forecast;
import heapstakes.results.Locality;
import heapstakes.results.run.Measurements;
import java.util.Optional;

/**
 * The memory of a cell: that part of a run directory's content which one replay fills.
 *
 * @param row what is known of the row beforehand
 * @param footprint what the replay cost
 */
public record MeteredCell(Cell row, Footprint footprint) {
  /** What makes its row unique. */
  public CellKey key() {
    return row.key();
  }

  /** The same with a forecast. */
  public MeteredCell with(Optional<Forecast> forecast) {
    return new MeteredCell(row, footprint.with(forecast));
  }

  /** The same with what was touched. */
  public MeteredCell touching(Optional<Locality> locality) {
    return new MeteredCell(row, footprint.touching(locality));
  }

  /** Its row of {@code cells.csv}. */
  public Cell cell() {
    Cell.Builder filled = row.toBuilder().text(Column.STATUS, footprint.outcome().status().word());
    Measurements.put(filled, footprint);
    return filled.build();
  }
}
