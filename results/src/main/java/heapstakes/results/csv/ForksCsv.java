package heapstakes.results.csv;

import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.Decimals;
import heapstakes.results.Fork;
import heapstakes.results.Percentiles;
import heapstakes.results.ResultException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;

/**
 * {@code forks.csv}: what each JVM of a timed cell measured, in the order of the rounds. Where
 * another contestant took turns with that of the cell, {@code references.csv} has what it measured
 * in the same JVMs, under the same keys.
 */
public final class ForksCsv {
  /** Name of the file in a run directory. */
  public static final String NAME = "forks.csv";

  /** Name of the other. */
  public static final String REFERENCES = "references.csv";

  private static final List<Column> TIMES =
      List.of(
          Column.LATENCY_P50_NS,
          Column.LATENCY_P90_NS,
          Column.LATENCY_P99_NS,
          Column.LATENCY_P99_9_NS,
          Column.LATENCY_P99_99_NS,
          Column.LATENCY_MAX_NS);
  private static final List<String> COLUMNS = columns();

  private ForksCsv() {}

  private static List<String> columns() {
    List<String> columns =
        new ArrayList<>(List.of("fork", "replays", Column.THROUGHPUT_OPS_PER_S.header()));
    TIMES.forEach(time -> columns.add(time.header()));
    return List.copyOf(columns);
  }

  private static KeyedCsv in(Path directory, String name) {
    return new KeyedCsv(directory.resolve(name), COLUMNS, Set.of(), Decimals::isMeasure);
  }

  /** Adds a cell's forks. */
  public static void append(Path directory, CellKey key, List<Fork> forks) {
    append(directory, NAME, key, forks);
    List<Fork> references = forks.stream().flatMap(fork -> fork.reference().stream()).toList();
    if (!references.isEmpty()) {
      append(directory, REFERENCES, key, references);
    }
  }

  private static void append(Path directory, String name, CellKey key, List<Fork> forks) {
    List<List<String>> rows = new ArrayList<>();
    for (Fork fork : forks) {
      rows.add(row(rows.size() + 1, fork));
    }
    in(directory, name).append(key, rows);
  }

  /** Drops the rows of the cells that {@code wanted} does not want. */
  public static void retain(Path directory, Predicate<CellKey> wanted) {
    in(directory, NAME).retain(wanted);
    in(directory, REFERENCES).retain(wanted);
  }

  /** Cells that have forks. */
  public static Set<CellKey> keys(Path directory) {
    return in(directory, NAME).keys();
  }

  private static List<String> row(int number, Fork fork) {
    Percentiles of = fork.latency();
    List<String> row =
        new ArrayList<>(
            List.of(
                Integer.toString(number),
                Integer.toString(fork.replays()),
                Decimals.plain(fork.operationsPerSecond())));
    for (long nanos : new long[] {of.p50(), of.p90(), of.p99(), of.p999(), of.p9999(), of.max()}) {
      row.add(Long.toString(nanos));
    }
    return row;
  }

  /**
   * Figures of every cell by column, one a fork; empty when there is no file.
   *
   * @param name {@link #NAME} or {@link #REFERENCES}
   * @throws ResultException naming file, cell and column of what is no number
   */
  public static SequencedMap<CellKey, Map<Column, double[]>> read(Path directory, String name) {
    SequencedMap<CellKey, Map<Column, double[]>> cells = new LinkedHashMap<>();
    in(directory, name)
        .read()
        .forEach((key, rows) -> {
          Map<Column, double[]> figures = new LinkedHashMap<>();
          figures.put(Column.THROUGHPUT_OPS_PER_S, column(directory.resolve(name), key, rows, 2));
          for (int i = 0; i < TIMES.size(); i++) {
            figures.put(TIMES.get(i), column(directory.resolve(name), key, rows, 3 + i));
          }
          cells.put(key, figures);
        });
    return cells;
  }

  private static double[] column(Path file, CellKey key, List<List<String>> rows, int index) {
    double[] values = new double[rows.size()];
    for (int i = 0; i < values.length; i++) {
      String text = rows.get(i).get(index);
      values[i] = Decimals.parse(text);
      if (!(values[i] >= 0)) {
        throw new ResultException(
            String.format(
                Locale.ROOT,
                "%s, %s, fork %d, column %s: '%s' is no number.\n  The file was edited or damaged. Run again.",
                file,
                key,
                i + 1,
                COLUMNS.get(index),
                text));
      }
    }
    return values;
  }
}
