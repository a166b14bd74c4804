package heapstakes.results.gate;

import org.apache.commons.statistics.descriptive.Median;
import org.apache.commons.statistics.inference.MannWhitneyUTest;

/**
 * Two samples of forks: the two-sided U test of Mann and Whitney, and how far apart they lie by
 * Hodges and Lehmann, as a ratio. Neither minds a single fork gone astray.
 *
 * @param p probability of samples at least so far apart if nothing had changed
 * @param ratio median over all pairs of a figure of the second divided by one of the first
 */
record RankTest(double p, double ratio) {
  /** Below it, a difference is believed. */
  static final double SIGNIFICANCE = 0.01;

  /**
   * Tests two samples of positive figures.
   *
   * @param base at least one
   * @param next at least one
   */
  static RankTest of(double[] base, double[] next) {
    return new RankTest(
        MannWhitneyUTest.withDefaults().test(base, next).getPValue(), ratio(base, next));
  }

  private static double ratio(double[] base, double[] next) {
    double[] ratios = new double[base.length * next.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = next[i % next.length] / base[i / next.length];
    }
    return median(ratios);
  }

  /** Middle value; the mean of the two middle ones of an even number. */
  static double median(double[] values) {
    return Median.withDefaults().withCopy(true).evaluate(values);
  }

  /** Whether samples of these sizes can be told apart at all: two of all orders are extreme. */
  static boolean isPossible(int base, int next) {
    double orders = 1;
    for (int i = 1; i <= next; i++) {
      orders = orders * (base + i) / i;
    }
    return base > 0 && next > 0 && 2 / orders < SIGNIFICANCE;
  }
}
