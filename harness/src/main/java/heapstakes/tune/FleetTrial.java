package heapstakes.tune;

import heapstakes.allocator.Contestant;
import heapstakes.results.Cell;
import java.util.List;

/**
 * One set of settings and what it gave on each program.
 *
 * @param contestant with its settings
 * @param cells the figures, in the order of the programs
 * @param mean weighted geometric mean of its costs in multiples of stock's; infinity where a
 *     program gave no figure
 */
public record FleetTrial(Contestant contestant, List<Cell> cells, double mean) {
  /** Copies the figures. */
  public FleetTrial {
    cells = List.copyOf(cells);
  }
}
