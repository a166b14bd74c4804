package heapstakes.model.jemalloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.os.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that free each other's blocks at the same time, in memory that has a real kernel. */
class ParallelTest {
  private static final int THREADS = 4;
  private static final int OPERATIONS = 100_000;
  private static final int SHARED_SLOTS = 512;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "narenas=1,tcache=false",
        "narenas=2,dirty_decay_ms=0,muzzy_decay_ms=10",
        "narenas=1,oversize_threshold=64K,retain=false"
      })
  void blocksStayIntactAndTheHeapIsSoundAfterwards(String settings) throws Exception {
    AddressSpaceProvider linux =
        Machine.all().stream().filter(m -> m.name().equals("linux")).findFirst().orElseThrow();
    assumeThat(linux.unavailable()).as("why there is no real memory").isEmpty();
    try (TestHeap heap = TestHeap.open(Machine.parse("linux").open(), settings);
        ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      long before = heap.counter(".large.allocated") - heap.counter(".internal");
      AtomicLongArray shared = new AtomicLongArray(SHARED_SLOTS);
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int seed = i;
        ends.add(pool.submit(() -> exchangeBlocks(heap, shared, seed)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
      heap.heap.audit();
      for (int slot = 0; slot < SHARED_SLOTS; slot++) {
        heap.main.free(shared.get(slot));
      }
      heap.main.exit();
      heap.heap.audit();
      assertThat(heap.counter("allocated")).isEqualTo(before);
    }
  }

  /** A block's two ends say its own address, and its middle nothing. */
  private static void exchangeBlocks(TestHeap heap, AtomicLongArray shared, int seed) {
    MallocThread thread = heap.newThread();
    Memory memory = heap.space.memory();
    Random random = new Random(seed);
    for (int i = 0; i < OPERATIONS; i++) {
      long size = 16 + (random.nextInt(200) == 0 ? random.nextInt(400_000) : random.nextInt(2000));
      long block = thread.malloc(size);
      memory.putLong(block, block);
      memory.putLong(block + 8, ~block);
      long other = shared.getAndSet(random.nextInt(SHARED_SLOTS), block);
      if (other != 0) {
        if (memory.getLong(other) != other || memory.getLong(other + 8) != ~other) {
          throw new AssertionError(
              String.format(Locale.ROOT, "block 0x%x was changed by another thread", other));
        }
        thread.free(other);
      }
    }
    thread.exit();
  }
}
