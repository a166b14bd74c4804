package heapstakes.results.gate;

import heapstakes.results.Column;
import heapstakes.results.table.Units;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** How figures of a comparison are told to people; digits that decide are never rounded away. */
final class Wording {
  private static final int DIGEST_DIGITS = 12;
  private static final int MOST_DECIMALS = 15;

  private Wording() {}

  /** A change in per cent: {@code +5.3 %}; {@code ~} for what is no change. */
  static String change(Finding finding) {
    if (finding.verdict() == Verdict.SAME) {
      return "~";
    }
    return percent(finding.change());
  }

  private static String percent(OptionalDouble change) {
    if (change.isEmpty()) {
      return "";
    }
    double percent = change.getAsDouble() * 100;
    if (percent == 0) {
      return "0 %";
    }
    String sign = percent < 0 ? "−" : "+";
    double size = Math.abs(percent);
    return size < 0.01 ? sign + "<0.01 %" : sign + Units.digits(size, size < 1 ? 2 : 1) + " %";
  }

  /** A mean ratio in per cent. */
  static String ratio(double ratio) {
    return percent(OptionalDouble.of(ratio - 1));
  }

  /** {@code p=0.004}, or nothing. */
  static String p(Finding finding) {
    if (finding.p().isEmpty()) {
      return "";
    }
    double p = finding.p().getAsDouble();
    return p < 0.001 ? "p<0.001" : "p=" + Units.digits(p, 3);
  }

  /** A count as it stands in the finding; a digest's first digits; a decimal as tables have it. */
  static String value(Finding finding, String value) {
    if (value.isEmpty()) {
      return "none";
    }
    if (finding.column() == Column.TRACE_SHA256) {
      return value.substring(0, Math.min(DIGEST_DIGITS, value.length()));
    }
    return finding.column().type() == Column.Type.DECIMAL ? decimal(finding, value) : value;
  }

  /** With as many decimals as it takes to tell the two of the finding apart. */
  private static String decimal(Finding finding, String value) {
    String other = value.equals(finding.base()) ? finding.next() : finding.base();
    double number = Double.parseDouble(value);
    String rounded = Units.significant(number);
    if (other.isEmpty()
        || other.equals(value)
        || !Units.significant(Double.parseDouble(other)).equals(rounded)) {
      return rounded;
    }
    return IntStream.rangeClosed(1, MOST_DECIMALS)
        .filter(n -> !Units.digits(number, n).equals(Units.digits(Double.parseDouble(other), n)))
        .mapToObj(n -> Units.digits(number, n))
        .findFirst()
        .orElse(value);
  }

  /** What happened, in a word. */
  static String verdict(Finding finding) {
    String word = finding.verdict().word();
    return finding.fails() ? word.toUpperCase(Locale.ROOT) : word;
  }
}
