package heapstakes.workload.heapprofile;

import heapstakes.trace.TraceException;
import java.util.Locale;
import java.util.TreeMap;

/** Sizes of blocks with how often they were allocated and how many are live, as a CSV. */
final class SizeTable {
  private static final long LARGEST_SIZE = 1L << 40;

  private final String name;
  private final TreeMap<Long, double[]> rows = new TreeMap<>();

  /**
   * @param name of the file, for messages
   */
  SizeTable(String name) {
    this.name = name;
  }

  /**
   * Adds blocks of a call site, which count as of their mean size.
   *
   * @param allocated how many blocks were allocated, with {@code bytes} in all
   * @param live how many are live at a time
   */
  void add(double allocated, double bytes, double live) {
    double size = Math.rint(bytes / allocated);
    if (allocated > 0 && size >= 0 && size <= LARGEST_SIZE && live >= 0) {
      double[] row = rows.computeIfAbsent((long) size, key -> new double[2]);
      row[0] += allocated;
      row[1] += live;
    }
  }

  /**
   * {@code size,allocations,live}, a line a size.
   *
   * @throws TraceException when there is none
   */
  String csv(String whyEmpty) {
    if (rows.isEmpty()) {
      throw new TraceException(String.format(Locale.ROOT, "%s: %s", name, whyEmpty));
    }
    StringBuilder csv = new StringBuilder();
    rows.forEach((size, row) ->
        csv.append(String.format(Locale.ROOT, "%d,%.3f,%.6f\n", size, row[0], row[1])));
    return csv.toString();
  }
}
