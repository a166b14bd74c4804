package heapstakes.explain;

/**
 * What was tried at the moment, each on a replay of its own.
 *
 * @param kind what
 * @param blocks freed
 * @param bytes asked for by them
 * @param returnedAtOnce by which resident fell as they were freed, or as time passed
 * @param returnedThen by which it fell when the allocator was then told to give memory back, or as
 *     the program then worked a little
 * @param breakFell by which the program break fell in all, bytes
 */
public record Experiment(
    Kind kind, int blocks, long bytes, long returnedAtOnce, long returnedThen, long breakFell) {
  /** What is tried. */
  public enum Kind {
    /** Nothing is freed; trim. */
    TRIM,
    /**
     * Nothing is freed; {@link Explainer#SILENCE_NANOS} pass, and then {@link Explainer#WORK}
     * blocks of {@link Explainer#WORK_BYTES} come and go, one by one, in as long a time.
     */
    WAIT,
    /** The block under top is freed; then trim. */
    PIN,
    /** All blocks that keep many times their own size are freed; then trim. */
    SPARSE
  }

  /** Resident bytes that went in all. */
  public long returned() {
    return returnedAtOnce + returnedThen;
  }
}
