package heapstakes.results.gate;

import heapstakes.results.Column;
import java.util.Map;
import java.util.Set;

/**
 * How strict a comparison is.
 *
 * @param tolerances relative change that a counted column may have, e.g. 0.01; for all others 0,
 *     but {@link #INSTRUCTIONS} for instructions
 * @param exact whether a counted figure that became better fails too, as a baseline wants it
 * @param allowMissing whether the second run may lack cells and figures of the first
 * @param across in what cells that are compared may differ
 * @param leastShift relative change below which a time has not moved, however sure that is
 */
public record GateRules(
    Map<Column, Double> tolerances,
    boolean exact,
    boolean allowMissing,
    Set<Across> across,
    double leastShift) {
  /** What a time has to move by unless told otherwise. */
  public static final double LEAST_SHIFT = 0.05;

  /**
   * What a count of instructions may move by: two counts of one build differ by less than a tenth
   * of this, also on machines that are busy.
   */
  public static final double INSTRUCTIONS = 0.01;

  /** Nothing tolerated, improvements welcome. */
  public static final GateRules DEFAULT = new GateRules(Map.of(), false, false);

  /** In what two cells may differ that are compared nevertheless. */
  public enum Across {
    /** Version and settings of the contestant: the change is what was deployed. */
    SETTINGS,
    /** The trace of the workload's name: the change is the program, recorded again. */
    TRACE
  }

  /** With nothing missing allowed. */
  public GateRules(Map<Column, Double> tolerances, boolean exact) {
    this(tolerances, exact, false);
  }

  /** Of cells that are the same. */
  public GateRules(Map<Column, Double> tolerances, boolean exact, boolean allowMissing) {
    this(tolerances, exact, allowMissing, Set.of(), LEAST_SHIFT);
  }

  public GateRules {
    tolerances = Map.copyOf(tolerances);
    across = Set.copyOf(across);
  }

  double tolerance(Column column) {
    return tolerances.getOrDefault(
        column, column.equals(Column.INSTRUCTIONS_PER_OP) ? INSTRUCTIONS : 0.0);
  }
}
