package heapstakes.results;

import java.util.Arrays;
import java.util.Locale;

/**
 * A quantile and where it is with a probability of 95 %, by order statistics: nothing is supposed
 * of how the figures are distributed. Where there are too few figures for an end that is that sure,
 * it is the lowest or the highest of them.
 *
 * @param value of the quantile
 * @param low at most the value
 * @param high at least the value
 */
public record Interval(double value, double low, double high) {
  private static final double OUTSIDE_ONE_END = 0.025;
  private static final double LOWER_QUARTILE = 0.25;

  public Interval {
    if (!(low <= value && value <= high)) {
      throw new IllegalArgumentException(low + " ... " + value + " ... " + high);
    }
  }

  /** What is exact, or of which it is not known how sure it is. */
  public static Interval at(double value) {
    return new Interval(value, value, value);
  }

  /**
   * The median of {@code figures}, in any order. Of fewer than six it is from the lowest to the
   * highest.
   *
   * @throws IllegalArgumentException when there is none, or one is no number
   */
  public static Interval ofMedian(double[] figures) {
    return ofQuantile(figures, 0.5);
  }

  /**
   * The lower quartile of {@code figures}, in any order: of times on a machine where others only
   * ever make slower. Of fewer than thirteen the lower end is the lowest.
   *
   * @throws IllegalArgumentException when there is none, or one is no number
   */
  public static Interval ofLowerQuartile(double[] figures) {
    return ofQuantile(figures, LOWER_QUARTILE);
  }

  private static Interval ofQuantile(double[] figures, double quantile) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int last = sorted.length - 1;
    if (last < 0 || Double.isNaN(sorted[last])) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "no quantile of %s", Arrays.toString(figures)));
    }
    double position = quantile * last;
    int below = (int) position;
    int above = Math.min(below + 1, last);
    double value = sorted[below] + (sorted[above] - sorted[below]) * (position - below);
    return new Interval(
        value,
        sorted[outside(sorted.length, quantile)],
        sorted[last - outside(sorted.length, 1 - quantile)]);
  }

  /**
   * How many of the figures at an end may be left out: the quantile is beyond figure k of n with
   * the probability that fewer than k of n fall on that side of it, each with the chance {@code
   * share}.
   */
  private static int outside(int count, double share) {
    double chance = Math.pow(1 - share, count);
    double beyond = chance;
    int outside = 0;
    while (outside < count && beyond <= OUTSIDE_ONE_END) {
      chance *= (count - outside) / (outside + 1.0) * share / (1 - share);
      beyond += chance;
      outside++;
    }
    return Math.max(0, beyond <= OUTSIDE_ONE_END ? outside : outside - 1);
  }

  /** Whether a figure may be in both. */
  public boolean overlaps(Interval other) {
    return low <= other.high && other.low <= high;
  }

  /** All three, multiplied by {@code factor}, above 0. */
  public Interval times(double factor) {
    return new Interval(value * factor, low * factor, high * factor);
  }

  /** So many times {@code other}, both above 0; no surer than both are at the same time. */
  public Interval over(Interval other) {
    return new Interval(value / other.value, low / other.high, high / other.low);
  }

  /** Half of its width as a share of the value. */
  public double spread() {
    return (high - low) / 2 / value;
  }
}
