package heapstakes.results.gate;

import heapstakes.results.Column;
import java.util.Map;

/**
 * How strict a comparison is.
 *
 * @param tolerances relative change that a counted column may have, e.g. 0.01; 0 for all others
 * @param exact whether a counted figure that became better fails too, as a baseline wants it
 */
public record GateRules(Map<Column, Double> tolerances, boolean exact) {
  /** Nothing tolerated, improvements welcome. */
  public static final GateRules DEFAULT = new GateRules(Map.of(), false);

  public GateRules {
    tolerances = Map.copyOf(tolerances);
  }

  double tolerance(Column column) {
    return tolerances.getOrDefault(column, 0.0);
  }
}
