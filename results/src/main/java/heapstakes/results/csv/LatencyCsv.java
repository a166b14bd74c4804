package heapstakes.results.csv;

import heapstakes.results.CellKey;
import heapstakes.results.Decimals;
import heapstakes.results.Latency;
import heapstakes.results.OperationKind;
import heapstakes.results.Percentiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** {@code latency.csv}: percentiles by kind of operation, and over {@code all}. */
public final class LatencyCsv {
  /** Name of the file in a run directory. */
  public static final String NAME = "latency.csv";

  private static final List<String> COLUMNS =
      List.of(
          "operation",
          "count",
          "p50_ns",
          "p90_ns",
          "p99_ns",
          "p99_9_ns",
          "p99_99_ns",
          "max_ns",
          "clock_ns");

  private LatencyCsv() {}

  /** The file in {@code directory}. */
  public static KeyedCsv in(Path directory) {
    return new KeyedCsv(directory.resolve(NAME), COLUMNS, Set.of("operation"), Decimals::isCount);
  }

  /** Adds a cell's percentiles. */
  public static void append(Path directory, CellKey key, Latency latency) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("all", latency.all(), latency.clockNanos()));
    for (Map.Entry<OperationKind, Percentiles> kind : latency.byKind().entrySet()) {
      rows.add(row(kind.getKey().word(), kind.getValue(), latency.clockNanos()));
    }
    in(directory).append(key, rows);
  }

  private static List<String> row(String operation, Percentiles of, long clockNanos) {
    List<String> row = new ArrayList<>(List.of(operation));
    LongStream.of(
            of.count(), of.p50(), of.p90(), of.p99(), of.p999(), of.p9999(), of.max(), clockNanos)
        .mapToObj(Long::toString)
        .forEach(row::add);
    return row;
  }
}
