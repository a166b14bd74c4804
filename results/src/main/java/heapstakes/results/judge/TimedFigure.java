package heapstakes.results.judge;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Interval;
import java.util.Optional;
import java.util.OptionalDouble;

/** Where a timed figure is with a probability of 95 %. */
public final class TimedFigure {
  private TimedFigure() {}

  /** Of the first row that has it; empty for what has no interval, or is of an older version. */
  public static Optional<Interval> of(Standing standing, Column column) {
    return standing.cells().stream()
        .map(cell -> of(cell, column))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** The same of a single row. */
  public static Optional<Interval> of(Cell cell, Column column) {
    if (column.equals(Column.THROUGHPUT_OPS_PER_S)) {
      return of(cell, Column.STEADY_NS_PER_OP)
          .map(nanos -> new Interval(1e9 / nanos.value(), 1e9 / nanos.high(), 1e9 / nanos.low()));
    }
    OptionalDouble low = end(cell, column, "_low");
    OptionalDouble high = end(cell, column, "_high");
    OptionalDouble value = cell.number(column);
    return low.isPresent() && high.isPresent() && value.isPresent()
        ? Optional.of(new Interval(value.getAsDouble(), low.getAsDouble(), high.getAsDouble()))
        : Optional.empty();
  }

  private static OptionalDouble end(Cell cell, Column column, String suffix) {
    return Column.of(column.header() + suffix).map(cell::number).orElse(OptionalDouble.empty());
  }
}
