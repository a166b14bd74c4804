package heapstakes.upgrade;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Interval;
import heapstakes.results.judge.TimedFigure;
import heapstakes.results.table.Units;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What an upgrade may change, in the order in which it is told. */
public enum Figure {
  PEAK("peak resident", Column.PEAK_RESIDENT_BYTES),
  RETAINED("retained", Column.RETAINED_BYTES),
  TRIMMED("returned by trim (brk)", Column.RETURNED_BRK_BYTES),
  UNMAPPED("returned by unmap", Column.RETURNED_MUNMAP_BYTES),
  DISCARDED("returned by MADV_DONTNEED", Column.RETURNED_DONTNEED_BYTES),
  PROMISED("promised by MADV_FREE", Column.RETURNED_FREE_BYTES),
  HALF_BACK("until half is returned", Column.TIME_TO_RETURN_HALF_NS) {
    @Override
    public String text(Cell cell) {
      if (value(cell).isPresent() || cell.number(Column.RETURNED_SHARE).isEmpty()) {
        return super.text(cell);
      }
      return cell.number(Column.RETURNED_SHARE).getAsDouble() >= 0.5 ? "at once" : "never";
    }
  },
  FAULTS("page faults", Column.MINOR_FAULTS),
  MODELLED("modelled cost an operation", Column.MODELLED_NS_PER_OP),
  ONE_LIFE("one life, an operation", "one_life_ns_per_op"),
  STEADY("steady, an operation", "steady_ns_per_op"),
  TAIL("slowest of 1000 (p99.9)", Column.LATENCY_P99_9_NS);

  /** Those by the wall clock, which a run takes. */
  public static final List<Figure> TIMES = List.of(ONE_LIFE, STEADY, TAIL);

  /** Those whose change is asked for its cause. */
  static final List<Figure> EXPLAINED = List.of(PEAK, RETAINED);

  private final String title;
  private final Optional<Column> column;

  Figure(String title, Column column) {
    this.title = title;
    this.column = Optional.of(column);
  }

  Figure(String title, String header) {
    this.title = title;
    this.column =
        Column.standard().stream().filter(known -> known.header().equals(header)).findFirst();
  }

  /** Those without a clock. */
  public static List<Figure> metered() {
    return Arrays.stream(values()).filter(figure -> !TIMES.contains(figure)).toList();
  }

  /** For people. */
  public String title() {
    return title;
  }

  /** Its name in files, the column's. */
  public String header() {
    return column.map(Column::header).orElse(name().toLowerCase(Locale.ROOT));
  }

  /** Its value, in the column's unit. */
  public OptionalDouble value(Cell cell) {
    return column.map(cell::number).orElse(OptionalDouble.empty());
  }

  /** Its value for people, and how sure it is; empty where it was not measured. */
  public String text(Cell cell) {
    OptionalDouble value = value(cell);
    String sure =
        interval(cell)
            .map(i -> String.format(Locale.ROOT, " ±%s %%", Units.digits(100 * i.spread(), 1)))
            .orElse("");
    return value.isPresent() ? text(value.getAsDouble()) + sure : "";
  }

  private Optional<Interval> interval(Cell cell) {
    return column.flatMap(known -> TimedFigure.of(cell, known));
  }

  private boolean isLevel(Cell before, Cell after) {
    return interval(before).stream()
        .anyMatch(one -> interval(after).filter(one::overlaps).isPresent());
  }

  private String text(double value) {
    String header = header();
    if (header.endsWith("_bytes")) {
      return value == 0 ? "0" : Units.bytes(value);
    }
    return header.contains("_ns") ? Units.nanos(value) : Units.count(Math.round(value));
  }

  /**
   * How it changes: by how much, and the ratio where there is one; level where both intervals
   * overlap.
   */
  public String change(Cell before, Cell after) {
    OptionalDouble from = value(before);
    OptionalDouble to = value(after);
    if (from.isEmpty() || to.isEmpty()) {
      return text(before).equals(text(after)) ? "" : "changes";
    }
    double by = to.getAsDouble() - from.getAsDouble();
    if (by == 0) {
      return "same";
    }
    if (isLevel(before, after)) {
      return "level";
    }
    return (by > 0 ? "+" : "-")
        + text(Math.abs(by))
        + share(to.getAsDouble() / from.getAsDouble(), from.getAsDouble() > 0);
  }

  private static String share(double ratio, boolean isKnown) {
    if (!isKnown || ratio <= 0) {
      return "";
    }
    if (ratio < 0.1 || ratio > 2) {
      return String.format(Locale.ROOT, " (%s ×)", Units.digits(ratio, ratio < 10 ? 2 : 0));
    }
    return Math.abs(ratio - 1) < 0.0005
        ? " (under 0.1 %)"
        : String.format(Locale.ROOT, " (%+.1f %%)", 100 * (ratio - 1));
  }
}
