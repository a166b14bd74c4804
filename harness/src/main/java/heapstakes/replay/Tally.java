package heapstakes.replay;

/** How a replay treats new blocks, and what it has met on its way. */
public class Tally {
  private final long touchLimit;
  private final boolean stopsAtNull;
  private boolean stopped;
  private long refused;
  private long loaded;

  /**
   * @param touchLimit bytes at the start of a new block that are touched at most
   * @param stopsAtNull whether a refused request ends the replay
   */
  public Tally(long touchLimit, boolean stopsAtNull) {
    this.touchLimit = touchLimit;
    this.stopsAtNull = stopsAtNull;
  }

  /** How many bytes at the start of a new block are touched at most. */
  public final long touchLimit() {
    return touchLimit;
  }

  /** A request was answered with 0; true if the replay ends with it. */
  public final boolean refuse() {
    refused++;
    stopped = stopsAtNull;
    return stopped;
  }

  /** Requests answered with 0. */
  public final long refused() {
    return refused;
  }

  /** Whether the replay ended before the trace, at a refused request. */
  public final boolean isStopped() {
    return stopped;
  }

  /** A load read {@code sum}; kept, so that no compiler leaves loads out. */
  public final void load(int sum) {
    loaded += sum;
  }
}
