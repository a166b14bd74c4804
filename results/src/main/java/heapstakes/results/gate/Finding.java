package heapstakes.results.gate;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import java.util.OptionalDouble;

/**
 * One figure of one cell in both runs.
 *
 * @param key of the cell
 * @param column which figure
 * @param base it in the first run, as in the file; empty when it was not measured
 * @param next it in the second run
 * @param change relative, e.g. 0.05 for 5 % more; empty where that means nothing
 * @param p of the test that told them apart; empty for what is compared exactly
 * @param verdict what became of it
 * @param gates whether the verdict lets the gate fail
 * @param remark what else is to be said; often empty
 */
public record Finding(
    CellKey key,
    Column column,
    String base,
    String next,
    OptionalDouble change,
    OptionalDouble p,
    Verdict verdict,
    boolean gates,
    String remark) {
  /** That the second run lacks a figure of {@code base}. */
  static Finding missing(Cell base, Column column, String remark) {
    return new Finding(
        base.key(),
        column,
        base.text(column),
        "",
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Verdict.MISSING,
        true,
        remark);
  }

  /** Whether it makes the gate fail. */
  public boolean fails() {
    return gates
        && (verdict == Verdict.REGRESSED
            || verdict == Verdict.CHANGED
            || verdict == Verdict.MISSING);
  }

  /** Whether a second measurement may contradict it. */
  public boolean isDoubtful() {
    return isTimed() && fails() && verdict == Verdict.REGRESSED;
  }

  /** Whether it is timed. */
  public boolean isTimed() {
    return column.origin() == Column.Origin.WALL_CLOCK;
  }

  /** The same, of which the gate does not depend. */
  Finding informational(String why) {
    return new Finding(key, column, base, next, change, p, verdict, false, why);
  }

  /** The same with more to say. */
  Finding withRemark(String more) {
    String both = remark.isEmpty() ? more : remark + "; " + more;
    return new Finding(key, column, base, next, change, p, verdict, gates, both);
  }
}
