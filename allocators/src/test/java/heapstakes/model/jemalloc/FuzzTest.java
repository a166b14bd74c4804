package heapstakes.model.jemalloc;

import heapstakes.allocator.ShadowHeap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random programs, watched by an oracle that knows nothing of the heap, and audited as they go. */
class FuzzTest {
  private static final int OPERATIONS = 4000;
  private static final int AUDIT_EVERY = 50;
  private static final int THREADS = 3;

  private record Block(long address, long size) {}

  private final List<Block> live = new ArrayList<>();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | ''",
        "2 | ''",
        "3 | dirty_decay_ms=1000,muzzy_decay_ms=1000",
        "4 | dirty_decay_ms=0",
        "5 | dirty_decay_ms=-1,muzzy_decay_ms=-1",
        "6 | tcache=false,narenas=1",
        "7 | tcache_max=100",
        "8 | tcache_max=4M,muzzy_decay_ms=100",
        "9 | retain=false",
        "10 | oversize_threshold=16K,narenas=2",
        "11 | oversize_threshold=0,lg_extent_max_active_fit=0",
        "12 | retain=false,muzzy_decay_ms=500,lg_extent_max_active_fit=64",
      })
  void noBlockOverlapsOrChangesAndTheHeapIsAlwaysSound(long seed, String settings) {
    Random random = new Random(seed);
    try (TestHeap heap = TestHeap.open(settings)) {
      MallocThread[] threads = {heap.main, heap.newThread(), heap.newThread()};
      ShadowHeap shadow = new ShadowHeap(heap.space.memory());
      for (int i = 0; i < OPERATIONS; i++) {
        int which = random.nextInt(THREADS);
        operation(random, threads[which], heap, shadow);
        if (which > 0 && random.nextInt(300) == 0) {
          threads[which].exit();
          threads[which] = heap.newThread();
        }
        if (i % AUDIT_EVERY == 0) {
          heap.heap.audit();
        }
      }
      for (Block block : live) {
        shadow.freed(block.address());
        heap.main.free(block.address());
      }
      for (MallocThread thread : threads) {
        thread.exit();
      }
      heap.heap.audit();
    }
  }

  private void operation(Random random, MallocThread thread, TestHeap heap, ShadowHeap shadow) {
    int kind = random.nextInt(100);
    if (kind < 45) {
      keep(allocate(random, thread, kind, heap), shadow);
    } else if (kind < 85 && !live.isEmpty()) {
      Block block = live.remove(random.nextInt(live.size()));
      shadow.freed(block.address());
      thread.free(block.address());
    } else if (kind < 96 && !live.isEmpty()) {
      reallocate(random, thread, shadow);
    } else if (kind == 96) {
      thread.trim(0);
    } else if (kind == 97) {
      thread.flushCache();
    } else {
      heap.passMillis(random.nextInt(3000));
    }
  }

  private static Block allocate(Random random, MallocThread thread, int kind, TestHeap heap) {
    long size = size(random);
    return switch (kind % 5) {
      case 0 -> zeroed(thread.calloc(1, size), size, heap);
      case 1 -> aligned(thread, 1L << (3 + random.nextInt(18)), size);
      default -> new Block(thread.malloc(size), size);
    };
  }

  private static Block aligned(MallocThread thread, long alignment, long size) {
    long address = thread.memalign(alignment, size);
    if (size > 0 && address % alignment != 0) { // of size 0: as for malloc
      throw new AssertionError(
          String.format(Locale.ROOT, "0x%x is not aligned to 0x%x", address, alignment));
    }
    return new Block(address, size);
  }

  private static Block zeroed(long address, long size, TestHeap heap) {
    for (long at = 0; at < size; at += Math.max(1, size / 20)) {
      if (heap.space.memory().getByte(address + at) != 0) {
        throw new AssertionError(
            String.format(Locale.ROOT, "byte %d of calloc's 0x%x is not zero", at, address));
      }
    }
    return new Block(address, size);
  }

  private void reallocate(Random random, MallocThread thread, ShadowHeap shadow) {
    int index = random.nextInt(live.size());
    Block old = live.get(index);
    long size = size(random) + 1;
    long address = thread.realloc(old.address(), size);
    if (address != 0) {
      live.set(index, new Block(address, size));
      shadow.moved(old.address(), address, size);
    }
  }

  private void keep(Block block, ShadowHeap shadow) {
    if (block.address() != 0) {
      shadow.allocated(block.address(), block.size());
      live.add(block);
    }
  }

  private static long size(Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> random.nextInt(10 << 20);
      case 1, 2 -> random.nextInt(300_000);
      case 3, 4 -> random.nextInt(20_000);
      default -> random.nextInt(600);
    };
  }
}
