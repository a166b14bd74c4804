package heapstakes.results.table;

import java.util.Locale;

/** Numbers for people; files have plain numbers. */
public final class Units {
  private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Units() {}

  /** Digits in groups of three: {@code 537 695}. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value).replace(',', ' ');
  }

  /** {@code 532 B}, {@code 4.13 MiB}: three significant digits. */
  public static String bytes(double value) {
    int unit = 0;
    double scaled = value;
    while (Math.abs(scaled) >= 1024 && unit < BYTES.length - 1) {
      scaled /= 1024;
      unit++;
    }
    return (unit == 0 ? digits(value, 0) : significant(scaled)) + " " + BYTES[unit];
  }

  /** The largest of KiB, MiB, GiB that leaves {@code largest} at least 1; KiB at least. */
  static String unitFor(double largest) {
    return largest < 1 << 20 ? "KiB" : largest < 1 << 30 ? "MiB" : "GiB";
  }

  /** {@code value} in {@code unit}, without it. */
  static String bytesIn(String unit, double value) {
    double scale = unit.equals("KiB") ? 1 << 10 : unit.equals("MiB") ? 1 << 20 : 1 << 30;
    return value == 0 ? "0" : significant(value / scale);
  }

  /** {@code 85 ns}, {@code 4.12 µs}, {@code 1.20 s}. */
  public static String nanos(double nanos) {
    if (nanos < 1e3) {
      return (nanos < 10 && nanos != Math.rint(nanos) ? significant(nanos) : digits(nanos, 0))
          + " ns";
    }
    if (nanos < 1e6) {
      return significant(nanos / 1e3) + " µs";
    }
    return nanos < 1e9 ? significant(nanos / 1e6) + " ms" : significant(nanos / 1e9) + " s";
  }

  /** {@code 0.042}, {@code 4.13}, {@code 41.3}, {@code 413}. */
  public static String significant(double value) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    if (size < 0.01) {
      return value < 0 ? ">-0.01" : "<0.01";
    }
    return digits(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
  }

  /** With so many decimals. */
  public static String digits(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
