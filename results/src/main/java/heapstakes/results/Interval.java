package heapstakes.results;

import java.util.Arrays;

/**
 * A median and where it is with a probability of 95 %, by order statistics: nothing is supposed of
 * how the figures are distributed. Of fewer than six figures no two are that sure; then it is from
 * the lowest to the highest.
 *
 * @param median of the figures
 * @param low at most the median
 * @param high at least the median
 */
public record Interval(double median, double low, double high) {
  private static final double OUTSIDE_ONE_END = 0.025;

  public Interval {
    if (!(low <= median && median <= high)) {
      throw new IllegalArgumentException(low + " ... " + median + " ... " + high);
    }
  }

  /**
   * Of {@code figures}, in any order.
   *
   * @throws IllegalArgumentException when there is none, or one is no number
   */
  public static Interval ofMedian(double[] figures) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int count = sorted.length;
    if (count == 0 || Double.isNaN(sorted[count - 1])) {
      throw new IllegalArgumentException("no median of " + Arrays.toString(figures));
    }
    int outside = outside(count);
    double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    return new Interval(median, sorted[outside], sorted[count - 1 - outside]);
  }

  /**
   * How many of the lowest, and of the highest, may be left out: the median is below figure k of n
   * with the probability that a fair coin shows heads fewer than k times in n.
   */
  private static int outside(int count) {
    double chance = Math.pow(0.5, count);
    double below = chance;
    int outside = 0;
    while (below + chance * (count - outside) / (outside + 1) <= OUTSIDE_ONE_END) {
      chance *= (double) (count - outside) / (outside + 1);
      below += chance;
      outside++;
    }
    return below <= OUTSIDE_ONE_END ? outside : 0;
  }

  /** Whether a figure may be in both. */
  public boolean overlaps(Interval other) {
    return low <= other.high && other.low <= high;
  }

  /** Half of its width as a share of the median. */
  public double spread() {
    return (high - low) / 2 / median;
  }
}
