package heapstakes.results.csv;

import heapstakes.results.CellKey;
import heapstakes.results.TimelinePoint;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** {@code timeline.csv}: memory over virtual time, sampled, and at every phase mark. */
public final class TimelineCsv {
  /** Name of the file in a run directory. */
  public static final String NAME = "timeline.csv";

  private static final List<String> COLUMNS =
      List.of(
          "operation",
          "time_ns",
          "phase",
          "requested_bytes",
          "allocated_bytes",
          "mapped_bytes",
          "resident_bytes",
          "lazy_free_bytes",
          "returned_bytes");

  private TimelineCsv() {}

  /** The file in {@code directory}. */
  public static KeyedCsv in(Path directory) {
    return new KeyedCsv(directory.resolve(NAME), COLUMNS);
  }

  /** Adds a cell's points. */
  public static void append(Path directory, CellKey key, List<TimelinePoint> points) {
    in(directory).append(key, points.stream().map(TimelineCsv::row).toList());
  }

  /** Replaces {@code file} by the points of one cell, without columns that name it. */
  public static void write(Path file, List<TimelinePoint> points) {
    AtomicFile.write(
        file,
        writer -> CsvTable.write(writer, COLUMNS, points.stream().map(TimelineCsv::row).toList()));
  }

  private static List<String> row(TimelinePoint point) {
    return List.of(
        Long.toString(point.operation()),
        Long.toString(point.nanos()),
        point.phase(),
        text(point.use().requestedBytes()),
        text(point.use().allocatedBytes()),
        text(point.use().mappedBytes()),
        text(point.use().residentBytes()),
        text(point.lazyFreeBytes()),
        text(point.returnedBytes()));
  }

  private static String text(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "";
  }
}
