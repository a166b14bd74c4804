package heapstakes.replay;

/**
 * What the slots of a trace hold, as {@link Interpreter} is to see it: where plain replays keep
 * addresses, and where meters keep their books. One class a JVM in whatever is timed, so that its
 * calls stay monomorphic.
 */
public interface Blocks {
  /** Address of the block in {@code slot}, or 0. */
  long address(int slot);

  /**
   * A request was answered, be it with 0; comes before {@link #put}. For those who want to know
   * every answer.
   */
  default void answered(long address) {}

  /** {@code slot} now holds the block of {@code size} bytes at {@code address}, which is not 0. */
  void put(int slot, long address, long size);

  /** The block in {@code slot}, which holds one, is about to be freed. */
  void remove(int slot);

  /**
   * Bytes usable in the block of {@code slot}, which holds one and is about to be reallocated; for
   * {@link #replace}. What keeps no account of them says 0.
   */
  default long usable(int slot) {
    return 0;
  }

  /**
   * The block in {@code slot} has become another, or none.
   *
   * @param usable what {@link #usable} said before
   * @param address of the new block, or 0
   * @param size of the new block, bytes
   */
  void replace(int slot, long usable, long address, long size);
}
