package heapstakes.meter;

import heapstakes.results.Footprint.Modelled;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** Distribution of the modelled cost of operations, most of which cost the kernel nothing. */
final class ModelledCosts {
  private final Histogram histogram = new Histogram(Histograms.DIGITS);
  private long free;
  private long max;

  /** An operation cost {@code nanos} of modelled time. */
  void record(long nanos) {
    if (nanos == 0) {
      free++;
    } else {
      recordCost(nanos);
    }
  }

  private void recordCost(long nanos) {
    histogram.recordValue(nanos);
    max = Math.max(max, nanos);
  }

  /**
   * @param totalNanos of the whole replay; -1 if nothing was modelled
   */
  Optional<Modelled> result(long totalNanos) {
    long operations = histogram.getTotalCount() + free;
    if (totalNanos < 0 || operations == 0) {
      return Optional.empty();
    }
    Histogram all = histogram.copy();
    all.recordValueWithCount(0, free);
    return Optional.of(
        new Modelled(
            totalNanos, (double) totalNanos / operations, Histograms.percentiles(all, max)));
  }
}
