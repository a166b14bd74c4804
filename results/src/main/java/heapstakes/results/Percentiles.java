package heapstakes.results;

/**
 * A distribution of durations in nanoseconds.
 *
 * @param count how many durations, at least 1
 * @param p50 median
 * @param p90 90th percentile
 * @param p99 99th percentile
 * @param p999 99.9th percentile
 * @param p9999 99.99th percentile
 * @param max longest
 */
public record Percentiles(
    long count, long p50, long p90, long p99, long p999, long p9999, long max) {
  public Percentiles {
    Checks.requireAscending("1", 1, "count", count);
    Checks.requireNotNegative("p50", p50);
    Checks.requireAscending("p50", p50, "p90", p90);
    Checks.requireAscending("p90", p90, "p99", p99);
    Checks.requireAscending("p99", p99, "p99.9", p999);
    Checks.requireAscending("p99.9", p999, "p99.99", p9999);
    Checks.requireAscending("p99.99", p9999, "max", max);
  }
}
