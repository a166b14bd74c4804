package heapstakes.workload.sampled;

/**
 * A block that was sampled. Times are numbers of operations of the whole program, from 0.
 *
 * @param birth the operation that allocated it, or resized another to it
 * @param size bytes requested, at least 0
 * @param alignment that was asked for; 0 for none
 * @param thread dense number of the thread that allocated it
 * @param death the operation that freed or resized it; {@link #NEVER} if none did
 * @param freeingThread dense number of the thread that did; 0 if none
 * @param previous index of the sampled block that was resized to this one; -1 if there is none
 */
public record SampledBlock(
    long birth,
    long size,
    long alignment,
    int thread,
    long death,
    int freeingThread,
    int previous) {
  /** It was alive at the end. */
  public static final long NEVER = -1;

  /** Whether it was freed or resized. */
  public boolean hasDied() {
    return death != NEVER;
  }

  /** The same, freed or resized by operation {@code at} of thread {@code by}. */
  public SampledBlock died(long at, int by) {
    return new SampledBlock(birth, size, alignment, thread, at, by, previous);
  }
}
