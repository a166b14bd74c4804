package heapstakes.results.program;

import java.util.Arrays;

/**
 * The median of values and how sure it is.
 *
 * @param median of them
 * @param low end of the interval that has the true median in 95 of 100 cases, by order statistics:
 *     nothing is supposed of how the values are distributed. The least value where there are fewer
 *     than {@link #LEAST}
 * @param high the other end
 * @param count how many values there are, at least 1
 */
public record Spread(double median, double low, double high, int count) {
  /** With fewer values not even their whole range is such an interval. */
  public static final int LEAST = 6;

  private static final double OUTSIDE = 0.05;

  /**
   * Of values in any order.
   *
   * @throws IllegalArgumentException when there are none
   */
  public static Spread of(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values have no median");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    int cut = cut(n);
    return new Spread(median, sorted[cut], sorted[n - 1 - cut], n);
  }

  /**
   * How many values may be left out at either end: with chance 2 P(B ≤ cut) the median is outside
   * of what stays, B the number of values below it, binomial with 1/2.
   */
  private static int cut(int n) {
    double term = Math.pow(0.5, n);
    double below = 0;
    int cut = 0;
    for (int k = 0; k < n / 2; k++) {
      below += term;
      if (2 * below > OUTSIDE) {
        break;
      }
      cut = k;
      term = term * (n - k) / (k + 1);
    }
    return cut;
  }

  /** Whether the interval is one of 95 %. */
  public boolean isSure() {
    return count >= LEAST;
  }

  /** Whether it is surely below {@code value}. */
  public boolean isBelow(double value) {
    return isSure() && high < value;
  }

  /** Whether it cannot be told from {@code value}. */
  public boolean isLevelWith(double value) {
    return !isSure() || low <= value && value <= high;
  }
}
