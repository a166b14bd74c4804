package heapstakes.cli;

import heapstakes.allocator.Contestant;
import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.trace.TraceInfo;
import heapstakes.upgrade.Side;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the times of an end of an upgrade among the cells of a run. */
final class Timed {
  private Timed() {}

  /** The cell of the library or, where that was not timed, of the model. */
  static Optional<Cell> of(Side side, TraceInfo trace, List<Cell> cells) {
    return Stream.concat(side.library().stream(), side.model().stream())
        .flatMap(contestant -> cells.stream().filter(cell -> isOf(contestant, trace, cell)))
        .findFirst();
  }

  private static boolean isOf(Contestant contestant, TraceInfo trace, Cell cell) {
    return cell.text(Column.ALLOCATOR).equals(contestant.allocator())
        && cell.text(Column.SETTINGS).equals(contestant.settings().toString())
        && cell.text(Column.TRACE_SHA256).equals(trace.sha256())
        && cell.number(Column.THROUGHPUT_OPS_PER_S).isPresent();
  }
}
