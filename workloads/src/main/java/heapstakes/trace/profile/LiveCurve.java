package heapstakes.trace.profile;

/**
 * Live blocks and bytes over a trace's operations, in at most {@value #MOST_POINTS} steps of the
 * same length, of each of which it holds the highest values.
 */
public final class LiveCurve {
  /** Steps a curve has at most; it has half of them at least, unless the trace is shorter. */
  public static final int MOST_POINTS = 1024;

  private final long[] blocks = new long[MOST_POINTS];
  private final long[] bytes = new long[MOST_POINTS];
  private long step = 1;
  private int points;

  LiveCurve() {}

  /** Notes what is live behind {@code operation}, which does not go back. */
  void add(long operation, long liveBlocks, long liveBytes) {
    while (operation / step >= MOST_POINTS) {
      halve();
    }
    int point = (int) (operation / step);
    points = point + 1;
    blocks[point] = Math.max(blocks[point], liveBlocks);
    bytes[point] = Math.max(bytes[point], liveBytes);
  }

  /** Operations a step. */
  public long step() {
    return step;
  }

  /** How many steps there are. */
  public int points() {
    return points;
  }

  /** Most blocks that were live behind an operation of step {@code point}. */
  public long blocks(int point) {
    return blocks[point];
  }

  /** Most bytes that were live behind an operation of step {@code point}. */
  public long bytes(int point) {
    return bytes[point];
  }

  private void halve() {
    for (int point = 0; point < MOST_POINTS; point++) {
      blocks[point] = larger(blocks, point);
      bytes[point] = larger(bytes, point);
    }
    step *= 2;
    points = (points + 1) / 2;
  }

  /** Of the pair that becomes {@code point}. */
  private static long larger(long[] values, int point) {
    return 2 * point < MOST_POINTS ? Math.max(values[2 * point], values[2 * point + 1]) : 0;
  }
}
