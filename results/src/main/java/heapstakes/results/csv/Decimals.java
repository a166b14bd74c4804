package heapstakes.results.csv;

import java.math.BigDecimal;

/** Numbers as CSV files have them: a point, no exponent, no grouping. */
final class Decimals {
  private Decimals() {}

  /** A finite number. */
  static String plain(double value) {
    return new BigDecimal(Double.toString(value)).toPlainString();
  }

  /** The number that {@code text} is, or NaN. */
  static double parse(String text) {
    return text.matches("[0-9]{1,40}(\\.[0-9]{1,400})?") ? Double.parseDouble(text) : Double.NaN;
  }
}
