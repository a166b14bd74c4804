package heapstakes.results.gate;

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
  REGRESSED
}
