package heapstakes.results;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How long operations took, each timed by itself.
 *
 * @param clockNanos what the clock itself costs: median of pairs of readings with nothing between,
 *     in ns; it is taken off every duration
 * @param all over all kinds
 * @param byKind by kind; only kinds that occurred
 * @param hlog the histograms as an HdrHistogram log, one tagged line a kind
 */
public record Latency(
    long clockNanos, Percentiles all, Map<OperationKind, Percentiles> byKind, String hlog) {
  public Latency {
    Checks.requireNotNegative("cost of the clock", clockNanos);
    byKind = Collections.unmodifiableMap(new EnumMap<>(byKind));
    long sum = byKind.values().stream().mapToLong(Percentiles::count).sum();
    if (sum != all.count()) {
      throw new IllegalArgumentException(
          "kinds have " + sum + " operations, all have " + all.count());
    }
  }
}
