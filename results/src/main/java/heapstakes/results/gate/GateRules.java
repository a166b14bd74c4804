package heapstakes.results.gate;

import heapstakes.results.Column;
import java.util.Map;
import java.util.Optional;

/**
 * How strict a comparison is.
 *
 * @param tolerances relative change that a counted column may have, e.g. 0.01; 0 for all others
 * @param relativeTo contestant to whose figures of the same round timed ones are taken as ratios,
 *     so that a slow spell of the machine counts for nothing; empty: figures as they are
 * @param exact whether a counted figure that became better fails too, as a baseline wants it
 */
public record GateRules(
    Map<Column, Double> tolerances, Optional<String> relativeTo, boolean exact) {
  /** Nothing tolerated, figures as they are, improvements welcome. */
  public static final GateRules DEFAULT = new GateRules(Map.of(), Optional.empty(), false);

  public GateRules {
    tolerances = Map.copyOf(tolerances);
  }

  double tolerance(Column column) {
    return tolerances.getOrDefault(column, 0.0);
  }
}
