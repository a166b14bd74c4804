package heapstakes.results.csv;

import heapstakes.results.CellKey;
import heapstakes.results.Decimals;
import heapstakes.results.Times;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;

/**
 * {@code rounds.csv}: what each turn of a timed cell came to. Rounds of one number are those in
 * which the contestants of a workload took turns.
 */
public final class RoundsCsv {
  /** Name of the file in a run directory. */
  public static final String NAME = "rounds.csv";

  private static final List<String> COLUMNS =
      List.of("round", "one_life_ns_per_op", "steady_ns_per_op", "wall_per_own_time");

  private RoundsCsv() {}

  private static KeyedCsv in(Path directory) {
    return new KeyedCsv(
        directory.resolve(NAME),
        COLUMNS,
        Set.of(),
        text -> text.isEmpty() || Decimals.isMeasure(text));
  }

  /** Adds a cell's rounds. */
  public static void append(Path directory, CellKey key, List<Times.Round> rounds) {
    List<List<String>> rows = new ArrayList<>();
    for (Times.Round round : rounds) {
      rows.add(
          List.of(
              Integer.toString(rows.size() + 1),
              text(round.oneLife()),
              text(round.steady()),
              Decimals.plain(round.waited())));
    }
    in(directory).append(key, rows);
  }

  private static String text(OptionalDouble nanos) {
    return nanos.isPresent() ? Decimals.plain(nanos.getAsDouble()) : "";
  }

  /** Drops the rows of the cells that {@code wanted} does not want. */
  public static void retain(Path directory, Predicate<CellKey> wanted) {
    in(directory).retain(wanted);
  }
}
