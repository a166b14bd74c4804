package heapstakes.model.tcmalloc;

import heapstakes.allocator.ShadowHeap;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random programs, watched by an oracle that knows nothing of the heap, and audited as they go. */
class FuzzTest {
  private static final int OPERATIONS = 1500;
  private static final int AUDIT_EVERY = 3;
  private static final int THREADS = 3;

  private record Block(long address, long size) {}

  private final List<Block> live = new ArrayList<>();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | ''",
        "2 | ''",
        "3 | aggressive_decommit=true",
        "4 | aggressive_decommit=true,release_rate=1000",
        "5 | release_rate=100000",
        "6 | transfer_num_obj=1",
        "7 | transfer_num_obj=400,max_total_thread_cache_bytes=512K",
        "8 | heap_limit_mb=16",
        "9 | heap_limit_mb=12,aggressive_decommit=true",
        "10 | disable_memory_release=true",
      })
  void noBlockOverlapsOrChangesAndTheHeapIsAlwaysSound(long seed, String settings) {
    Random random = new Random(seed);
    try (TestHeap heap = TestHeap.open(settings)) {
      MallocThread[] threads = {heap.main, heap.newThread(), heap.newThread()};
      ShadowHeap shadow = new ShadowHeap(heap.space.memory());
      for (int i = 0; i < OPERATIONS; i++) {
        operation(random, threads[random.nextInt(THREADS)], shadow);
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
      heap.main.trim(0);
      heap.heap.audit();
    }
  }

  private void operation(Random random, MallocThread thread, ShadowHeap shadow) {
    int kind = random.nextInt(100);
    if (kind < 45) {
      keep(allocate(random, thread, kind), shadow);
    } else if (kind < 85 && !live.isEmpty()) {
      Block block = live.remove(random.nextInt(live.size()));
      shadow.freed(block.address());
      thread.free(block.address());
    } else if (kind < 96 && !live.isEmpty()) {
      reallocate(random, thread, shadow);
    } else if (kind == 96) {
      thread.trim(0);
    } else if (kind == 97) {
      thread.releaseAll();
    } else if (kind == 98) {
      thread.exit();
    }
  }

  private static Block allocate(Random random, MallocThread thread, int kind) {
    long size = size(random);
    long address =
        switch (kind % 5) {
          case 0 -> thread.calloc(1, size);
          case 1 -> thread.memalign(1L << (3 + random.nextInt(15)), size);
          default -> thread.malloc(size);
        };
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
      case 0 -> random.nextInt(2 << 20);
      case 1, 2 -> random.nextInt(300_000);
      case 3, 4 -> random.nextInt(20_000);
      default -> random.nextInt(600);
    };
  }
}
