package heapstakes.meter;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.Region;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import org.jspecify.annotations.Nullable;

/** Looks on while a footprint is metered. */
public interface FootprintObserver {
  /** Sees nothing. */
  FootprintObserver NONE = new FootprintObserver() {};

  /** What is replayed on: {@code machine}, or the same with somebody in between. */
  default Machine memory(Machine machine) {
    return machine;
  }

  /** Whether {@link #block} and {@link #ended} are to be called. */
  default boolean wantsBlocks() {
    return false;
  }

  /**
   * An operation that asks for a block was answered.
   *
   * @param operation its number, from 0
   * @param address of the block, or 0
   * @param region where the block lies; null: it was refused, or freed by a realloc to size 0
   */
  default void block(long operation, long address, @Nullable Region region) {}

  /** The operation numbered {@code operation} has ended. */
  default void ended(long operation) {}

  /** Another process than before goes on, whose memory is {@code space}. */
  default void turns(AddressSpace space) {}

  /** How many operations lie between calls of {@link #look}; 0: it is not called. */
  default long looksEvery() {
    return 0;
  }

  /**
   * Called before the first operation, and whenever {@link #looksEvery} more have ended.
   *
   * @param operations that have ended
   * @param allocator of the current process
   */
  default void look(long operations, Allocator allocator) {}

  /** Called now and then with the number of operations done. */
  default void progress(long operations) {}
}
