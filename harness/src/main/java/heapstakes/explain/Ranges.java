package heapstakes.explain;

import java.util.Locale;

/** Names for ranges of sizes and ages. */
final class Ranges {
  private static final long FINE = 16;

  private Ranges() {}

  /** {@code 17–32 B}: up to a power of two, which allocators round sizes to. */
  static String size(long bytes) {
    if (bytes <= FINE) {
      return "0–16 B";
    }
    int magnitude = Long.SIZE - Long.numberOfLeadingZeros(bytes - 1);
    return String.format(Locale.ROOT, "%s–%s", plain((1L << (magnitude - 1)) + 1), unit(magnitude));
  }

  private static String plain(long bytes) {
    int unit = (Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes)) / 10;
    return unit == 0 ? String.valueOf(bytes) : String.valueOf(bytes >> 10 * unit);
  }

  private static String unit(int magnitude) {
    return (1L << magnitude % 10)
        + new String[] {" B", " KiB", " MiB", " GiB", " TiB"}[magnitude / 10];
  }

  /** {@code 100–999}: operations by their number of digits. */
  static String age(long operations) {
    long low = 1;
    while (operations / 10 >= low) {
      low *= 10;
    }
    return operations < 10
        ? "0–9"
        : String.format(Locale.ROOT, "%,d–%,d", low, low * 10 - 1).replace(',', ' ');
  }
}
