package heapstakes.trace;

import java.util.List;

/** Traces as text, for tests of other packages. */
public final class TraceTexts {
  private TraceTexts() {}

  /** A valid trace of one process, with every kind of line that one has. */
  public static String random(long seed, int lines) {
    return RandomTrace.text(seed, lines);
  }

  /** Every event of {@code trace}: letter, slot, size, extra. */
  public static List<String> of(Trace trace) {
    return EventText.of(trace);
  }
}
