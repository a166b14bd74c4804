package heapstakes.explain;

/**
 * What was tried at the moment, each on a replay of its own.
 *
 * @param kind what
 * @param blocks freed
 * @param bytes asked for by them
 * @param returnedAtOnce by which resident fell as they were freed
 * @param returnedByTrim by which it fell when the allocator was then told to give memory back
 * @param breakFell by which the program break fell in all, bytes
 */
public record Experiment(
    Kind kind, int blocks, long bytes, long returnedAtOnce, long returnedByTrim, long breakFell) {
  /** What is tried. */
  public enum Kind {
    /** Nothing is freed. */
    TRIM,
    /** The block under top. */
    PIN,
    /** All blocks that keep many times their own size. */
    SPARSE
  }

  /** Resident bytes that went in all. */
  public long returned() {
    return returnedAtOnce + returnedByTrim;
  }
}
