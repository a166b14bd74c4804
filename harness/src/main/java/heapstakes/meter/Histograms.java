package heapstakes.meter;

import heapstakes.results.Percentiles;
import org.HdrHistogram.Histogram;

/** Reads figures off histograms. */
final class Histograms {
  /** Significant decimal digits of a recorded value. */
  static final int DIGITS = 3;

  private Histograms() {}

  /**
   * @param histogram not empty
   * @param max the highest recorded value, exactly
   */
  static Percentiles percentiles(Histogram histogram, long max) {
    return new Percentiles(
        histogram.getTotalCount(),
        at(histogram, 50, max),
        at(histogram, 90, max),
        at(histogram, 99, max),
        at(histogram, 99.9, max),
        at(histogram, 99.99, max),
        max);
  }

  private static long at(Histogram histogram, double percentile, long max) {
    return Math.min(histogram.getValueAtPercentile(percentile), max);
  }
}
