package heapstakes.fidelity;

import java.util.Locale;

/**
 * How many of how many are equal.
 *
 * @param equal at most {@code of}
 * @param of how many were compared
 */
public record Share(long equal, long of) {
  /** Nothing was compared. */
  public static final Share NONE = new Share(0, 0);

  /** Whether all are equal. */
  public boolean isWhole() {
    return equal == of;
  }

  /** Both together. */
  public Share plus(Share other) {
    return new Share(equal + other.equal, of + other.of);
  }

  /** Per cent, 100 where nothing was compared. */
  public double percent() {
    return of == 0 ? 100 : 100.0 * equal / of;
  }

  /** {@code 100 %} only if all are equal; else cut, not rounded, to four decimals. */
  public String text() {
    if (of == 0) {
      return "-";
    }
    return isWhole()
        ? "100 %"
        : String.format(Locale.ROOT, "%.4f %%", Math.floor(percent() * 10_000) / 10_000);
  }
}
