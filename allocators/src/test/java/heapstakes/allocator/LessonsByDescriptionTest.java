package heapstakes.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each model by description is there to show. */
class LessonsByDescriptionTest {
  private static final long PAGE = 4096;
  private static final int BLOCKS = 1_000;
  private static final long SIZE = 500;

  private interface Lesson {
    void on(AddressSpace space, Allocator heap);
  }

  private static void with(String contestant, Lesson lesson) {
    try (AddressSpace space = Machine.parse("simulated").open();
        Allocator heap = Allocators.parse(contestant).open(space)) {
      lesson.on(space, heap);
      heap.audit();
    }
  }

  private static long[] burst(Allocator heap, ThreadAllocator thread) {
    long[] blocks = new long[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
      blocks[i] = thread.malloc(SIZE);
      heap.memory().touch(blocks[i], SIZE);
    }
    return blocks;
  }

  private static long resident(AddressSpace space) {
    return space.statistics().residentBytes();
  }

  @Test
  void chorusReturnsNothingWhileTheProgramIsIdleAndEverythingAtTheNextCall() {
    with(
        "chorus",
        (space, heap) -> {
          ThreadAllocator thread = heap.attach();
          long[] blocks = burst(heap, thread);
          long full = resident(space);
          for (long block : blocks) {
            thread.free(block);
          }
          space.clock().advance(30_000_000_000L);
          assertThat(resident(space)).isEqualTo(full).isGreaterThan(BLOCKS * SIZE);
          thread.free(thread.malloc(1));
          thread.trim(0);
          assertThat(resident(space)).isZero();
        });
  }

  @Test
  void chorusLeavesTheBytesOfAFreedBlockUntilTheNextCall() {
    with(
        "chorus",
        (space, heap) -> {
          ThreadAllocator thread = heap.attach();
          long kept = thread.malloc(40);
          long block = thread.malloc(40);
          heap.memory().fill(block, 40, (byte) 7);
          thread.free(block);
          for (int i = 0; i < 40; i++) {
            assertThat(heap.memory().getByte(block + i)).isEqualTo((byte) 7);
          }
          thread.free(kept);
        });
  }

  @Test
  void phkmallocKeepsSixteenPagesAtTheTopAndOneSurvivorThereKeepsAllBelow() {
    with(
        "phkmalloc",
        (space, heap) -> {
          ThreadAllocator thread = heap.attach();
          long node = thread.malloc(64); // the page that its nodes come from is at the bottom
          long first = thread.malloc(100 * PAGE);
          long last = thread.malloc(PAGE);
          thread.free(first);
          long full = space.programBreak();
          assertThat(last + PAGE).isEqualTo(full);
          thread.free(last);
          assertThat(space.programBreak()).isEqualTo(first + 16 * PAGE);
          thread.free(node);
        });
  }

  @Test
  void phkmallocWithOptionHPromisesFreedPagesToTheKernelThoughTheTopIsInUse() {
    with(
        "phkmalloc:H=true",
        (space, heap) -> {
          ThreadAllocator thread = heap.attach();
          long first = thread.malloc(100 * PAGE);
          thread.malloc(PAGE);
          heap.memory().touch(first, 100 * PAGE);
          thread.free(first);
          assertThat(space.statistics().lazyFreeBytes()).isEqualTo(100 * PAGE);
        });
  }

  @Test
  void phkmallocWastesHalfOfABlockJustAboveAPowerOfTwo() {
    with(
        "phkmalloc",
        (space, heap) -> {
          ThreadAllocator thread = heap.attach();
          assertThat(thread.usableSize(thread.malloc(513))).isEqualTo(1024);
          assertThat(thread.usableSize(thread.malloc(512))).isEqualTo(512);
        });
  }

  /** The least a reap of one size holds when one object a page is left: that page. */
  @Test
  void vamGivesUpEachPageThatIsEmptyWithoutACallBehindIt() {
    with(
        "vam",
        (space, heap) -> {
          ThreadAllocator thread = heap.attach();
          long[] blocks = new long[BLOCKS];
          for (int i = 0; i < BLOCKS; i++) {
            blocks[i] = thread.malloc(112);
          }
          long full = resident(space);
          for (int i = 1; i < BLOCKS; i++) {
            thread.free(blocks[i]);
          }
          long objects = 36; // of 112 bytes, on a page less 64 bytes
          long pages = (BLOCKS + objects - 1) / objects;
          assertThat(resident(space)).isEqualTo(full - (pages - 1) * PAGE);
        });
  }

  @Test
  void vamUsesAReapUpBeforeItGivesOutWhatWasFreed() {
    with(
        "vam",
        (space, heap) -> {
          ThreadAllocator thread = heap.attach();
          long first = thread.malloc(100);
          long second = thread.malloc(100);
          thread.free(first);
          assertThat(thread.malloc(100)).isEqualTo(second + 112);
        });
  }

  @Test
  void vamPaysForPagesThatEmptyAndFillAgainWithAFaultEach() {
    with(
        "vam",
        (space, heap) -> {
          ThreadAllocator thread = heap.attach();
          thread.free(thread.malloc(100));
          long before = space.statistics().minorFaults();
          for (int i = 0; i < 50; i++) {
            thread.free(thread.malloc(100));
          }
          assertThat(space.statistics().minorFaults() - before).isEqualTo(50);
        });
  }

  @Test
  void theIdealHoldsTheLiveBytesRoundedUpToAPageAtEveryMoment() {
    with(
        "ideal",
        (space, heap) -> {
          ThreadAllocator thread = heap.attach();
          Random random = new Random(1);
          long[] blocks = new long[50];
          long[] sizes = new long[50];
          long live = 0;
          for (int i = 0; i < 2_000; i++) {
            int at = random.nextInt(blocks.length);
            thread.free(blocks[at]);
            live -= sizes[at];
            sizes[at] = random.nextInt(9_000);
            blocks[at] = thread.malloc(sizes[at]);
            live += sizes[at];
            assertThat(resident(space)).isEqualTo((live + PAGE - 1) / PAGE * PAGE);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"textbook", "textbook:fit=best", "buddy", "chorus", "phkmalloc", "vam"})
  void nobodyHoldsLessThanTheIdealWhenAllBlocksAreUsed(String contestant) {
    with(
        contestant,
        (space, heap) -> {
          burst(heap, heap.attach());
          assertThat(resident(space)).isGreaterThanOrEqualTo(BLOCKS * SIZE / PAGE * PAGE);
        });
  }

  @Test
  void aTextbookReturnsTheTopOnlyWhenItIsToldTo() {
    with("textbook", (space, heap) -> assertThat(breakAfterBurst(space, heap)).isPositive());
    with(
        "textbook:trim_threshold=64K",
        (space, heap) -> assertThat(breakAfterBurst(space, heap)).isBetween(1L, 64 * 1024L));
  }

  private static long breakAfterBurst(AddressSpace space, Allocator heap) {
    ThreadAllocator thread = heap.attach();
    for (long block : burst(heap, thread)) {
      thread.free(block);
    }
    return space.programBreak() - space.initialBreak();
  }

  @Test
  void aBuddyZoneGoesBackWithItsLastBlock() {
    with(
        "buddy",
        (space, heap) -> {
          ThreadAllocator thread = heap.attach();
          long[] blocks = burst(heap, thread);
          for (int i = 1; i < BLOCKS; i++) {
            thread.free(blocks[i]);
          }
          assertThat(space.statistics().mappedBytes()).isEqualTo(4L << 20);
          thread.free(blocks[0]);
          assertThat(space.statistics().mappedBytes()).isZero();
        });
  }
}
