package heapstakes.results.program;

import heapstakes.results.Interval;

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

  /**
   * Of values in any order.
   *
   * @throws IllegalArgumentException when there are none
   */
  public static Spread of(double[] values) {
    Interval interval = Interval.ofMedian(values);
    return new Spread(interval.value(), interval.low(), interval.high(), values.length);
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
