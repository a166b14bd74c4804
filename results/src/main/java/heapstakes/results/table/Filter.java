package heapstakes.results.table;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.WorkloadResults;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition on what tables show: {@code COLUMN OPERATOR VALUE}, as in {@code retained<4M} or
 * {@code status=ok}. A text is compared in every row; a figure once for each contestant and
 * workload, whichever kind of memory it was measured on, and who lacks it is left out.
 */
public final class Filter {
  private static final Pattern FORM =
      Pattern.compile(
          "\\s*(?<column>[^<>=!]+?)\\s*(?<operator><=|>=|!=|<|>|=)\\s*(?<value>.*?)\\s*");
  private static final Pattern FIGURE =
      Pattern.compile("(?<number>-?[0-9]+(?:\\.[0-9]+)?) ?(?<unit>[A-Za-zµ]*)");
  private static final Map<String, Double> BYTES =
      Map.of(
          "", 1., "B", 1., "K", 0x1p10, "KIB", 0x1p10, "M", 0x1p20, "MIB", 0x1p20, "G", 0x1p30,
          "GIB", 0x1p30);
  private static final Map<String, Double> NANOS =
      Map.of("", 1., "NS", 1., "US", 1e3, "ΜS", 1e3, "MS", 1e6, "S", 1e9);
  private static final Map<String, Double> COUNTS = Map.of("", 1., "K", 1e3, "M", 1e6, "G", 1e9);

  private final Column column;
  private final String operator;
  private final String text;
  private final double figure;

  private Filter(Column column, String operator, String text, double figure) {
    this.column = column;
    this.operator = operator;
    this.text = text;
    this.figure = figure;
  }

  /**
   * From what was typed. Figures are in the unit of the column's name in {@code cells.csv}, or have
   * one: K, M or G; ns, us, ms or s.
   *
   * @throws ResultException saying what is wrong with {@code condition}
   */
  public static Filter of(String condition) {
    Matcher form = FORM.matcher(condition);
    if (!form.matches()) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "'%s' is no condition.\n  Write COLUMN, one of < <= = != >= >, and VALUE: 'retained<4M'",
              condition));
    }
    String operator = form.group("operator");
    String value = form.group("value");
    boolean compares = operator.equals("=") || operator.equals("!=");
    return Column.of(form.group("column"))
        .filter(column -> column.type() == Column.Type.TEXT && compares)
        .map(column -> new Filter(column, operator, value, 0))
        .orElseGet(() -> {
          Column column = Metric.named(form.group("column")).column();
          return new Filter(column, operator, "", figure(column, value));
        });
  }

  private static double figure(Column column, String value) {
    Map<String, Double> units =
        switch (Metric.Shape.of(column)) {
          case BYTES -> BYTES;
          case DURATION -> NANOS;
          default -> COUNTS;
        };
    Matcher figure = FIGURE.matcher(value);
    Double unit =
        figure.matches() ? units.get(figure.group("unit").toUpperCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "'%s' is no figure for %s.\n  Write a number, alone or with %s.",
              value,
              column.header(),
              units == NANOS ? "us, ms or s" : "K, M or G"));
    }
    return Double.parseDouble(figure.group("number")) * unit;
  }

  /** What of {@code cells} satisfies all {@code filters}, in their order. */
  public static List<Cell> apply(List<Filter> filters, List<Cell> cells) {
    List<Cell> rows =
        cells.stream()
            .filter(cell -> filters.stream().allMatch(filter -> filter.admits(cell)))
            .toList();
    Set<Cell> kept = new HashSet<>();
    for (WorkloadResults results : WorkloadResults.of(rows, key -> List.of())) {
      for (Standing standing : results.standings()) {
        if (filters.stream().allMatch(filter -> filter.admits(standing))) {
          kept.addAll(standing.cells());
        }
      }
    }
    return rows.stream().filter(kept::contains).toList();
  }

  private boolean admits(Cell cell) {
    return column.type() != Column.Type.TEXT
        || cell.text(column).equals(text) == operator.equals("=");
  }

  private boolean admits(Standing standing) {
    if (column.type() == Column.Type.TEXT) {
      return true;
    }
    double value = standing.number(column).orElse(Double.NaN);
    return switch (operator) {
      case "<" -> value < figure;
      case "<=" -> value <= figure;
      case ">" -> value > figure;
      case ">=" -> value >= figure;
      case "=" -> value == figure;
      default -> value < figure || value > figure;
    };
  }
}
