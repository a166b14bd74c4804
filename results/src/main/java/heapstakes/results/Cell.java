package heapstakes.results;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** One row of {@code cells.csv}: values by {@link Column}; what was not measured is absent. */
public final class Cell {
  private final SortedMap<Column, String> values;

  private Cell(SortedMap<Column, String> values) {
    this.values = values;
  }

  /** Starts a row. */
  public static Builder of(CellKey key) {
    return new Builder(new TreeMap<>())
        .text(Column.ALLOCATOR, key.allocator())
        .text(Column.SETTINGS, key.settings())
        .text(Column.WORKLOAD, key.workload())
        .text(Column.TRACE_SHA256, key.trace())
        .text(Column.MEMORY, key.memory())
        .count(Column.THREADS, key.threads());
  }

  /** A copy to be changed. */
  public Builder toBuilder() {
    return new Builder(new TreeMap<>(values));
  }

  /** What makes the row unique. */
  public CellKey key() {
    return new CellKey(
        text(Column.ALLOCATOR),
        text(Column.SETTINGS),
        text(Column.WORKLOAD),
        text(Column.TRACE_SHA256),
        text(Column.MEMORY),
        (int) count(Column.THREADS).orElse(1));
  }

  /** Those that have a value, in the file's order. */
  public SortedSet<Column> columns() {
    return new TreeSet<>(values.keySet());
  }

  /** The value as it stands in the file; empty when it was not measured. */
  public String text(Column column) {
    return values.getOrDefault(column, "");
  }

  /** Value of a {@link Column.Type#COUNT}. */
  public OptionalLong count(Column column) {
    String text = text(column);
    return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
  }

  /** Value of a {@link Column.Type#COUNT} or {@link Column.Type#DECIMAL}. */
  public OptionalDouble number(Column column) {
    String text = text(column);
    return text.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cell cell && values.equals(cell.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }

  /** Collects the values of a row. */
  public static final class Builder {
    private final SortedMap<Column, String> values;

    private Builder(SortedMap<Column, String> values) {
      this.values = values;
    }

    /** Sets a text. */
    public Builder text(Column column, String value) {
      return put(column, value);
    }

    /** Sets a whole number. */
    public Builder count(Column column, long value) {
      return put(column, Long.toString(value));
    }

    /** Sets a whole number, or nothing for the negative number that means "not measured". */
    public Builder measured(Column column, long value) {
      return put(column, value < 0 ? "" : Long.toString(value));
    }

    /** Sets a number with a fraction; nothing for what is not a number or infinite. */
    public Builder decimal(Column column, double value) {
      return put(column, Double.isFinite(value) ? Decimals.plain(value) : "");
    }

    /**
     * Sets a value as it is written in the file.
     *
     * @return what is wrong with it, or empty if it was taken
     */
    public Optional<String> parse(Column column, String text) {
      Optional<String> fault = text.isEmpty() ? Optional.empty() : fault(column, text);
      if (fault.isEmpty()) {
        put(column, text);
      }
      return fault;
    }

    private static Optional<String> fault(Column column, String text) {
      boolean good =
          switch (column.type()) {
            case TEXT -> column != Column.STATUS || Status.isWord(text);
            case COUNT -> text.matches("-?[0-9]{1,18}");
            case DECIMAL -> Decimals.isNumber(text);
          };
      if (!good) {
        return Optional.of(
            switch (column.type()) {
              case TEXT -> "no status; there are " + Status.words();
              case COUNT -> "no whole number";
              case DECIMAL -> "no number";
            });
      }
      return column.type() != Column.Type.TEXT && text.startsWith("-") && !column.mayBeNegative()
          ? Optional.of("negative, which this never is")
          : Optional.empty();
    }

    /** Takes over every value that {@code other} has. */
    public Builder addAll(Cell other) {
      values.putAll(other.values);
      return this;
    }

    private Builder put(Column column, String text) {
      if (text.isEmpty()) {
        values.remove(column);
      } else {
        values.put(column, text);
      }
      return this;
    }

    /** The row. */
    public Cell build() {
      return new Cell(new TreeMap<>(values));
    }
  }
}
