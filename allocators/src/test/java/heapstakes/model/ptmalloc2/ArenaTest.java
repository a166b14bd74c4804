package heapstakes.model.ptmalloc2;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Region;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arenas and heaps of threads; figures observed on glibc 2.36-9+deb12u14 with 2 processors. */
class ArenaTest {
  private static final int SMALL = 10;

  private static String regionOf(TestProcess process, long address) {
    return process.heap().regionOf(address).name();
  }

  @Test
  void aThreadStartsAHeapWithItsTcacheAndTheBlockAfterIt() {
    try (TestProcess process = TestProcess.start("")) {
      process.main().malloc(SMALL);
      ThreadAllocator thread = process.heap().attach();
      long block = thread.malloc(SMALL);
      assertThat(process.heap().regionOf(block)).isEqualTo(new Region("heap1", 0xb70));
      assertThat(process.memory().getLong(block - 8)).isEqualTo(0x25);
      assertThat(process.counter("arena")).isEqualTo(2 * 135_168);
      assertThat(process.counter("ordblks")).isEqualTo(2);
      process.heap().audit();
    }
  }

  /** The arenas of 40 live threads: 0 is the main arena, n the one of the n-th new thread. */
  @ParameterizedTest
  @CsvSource({"'', 16", "arena_max=3, 3", "arena_test=2, 16", "cpus=1, 9"})
  void beyondTheLimitThreadsShareArenasNewestFirst(String settings, int limit) {
    try (TestProcess process = TestProcess.start(settings)) {
      process.main().malloc(SMALL);
      List<String> regions = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        regions.add(regionOf(process, process.heap().attach().malloc(SMALL)));
      }
      int own = limit - 1;
      assertThat(regions.subList(0, own))
          .isEqualTo(IntStream.rangeClosed(1, own).mapToObj(i -> "heap" + i).toList());
      for (int i = own; i < 40; i++) {
        int turn = (i - own) % limit;
        assertThat(regions.get(i))
            .as("thread %d", i)
            .isEqualTo(turn == 0 ? "brk" : "heap" + (limit - turn));
      }
      process.heap().audit();
    }
  }

  @Test
  void theNextThreadTakesTheArenaOfOneThatEnded() {
    try (TestProcess process = TestProcess.start("")) {
      ThreadAllocator first = process.heap().attach();
      ThreadAllocator second = process.heap().attach();
      long block = first.malloc(SMALL);
      second.malloc(SMALL);
      first.free(block);
      first.exit();
      process.heap().audit();
      assertThat(regionOf(process, process.heap().attach().malloc(SMALL))).isEqualTo("heap1");
      assertThat(regionOf(process, process.heap().attach().malloc(SMALL))).isEqualTo("heap3");
    }
  }

  @Test
  void aBlockFreedByAnotherThreadGoesIntoThatThreadsTcache() {
    try (TestProcess process = TestProcess.start("")) {
      long block = process.main().malloc(SMALL);
      ThreadAllocator thread = process.heap().attach();
      thread.free(block);
      assertThat(thread.malloc(SMALL)).isEqualTo(block);
      process.heap().audit();
    }
  }

  /**
   * With blocks of 1 MiB, what is left at the end of the first heap goes into the tcache and keeps
   * the second heap from being unmapped.
   */
  @ParameterizedTest
  @CsvSource({"1000000, 135168", "1030000, 135168", "1048576, 66064384"})
  void anArenaGrowsHeapByHeapAndGivesThemBack(int bytes, long arenaAfterwards) {
    try (TestProcess process = TestProcess.start("mmap_threshold=1G")) {
      ThreadAllocator thread = process.heap().attach();
      long[] blocks = new long[200];
      for (int i = 0; i < blocks.length; i++) {
        blocks[i] = thread.malloc(bytes);
      }
      assertThat(regionOf(process, blocks[0])).isEqualTo("heap1");
      assertThat(regionOf(process, blocks[180])).isEqualTo("heap3");
      process.heap().audit();
      for (long block : blocks) {
        thread.free(block);
      }
      process.heap().audit();
      assertThat(process.counter("arena")).isEqualTo(arenaAfterwards);
    }
  }

  /** The rest of the second heap is freed, and so makes the trim give the third back at once. */
  @Test
  void aHeapThatWouldLeaveMuchUnusedInTheOneBeforeIsUnmappedBeforeItsFirstBlock() {
    try (TestProcess process = TestProcess.start("mmap_threshold=1G")) {
      ThreadAllocator thread = process.heap().attach();
      List<String> regions = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        regions.add(regionOf(process, thread.malloc(40 << 20)));
      }
      assertThat(regions).containsExactly("heap1", "heap2", "brk", "brk", "brk");
      process.heap().audit();
    }
  }

  @Test
  void aBlockThatNoHeapCanHoldIsMapped() {
    try (TestProcess process = TestProcess.start("mmap_threshold=1G")) {
      ThreadAllocator thread = process.heap().attach();
      assertThat(regionOf(process, thread.malloc(80 << 20))).isEqualTo("mmap");
      assertThat(process.counter("hblks")).isEqualTo(1);
      process.heap().audit();
    }
  }

  @Test
  void aForkedChildGoesOnWithTheHeapOfItsParent() {
    try (TestProcess process = TestProcess.start("")) {
      long block = process.main().malloc(SMALL);
      ThreadAllocator thread = process.heap().attach();
      thread.malloc(SMALL);
      process.main().free(block);
      AddressSpace childSpace = process.space().fork();
      try (Ptmalloc2 child = (Ptmalloc2) process.heap().fork(childSpace, process.main())) {
        ThreadAllocator main = child.attach();
        assertThat(main.malloc(SMALL)).isEqualTo(block);
        assertThat(process.main().malloc(SMALL)).isEqualTo(block);
        main.malloc(100_000);
        child.audit();
        assertThat(process.breakOffset()).isEqualTo(135_168);
        // The arena of the thread that does not exist here is free for the next one.
        assertThat(child.regionOf(child.attach().malloc(SMALL)).name()).isEqualTo("heap1");
        child.audit();
        process.heap().audit();
      }
      childSpace.close();
    }
  }
}
