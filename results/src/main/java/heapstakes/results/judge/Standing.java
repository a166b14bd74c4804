package heapstakes.results.judge;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A contestant's results on one workload: its rows on the different kinds of memory, joined. What
 * is metered is taken from the first row that has it, which is the deterministic one.
 *
 * @param contestant {@code NAME[:KEY=VALUE…]}
 * @param cells its rows, in order of preference; at least one
 * @param twin the model that this real library is the original of, or null
 * @param remarks what went wrong, complete sentences
 */
public record Standing(
    String contestant, List<Cell> cells, @Nullable Standing twin, List<String> remarks) {
  /** Kind of a contestant that cannot win: what it does is no choice for a real program. */
  static final String FLOOR = "floor";

  /** And of one that no library can be set to. */
  static final String EXPERIMENT = "experiment";

  /** And of a pool of Java's own, whose chunks are no program's malloc. */
  static final String MANAGED = "managed";

  /** A figure; empty where no row has it. */
  public OptionalDouble number(Column column) {
    return first(cell -> cell.number(column));
  }

  /** Of the first row that has it. */
  OptionalDouble first(Function<Cell, OptionalDouble> figure) {
    return cells.stream()
        .map(figure)
        .filter(OptionalDouble::isPresent)
        .findFirst()
        .orElse(OptionalDouble.empty());
  }

  /** A text of the first row; empty where it has none. */
  public String text(Column column) {
    return cells.getFirst().text(column);
  }

  /**
   * How it is related to a real library: {@code twin of glibc 2.36}, {@code real, glibc 2.36},
   * {@code by description}; empty in results of earlier versions.
   */
  public String likeness() {
    String badge = text(Column.BADGE);
    String version = text(Column.VERSION);
    return switch (badge) {
      case "twin", "by reading" -> badge + " of " + version;
      case "real", MANAGED -> version.isEmpty() ? badge : badge + ", " + version;
      default -> badge;
    };
  }

  /** Whether it is a real library. */
  public boolean isNative() {
    return text(Column.KIND).equals("native");
  }

  /** Whether it can be the best of a column. */
  public boolean competes() {
    return !text(Column.KIND).equals(FLOOR) && !isExperiment() && !isManaged();
  }

  /** Whether it is a pool of Java's own. */
  public boolean isManaged() {
    return text(Column.KIND).equals(MANAGED);
  }

  /** Whether it is a strategy that nobody can deploy. */
  public boolean isExperiment() {
    return text(Column.KIND).equals(EXPERIMENT);
  }

  Standing asOriginalOf(Standing model) {
    return new Standing(contestant, cells, model, remarks);
  }
}
