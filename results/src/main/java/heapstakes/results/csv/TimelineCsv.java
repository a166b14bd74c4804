package heapstakes.results.csv;

import heapstakes.results.CellKey;
import heapstakes.results.Decimals;
import heapstakes.results.KernelWork;
import heapstakes.results.MemoryUse;
import heapstakes.results.ResultException;
import heapstakes.results.TimelinePoint;
import heapstakes.setting.Printable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;

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
          "returned_bytes",
          "system_calls",
          "major_faults",
          "modelled_ns");

  private TimelineCsv() {}

  /** The file in {@code directory}. */
  public static KeyedCsv in(Path directory) {
    return new KeyedCsv(directory.resolve(NAME), COLUMNS, Set.of("phase"), Decimals::isCount);
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

  /**
   * The points of every cell in {@code directory}, in the file's order; empty when there is no
   * file.
   *
   * @throws heapstakes.results.ResultException when the file was edited or damaged
   */
  public static SequencedMap<CellKey, List<TimelinePoint>> points(Path directory) {
    SequencedMap<CellKey, List<TimelinePoint>> points = new LinkedHashMap<>();
    in(directory)
        .read()
        .forEach((key, rows) -> points.put(key, rows.stream().map(TimelineCsv::point).toList()));
    return points;
  }

  private static TimelinePoint point(List<String> row) {
    try {
      return new TimelinePoint(
          Long.parseLong(row.get(0)),
          Long.parseLong(row.get(1)),
          row.get(2),
          new MemoryUse(number(row, 3), number(row, 4), number(row, 5), number(row, 6)),
          number(row, 7),
          number(row, 8),
          new KernelWork(number(row, 9), number(row, 10), number(row, 11)));
    } catch (IllegalArgumentException e) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "%s has a row that is none: %s.\n  The file was edited or damaged. Run again.",
              NAME,
              e.getMessage()),
          e);
    }
  }

  private static OptionalLong number(List<String> row, int column) {
    String text = row.get(column);
    return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
  }

  private static List<String> row(TimelinePoint point) {
    return List.of(
        Long.toString(point.operation()),
        Long.toString(point.nanos()),
        Printable.line(point.phase()),
        text(point.use().requestedBytes()),
        text(point.use().allocatedBytes()),
        text(point.use().mappedBytes()),
        text(point.use().residentBytes()),
        text(point.lazyFreeBytes()),
        text(point.returnedBytes()),
        text(point.kernel().calls()),
        text(point.kernel().majorFaults()),
        text(point.kernel().modelledNanos()));
  }

  private static String text(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "";
  }
}
