package heapstakes.results.gate;

import java.util.Locale;

/** What became of a figure between two runs. */
public enum Verdict {
  /** The same, or within what is tolerated. */
  SAME,
  /** Too little was measured to say. */
  UNCLEAR,
  /** Better. */
  IMPROVED,
  /** Another figure where neither is better, or work that cannot be compared. */
  CHANGED,
  /** Worse. */
  REGRESSED,
  /** Measured in the first run only. */
  MISSING;

  /** In a sentence: {@code regressed}. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
