package heapstakes.meter;

import org.HdrHistogram.Histogram;

/** Distribution of what single calls would take. */
public final class CostHistogram {
  private static final double TAIL = 99.9; // %

  private final Histogram histogram = new Histogram(Histograms.DIGITS);

  /** A call would take {@code nanos}, which is not negative. */
  public void record(double nanos) {
    histogram.recordValue(Math.round(nanos));
  }

  /** What the slowest of a thousand calls takes, in ns; 0 for none. */
  public long p999() {
    return histogram.getValueAtPercentile(TAIL);
  }
}
