package heapstakes.results;

import java.math.BigDecimal;

/** Numbers as CSV files have them: a point, no exponent, no grouping. */
public final class Decimals {
  private Decimals() {}

  /** A finite number. */
  public static String plain(double value) {
    return new BigDecimal(Double.toString(value)).toPlainString();
  }

  /** Whether {@code text} is such a number, negative ones included. */
  public static boolean isNumber(String text) {
    return text.matches("-?[0-9]{1,40}(\\.[0-9]{1,400})?");
  }

  /** Whether {@code text} is a whole number of 0 or more that a {@code long} holds, or empty. */
  public static boolean isCount(String text) {
    return text.matches("[0-9]{0,18}");
  }

  /** Whether {@code text} is a number of 0 or more, or empty. */
  public static boolean isMeasure(String text) {
    return text.isEmpty() || (isNumber(text) && !text.startsWith("-"));
  }

  /** The number that {@code text} is; NaN for a negative one and for what is none. */
  public static double parse(String text) {
    return isNumber(text) && !text.startsWith("-") ? Double.parseDouble(text) : Double.NaN;
  }
}
