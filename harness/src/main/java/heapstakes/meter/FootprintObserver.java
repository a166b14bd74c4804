package heapstakes.meter;

import heapstakes.allocator.Region;
import org.jspecify.annotations.Nullable;

/** Looks on while a footprint is metered. */
public interface FootprintObserver {
  /** Sees nothing. */
  FootprintObserver NONE = new FootprintObserver() {};

  /** Whether {@link #block} is to be called. */
  default boolean wantsBlocks() {
    return false;
  }

  /**
   * An operation that asks for a block was answered.
   *
   * @param operation its number, from 0
   * @param region where the block lies; null: it was refused, or freed by a realloc to size 0
   */
  default void block(long operation, @Nullable Region region) {}

  /** Called now and then with the number of operations done. */
  default void progress(long operations) {}
}
