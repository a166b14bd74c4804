package heapstakes.model.jemalloc;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import org.junit.jupiter.api.Test;

/** When the collector of 5.2.1 comes by: every 229th count, to the next of 41 bins. */
class CountedCollectionTest {
  private static final String FLUSHES = "stats.arenas.4096.bins.0.nflushes";

  /** A bin is left as it is when it was filled since the last time: so it is the 42nd time. */
  private static final int FLUSH = 42 * 229;

  /**
   * The 3rd operation counts twice: it is the first that the short way of malloc takes, which looks
   * whether to sample for a profile. Debian's 5.2.1-3 has the same number, in a thread's life.
   */
  @Test
  void theFirstMallocByTheShortWayCountsTwice() {
    try (AddressSpace space = TestHeap.newSpace();
        Allocator heap = Allocators.parse("jemalloc@5.2.1").open(space)) {
      heap.attach().malloc(100);
      ThreadAllocator thread = heap.attach();
      long block = 0;
      for (int operation = 0; operation < FLUSH - 2; operation++) {
        block = flip(thread, block);
      }
      assertThat(heap.counters()).containsEntry(FLUSHES, 0L);

      flip(thread, block);

      assertThat(heap.counters().get(FLUSHES)).isPositive();
    }
  }

  private static long flip(ThreadAllocator thread, long block) {
    if (block == 0) {
      return thread.malloc(8);
    }
    thread.free(block);
    return 0;
  }
}
