package heapstakes.timer;

/**
 * What a contestant's turn came to.
 *
 * @param operations carried out and timed, at least 0
 * @param nanos that they took: processor time of the replaying thread; where several run at the
 *     same time, the wall's; where several take turns, the sum of their stretches
 * @param wallNanos by the wall's clock; more than {@code nanos} where others had the processor
 * @param cutShort whether a limit ended the replay before the trace did
 * @param pulses how often the same short work was done beside it; 0 where that is not done
 * @param pulseNanos that those took together
 */
public record Turn(
    long operations, long nanos, long wallNanos, boolean cutShort, long pulses, long pulseNanos) {
  /** No turn was taken. */
  public static final Turn NONE = new Turn(0, 0, 0, false, 0, 0);

  /** One of which nothing is to be told, as a limit ended it. */
  public static final Turn UNENDED = new Turn(0, 0, 0, true, 0, 0);

  /** This turn, or {@link #UNENDED} where a limit ended it: a part of a life is none. */
  public Turn whole() {
    return cutShort ? UNENDED : this;
  }

  /** ns an operation; not a number where there was none. */
  public double nanosPerOperation() {
    return operations == 0 ? Double.NaN : (double) nanos / operations;
  }

  /** ns of a pulse, by which the processor's speed meanwhile is known; not a number: unknown. */
  public double pulse() {
    return pulses == 0 ? Double.NaN : (double) pulseNanos / pulses;
  }

  /** The one of the two that took less for an operation; this one where that is not known. */
  public Turn orFaster(Turn other) {
    return other.nanosPerOperation() < nanosPerOperation() ? other : this;
  }

  /** Both together. */
  public Turn plus(Turn other) {
    return new Turn(
        operations + other.operations,
        nanos + other.nanos,
        wallNanos + other.wallNanos,
        cutShort || other.cutShort,
        pulses + other.pulses,
        pulseNanos + other.pulseNanos);
  }
}
