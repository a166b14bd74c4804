package heapstakes.cli;

import heapstakes.allocator.Contestant;
import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.environment.Environment;
import heapstakes.trace.TraceInfo;
import heapstakes.upgrade.Side;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Times of both ends of upgrades.
 *
 * @param cells of the run that took them; empty where none was asked for
 * @param missing what is said of a trace on which there are none of both ends
 */
record Timed(List<Cell> cells, String missing) {
  /** None were asked for. */
  static Timed none() {
    return new Timed(
        List.of(),
        "one life and steady time: --times DIR, which times both and keeps the run in DIR");
  }

  /**
   * Those of the run in {@code directory}.
   *
   * @throws heapstakes.results.ResultException when it is no run directory
   */
  static Timed of(Path directory) {
    return new Timed(
        CellsCsv.ofRun(directory),
        String.format(
            Locale.ROOT,
            "one life and steady time: %s has none of both; --times with a new directory takes them",
            directory));
  }

  /**
   * Takes them, as {@code run} does.
   *
   * @param directory missing or empty; it becomes a run directory
   * @param ends contestants, as -a takes them
   */
  static void take(Path directory, List<String> ends, List<String> workloads) {
    SideRun.into(
        directory,
        new Environment.Plan(
            ends, workloads, List.of("linux"), List.of(), "quick", 0, Optional.empty()),
        Optional.empty());
  }

  /** Whether they are to be taken still. */
  static boolean isToBeTaken(Path directory) {
    return !Files.exists(directory);
  }

  /** The cell of the library or, where that was not timed, of the model. */
  Optional<Cell> cell(Side side, TraceInfo trace) {
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
