package heapstakes.forecast;

/**
 * Guesses which way a call goes by the ways of the calls before it, as a processor's branch
 * predictor does: a table of what came last behind the same history.
 */
final class WayPredictor {
  private static final int TABLE_BITS = 14;
  private static final int HISTORY_BITS = 40; // five calls of eight bits
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  private final byte[] table = new byte[1 << TABLE_BITS];
  private long history;

  /**
   * A call went a way.
   *
   * @param kind of call, below 8
   * @param steps that it took
   * @return whether that was another way than expected
   */
  boolean surprises(int kind, long steps) {
    int way = (int) Math.min(31, steps) << 3 | kind;
    int at = (int) ((history * 8 + kind) * MIX >>> Long.SIZE - TABLE_BITS);
    boolean isNew = table[at] != (byte) way;
    table[at] = (byte) way;
    history = (history << 8 | way) & (1L << HISTORY_BITS) - 1;
    return isNew;
  }
}
