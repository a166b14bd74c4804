package heapstakes.forecast;

import heapstakes.meter.CostHistogram;
import java.util.function.Consumer;

/** What single calls would take, by the work that each is. */
final class CallTimes implements Consumer<long[]> {
  private final double[] prices;
  private final CostHistogram histogram = new CostHistogram();

  /**
   * @param prices ns by {@link Feature#ordinal}
   */
  CallTimes(double[] prices) {
    this.prices = prices;
  }

  /** A call did work, by {@link Feature#ordinal}. */
  @Override
  public void accept(long[] work) {
    double nanos = 0;
    for (int i = 0; i < work.length; i++) {
      nanos += work[i] * prices[i];
    }
    histogram.record(nanos);
  }

  /** Of a thousand calls the slowest takes so many ns. */
  double p999() {
    return histogram.p999();
  }
}
