package heapstakes.results;

import java.util.Locale;

/**
 * What makes a row of {@code cells.csv} unique.
 *
 * @param allocator name of the contestant
 * @param settings its settings as given; empty for all defaults
 * @param workload name with parameters
 * @param memory kind of memory with its settings
 * @param threads threads of the trace, at least 1
 */
public record CellKey(
    String allocator, String settings, String workload, String memory, int threads) {
  /** {@code NAME[:KEY=VALUE…]}, as on the command line. */
  public String contestant() {
    return settings.isEmpty() ? allocator : allocator + ":" + settings;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s × %s on %s, %d thread%s",
        contestant(),
        workload,
        memory,
        threads,
        threads == 1 ? "" : "s");
  }
}
