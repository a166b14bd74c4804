package heapstakes.results.export;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.WorkloadNames;
import heapstakes.results.csv.CellsCsv;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The figures of a contestant on a workload, whichever memory they were measured on: what other
 * tools call a benchmark.
 */
final class Figures {
  /** What is worth following over time. */
  static final List<Column> COLUMNS =
      List.of(
          Column.THROUGHPUT_OPS_PER_S,
          Column.LATENCY_P50_NS,
          Column.LATENCY_P99_NS,
          Column.LATENCY_P99_9_NS,
          Column.MODELLED_NS_PER_OP,
          Column.PEAK_RESIDENT_BYTES,
          Column.END_RESIDENT_BYTES,
          Column.RETAINED_BYTES,
          Column.RETURNED_SHARE,
          Column.TIME_TO_RETURN_HALF_NS,
          Column.RESIDENT_BYTE_SECONDS,
          Column.MINOR_FAULTS);

  private static final Map<Column, String> UNITS =
      Map.of(
          Column.THROUGHPUT_OPS_PER_S, "ops/s",
          Column.MODELLED_NS_PER_OP, "ns/op",
          Column.RESIDENT_BYTE_SECONDS, "byte-seconds",
          Column.RETURNED_SHARE, "share");

  private Figures() {}

  /** By {@code workload/contestant}, with the threads where there are several. */
  static SequencedMap<String, Cell> of(Path run) {
    SequencedMap<String, Cell> figures = new LinkedHashMap<>();
    List<Cell> cells = CellsCsv.ofRun(run);
    WorkloadNames names = WorkloadNames.ofCells(cells);
    for (Cell cell : cells) {
      figures.merge(
          name(names, cell.key()),
          cell,
          (first, second) -> second.toBuilder().addAll(first).build());
    }
    return figures;
  }

  private static String name(WorkloadNames names, CellKey key) {
    String name = names.of(key) + "/" + key.contestant();
    return key.threads() == 1 ? name : name + "/" + key.threads() + " threads";
  }

  /** {@code ops/s}, {@code ns}, {@code bytes}, {@code byte-seconds}, {@code share}. */
  static String unit(Column column) {
    String header = column.header();
    return UNITS.getOrDefault(
        column, header.endsWith("_bytes") ? "bytes" : header.endsWith("_ns") ? "ns" : "count");
  }
}
