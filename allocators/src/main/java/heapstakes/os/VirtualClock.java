package heapstakes.os;

/**
 * The time that a trace lives in: it moves only when the replay says so, never by itself and never
 * by the cost of work, so that decay and purging are the same on every machine (ADR 0002).
 */
public final class VirtualClock {
  private long nanos;

  /** Nanoseconds since the process started, from 0. */
  public long nanos() {
    return nanos;
  }

  /**
   * Lets time pass.
   *
   * @param byNanos at least 0
   */
  public void advance(long byNanos) {
    nanos += byNanos;
  }
}
