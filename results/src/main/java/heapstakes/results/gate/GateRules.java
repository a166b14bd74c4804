package heapstakes.results.gate;

import heapstakes.results.Column;
import java.util.Map;

/**
 * How strict a comparison is.
 *
 * @param tolerances relative change that a counted column may have, e.g. 0.01; 0 for all others
 * @param exact whether a counted figure that became better fails too, as a baseline wants it
 * @param allowMissing whether the second run may lack cells and figures of the first
 */
public record GateRules(Map<Column, Double> tolerances, boolean exact, boolean allowMissing) {
  /** Nothing tolerated, improvements welcome. */
  public static final GateRules DEFAULT = new GateRules(Map.of(), false, false);

  /** With nothing missing allowed. */
  public GateRules(Map<Column, Double> tolerances, boolean exact) {
    this(tolerances, exact, false);
  }

  public GateRules {
    tolerances = Map.copyOf(tolerances);
  }

  double tolerance(Column column) {
    return tolerances.getOrDefault(column, 0.0);
  }
}
