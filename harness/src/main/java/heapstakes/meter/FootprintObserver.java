package heapstakes.meter;

import heapstakes.allocator.Allocator;

/** Looks on while a footprint is metered. */
public interface FootprintObserver {
  /** Sees nothing. */
  FootprintObserver NONE = new FootprintObserver() {};

  /** Whether {@link #block} is to be called. */
  default boolean wantsBlocks() {
    return false;
  }

  /**
   * An operation answered with a block.
   *
   * @param operation its number, from 0
   * @param allocator the heap that the block is from
   * @param address the block's, or 0
   */
  default void block(long operation, Allocator allocator, long address) {}

  /** Called now and then with the number of operations done. */
  default void progress(long operations) {}
}
