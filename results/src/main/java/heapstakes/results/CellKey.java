package heapstakes.results;

import java.util.Locale;

/**
 * What makes a row of {@code cells.csv} unique. A cell is identified by its trace's digest: two
 * traces may have one name, and a file may change.
 *
 * @param allocator name of the contestant
 * @param settings its settings as given; empty for all defaults
 * @param workload name with parameters
 * @param trace digest of the trace; empty where a file of an earlier version does not say
 * @param memory kind of memory with its settings
 * @param threads threads of the trace, at least 1
 */
public record CellKey(
    String allocator, String settings, String workload, String trace, String memory, int threads) {
  public CellKey {
    Checks.requireAscending("1", 1, "threads", threads);
  }

  /** Of a cell whose trace is not known. */
  public CellKey(String allocator, String settings, String workload, String memory, int threads) {
    this(allocator, settings, workload, "", memory, threads);
  }

  /** The same with another trace; empty: one that is not known. */
  public CellKey withTrace(String digest) {
    return new CellKey(allocator, settings, workload, digest, memory, threads);
  }

  /** {@code NAME[:KEY=VALUE…]}, as on the command line. */
  public String contestant() {
    return settings.isEmpty() ? allocator : allocator + ":" + settings;
  }

  /** For people, where the workload is shown under {@code name}. */
  public String text(String name) {
    return String.format(
        Locale.ROOT,
        "%s × %s on %s, %d thread%s",
        contestant(),
        name,
        memory,
        threads,
        threads == 1 ? "" : "s");
  }

  @Override
  public String toString() {
    return text(workload);
  }
}
