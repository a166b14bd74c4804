package heapstakes.replay;

import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.trace.EventBatch;

/** Carries out operations one by one, for meters that look at each. */
@FunctionalInterface
public interface Operation {
  /**
   * Carries out the operation at index {@code at}.
   *
   * @param thread who calls
   * @param memory where the blocks are
   * @param addresses blocks by slot
   * @return false if the replay ends with it
   */
  boolean carryOut(
      EventBatch batch,
      int at,
      ThreadAllocator thread,
      Memory memory,
      long[] addresses,
      Tally tally);
}
