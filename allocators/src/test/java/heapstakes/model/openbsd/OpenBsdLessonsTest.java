package heapstakes.model.openbsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.os.Syscall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What OpenBSD's malloc is there to show; what it leaves to chance, over many seeds: bounds are
 * five standard deviations of the distribution that the description says.
 */
class OpenBsdLessonsTest {
  private static final long PAGE = 4096;
  private static final int SEEDS = 400;

  private interface Lesson {
    void on(AddressSpace space, Allocator heap, ThreadAllocator thread);
  }

  private static void with(String contestant, Lesson lesson) {
    try (AddressSpace space = Machine.parse("simulated").open();
        Allocator heap = Allocators.parse(contestant).open(space)) {
      lesson.on(space, heap, heap.attach());
      heap.audit();
    }
  }

  private static void withSeed(int seed, String settings, Lesson lesson) {
    with(String.format(Locale.ROOT, "openbsd:seed=%d%s", seed, settings), lesson);
  }

  private static long calls(AddressSpace space, Syscall kind) {
    return space.statistics().calls().getOrDefault(kind, 0L);
  }

  private static long cached(Allocator heap) {
    return heap.counters().getOrDefault("cached", -1L);
  }

  private static List<Long> blocks(ThreadAllocator thread, int count, long size) {
    List<Long> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blocks.add(thread.malloc(size));
    }
    return blocks;
  }

  /** 64 of up to 8 pages, 32 of up to 16, 16 of up to 24, 8 of up to 32; what is more goes back. */
  @ParameterizedTest
  @CsvSource({"2, 64", "8, 64", "9, 32", "16, 32", "17, 16", "24, 16", "25, 8", "32, 8"})
  void aFullArrayOfTheCacheGivesOneOfItsRegionsUpForEachThatComes(int pages, int kept) {
    with(
        "openbsd",
        (space, heap, thread) -> {
          List<Long> blocks = blocks(thread, 100, pages * PAGE);
          blocks.forEach(block -> heap.memory().touch(block, pages * PAGE));
          long full = space.statistics().residentBytes();
          blocks.forEach(thread::free);
          assertThat(calls(space, Syscall.MUNMAP)).isEqualTo(100 - kept);
          assertThat(calls(space, Syscall.MADVISE)).isZero();
          assertThat(cached(heap)).isEqualTo(kept * pages * PAGE);
          assertThat(space.statistics().residentBytes())
              .as("cached regions stay resident")
              .isEqualTo(full - (100 - kept) * pages * PAGE);
        });
  }

  @Test
  void moreThan512PagesGoBackAtOnce() {
    with(
        "openbsd",
        (space, heap, thread) -> {
          thread.free(thread.malloc(513 * PAGE));
          assertThat(calls(space, Syscall.MUNMAP)).isEqualTo(1);
          thread.free(thread.malloc(512 * PAGE));
          assertThat(calls(space, Syscall.MUNMAP)).isEqualTo(1);
          assertThat(cached(heap)).isEqualTo(512 * PAGE);
        });
  }

  /** It looks at 16 slots of 64 while 512 × 64 / 4 pages are not held. */
  @Test
  void theBigCacheHoldsAQuarterOfWhatItsSlotsCouldAndFindsExactSizesOnly() {
    with(
        "openbsd",
        (space, heap, thread) -> {
          blocks(thread, 64, 512 * PAGE).forEach(thread::free);
          assertThat(cached(heap)).isBetween(14 * 512 * PAGE, 20 * 512 * PAGE);
          long maps = calls(space, Syscall.MMAP);
          thread.malloc(512 * PAGE);
          assertThat(calls(space, Syscall.MMAP)).isEqualTo(maps);
          thread.malloc(511 * PAGE);
          assertThat(calls(space, Syscall.MMAP)).isEqualTo(maps + 1);
        });
  }

  @Test
  void theFirstPageBringsSixtyThreeMore() {
    with(
        "openbsd",
        (space, heap, thread) -> {
          thread.malloc(PAGE);
          long maps = calls(space, Syscall.MMAP);
          assertThat(cached(heap)).isEqualTo(63 * PAGE);
          blocks(thread, 63, PAGE);
          assertThat(calls(space, Syscall.MMAP)).isEqualTo(maps);
          assertThat(cached(heap)).isZero();
          thread.malloc(PAGE);
          assertThat(calls(space, Syscall.MMAP)).isEqualTo(maps + 1);
        });
  }

  @Test
  void aBlockOfLessThanAPageLiesAtItsEnd() {
    with(
        "openbsd",
        (space, heap, thread) -> {
          assertThat(thread.malloc(3000) % PAGE).isEqualTo((PAGE - 3000) / 16 * 16);
          assertThat(thread.malloc(4081) % PAGE).isZero();
        });
  }

  /** Steps of 16 to 128, then four a power of two; without a cache steps of 16. */
  @ParameterizedTest
  @CsvSource({
    "64, 1, 16",
    "64, 65, 80",
    "64, 113, 128",
    "64, 129, 160",
    "64, 257, 320",
    "64, 1025, 1280",
    "64, 1793, 2048",
    "64, 2048, 2048",
    "0, 129, 144",
    "0, 1025, 1040",
    "0, 2048, 2048"
  })
  void theCacheDecidesHowFarTheSizesOfChunksAreApart(int cache, long size, long usable) {
    with(
        "openbsd:cache=" + cache,
        (space, heap, thread) ->
            assertThat(thread.usableSize(thread.malloc(size))).isEqualTo(usable));
  }

  /** Evicted with probability 1/16 by each free behind: on average the 16th, √240 off. */
  @Test
  void aChunkIsReallyFreedAfterSixteenMoreFreesOnAverage() {
    long sum = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      long[] frees = new long[1];
      withSeed(
          seed,
          ",cache=0",
          (space, heap, thread) -> {
            List<Long> fillers = blocks(thread, 1_000, 16);
            Set<Long> pages = new HashSet<>();
            fillers.removeIf(filler -> pages.add(filler / PAGE)); // one stays, and so its page
            thread.free(thread.malloc(2048));
            long before = calls(space, Syscall.MUNMAP);
            while (calls(space, Syscall.MUNMAP) == before) {
              thread.free(fillers.removeLast());
              frees[0]++;
            }
          });
      sum += frees[0];
    }
    assertThat((double) sum / SEEDS).isBetween(16 - 3.9, 16 + 3.9);
  }

  @Test
  void twoChunksOfASizeAreOnOnePageInAQuarterOfAllRunsAsThereAreFourLists() {
    int together = 0;
    double sum = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      long[] chunks = new long[2];
      withSeed(
          seed,
          "",
          (space, heap, thread) -> {
            chunks[0] = thread.malloc(16);
            chunks[1] = thread.malloc(16);
          });
      together += chunks[0] / PAGE == chunks[1] / PAGE ? 1 : 0;
      sum += chunks[0] % PAGE / 16;
    }
    assertThat(together).isBetween(100 - 43, 100 + 43); // √(400 · 1/4 · 3/4) = 8.7
    assertThat(sum / SEEDS).as("slot of the first").isBetween(127.5 - 18.5, 127.5 + 18.5);
  }

  @Test
  void aSeedGivesTheSameAddressesAgainAndAnotherGivesOthers() {
    List<List<Long>> runs = new ArrayList<>();
    for (int seed : new int[] {1, 1, 2}) {
      withSeed(seed, "", (space, heap, thread) -> runs.add(blocks(thread, 50, 100)));
    }
    assertThat(runs.get(1)).isEqualTo(runs.get(0)).isNotEqualTo(runs.get(2));
  }

  @Test
  void aSecondFreeIsFoundWhileTheChunkIsDelayedAndWhenItsRegionIsGone() {
    with(
        "openbsd",
        (space, heap, thread) -> {
          long chunk = thread.malloc(100);
          thread.free(chunk);
          assertThatThrownBy(() -> thread.free(chunk))
              .isInstanceOf(HeapCorruptedException.class)
              .hasMessageContaining("double free");
          long region = thread.malloc(3 * PAGE);
          thread.free(region);
          assertThatThrownBy(() -> thread.free(region)).hasMessageContaining("bogus pointer");
        });
  }

  @Test
  void optionGPutsAPageBehindEachRegionThatNobodyMayTouch() {
    with("openbsd", (space, heap, thread) -> storeBehind(heap, thread));
    with(
        "openbsd:G=true",
        (space, heap, thread) ->
            assertThatThrownBy(() -> storeBehind(heap, thread))
                .isInstanceOf(SegmentationFault.class));
  }

  private static void storeBehind(Allocator heap, ThreadAllocator thread) {
    thread.malloc(1); // maps the books
    thread.malloc(3 * PAGE);
    heap.memory().putByte(thread.malloc(3 * PAGE) + 3 * PAGE, (byte) 1);
  }

  @Test
  void optionUTakesAccessFromFreedRegionsWhichStayResident() {
    with("openbsd", (space, heap, thread) -> loadFreed(heap, thread));
    with(
        "openbsd:U=true",
        (space, heap, thread) -> {
          assertThatThrownBy(() -> loadFreed(heap, thread)).isInstanceOf(SegmentationFault.class);
          assertThat(space.statistics().residentBytes()).isGreaterThanOrEqualTo(3 * PAGE);
          heap.memory().touch(thread.malloc(3 * PAGE), 3 * PAGE);
        });
  }

  private static void loadFreed(Allocator heap, ThreadAllocator thread) {
    long freed = thread.malloc(3 * PAGE);
    heap.memory().touch(freed, 3 * PAGE);
    thread.free(freed);
    heap.memory().getByte(freed);
  }

  /** A freed region of four pages is overwritten at four places of its first page. */
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 32", "2, 16384"})
  void junkOverwritesWhatItIsToldTo(int junk, int expected) {
    with(
        "openbsd:junk=" + junk,
        (space, heap, thread) -> {
          long region = thread.malloc(4 * PAGE);
          heap.memory().fill(region, 4 * PAGE, (byte) 1);
          thread.free(region);
          int changed = 0;
          for (long i = 0; i < 4 * PAGE; i++) {
            changed += heap.memory().getByte(region + i) == 1 ? 0 : 1;
          }
          assertThat(changed).isEqualTo(expected);
        });
  }

  @Test
  void aShrunkRegionFreesItsTailAndOneWithNothingBehindGrowsWhereItIs() {
    with(
        "openbsd",
        (space, heap, thread) -> {
          thread.malloc(513 * PAGE); // maps the books
          long above = thread.malloc(600 * PAGE);
          long below = thread.malloc(600 * PAGE);
          assertThat(below).isLessThan(above);
          thread.free(above);
          assertThat(thread.realloc(below, 700 * PAGE)).isEqualTo(below);
          assertThat(thread.realloc(below, 690 * PAGE)).isEqualTo(below);
          assertThat(cached(heap)).isEqualTo(10 * PAGE);
          assertThat(thread.malloc(10 * PAGE)).isEqualTo(below + 690 * PAGE);
        });
  }

  /** Eight pools, the first of which only conceals. */
  @Test
  void threadsShareSevenPoolsAndMayFreeEachOthersBlocks() {
    with(
        "openbsd",
        (space, heap, first) -> {
          List<ThreadAllocator> others = new ArrayList<>();
          for (int i = 1; i < 8; i++) {
            others.add(heap.attach());
          }
          first.free(first.malloc(PAGE));
          assertThat(cached(heap)).isEqualTo(64 * PAGE);
          others.getLast().malloc(PAGE); // the eighth has the first's pool
          assertThat(cached(heap)).isEqualTo(63 * PAGE);
          long block = others.getFirst().malloc(PAGE);
          assertThat(cached(heap)).isEqualTo((63 + 63) * PAGE);
          first.free(block);
          assertThat(cached(heap)).isEqualTo((63 + 64) * PAGE);
        });
  }

  /** What the 16 that are delayed hold at most, and two pages of books. */
  @Test
  void withoutACacheAllThatIsFreedGoesBackButForSixteenChunks() {
    with(
        "openbsd:cache=0",
        (space, heap, thread) -> {
          List<Long> chunks = blocks(thread, 2_000, 500);
          assertThat(space.statistics().mappedBytes()).isGreaterThan(2_000 * 500);
          chunks.forEach(thread::free);
          assertThat(space.statistics().mappedBytes() - heap.metadataBytes())
              .isBetween(PAGE, 16 * PAGE);
        });
  }
}
