package heapstakes.model.ntheap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.SingleHeap;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.allocator.kit.Play;
import heapstakes.allocator.kit.RandomActions;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.os.nt.NtCall;
import heapstakes.os.nt.NtReturn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the heap of Windows NT is there to show, on a kernel that reserves and commits. */
class NtHeapLessonsTest {
  private static final long PAGE = 4096;
  private static final long HEADER = 16;
  private static final long FIRST_ENTRY = 64;

  private interface Lesson {
    void on(AddressSpace space, Allocator heap, ThreadAllocator thread);
  }

  private static void with(String contestant, String memory, Lesson lesson) {
    try (AddressSpace space = Machine.parse(memory).open();
        Allocator heap = Allocators.parse(contestant).open(space)) {
      lesson.on(space, heap, heap.attach());
      heap.audit();
    }
  }

  private static void with(String contestant, Lesson lesson) {
    with(contestant, "simulated:kernel=nt", lesson);
  }

  private static long calls(AddressSpace space, NtCall kind) {
    return space.statistics().calls().getOrDefault(kind, -1L);
  }

  private static long counter(Allocator heap, String name) {
    return heap.counters().getOrDefault(name, -1L);
  }

  /** Blocks that are not side by side: a small one is in use behind each. */
  private static List<Long> apart(ThreadAllocator thread, int count, long size) {
    List<Long> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blocks.add(thread.malloc(size));
      thread.malloc(1);
    }
    return blocks;
  }

  @Test
  void aBlockOfAPageOrMoreGoesBackOnceTotalFreeReaches64KiB() {
    with(
        "ntheap:lfh=false",
        (space, heap, thread) -> {
          long size = 2 * PAGE;
          int stayed = 0;
          int went = 0;
          for (long block : apart(thread, 30, size)) {
            long decommits = calls(space, NtCall.DECOMMIT);
            boolean reaches = counter(heap, "free") + size + HEADER >= 64 << 10;
            thread.free(block);
            assertThat(calls(space, NtCall.DECOMMIT) - decommits).isEqualTo(reaches ? 1 : 0);
            stayed += reaches ? 0 : 1;
            went += reaches ? 1 : 0;
          }
          assertThat(stayed).isBetween(6, 7); // of 8208 bytes; what is free at the end counts too
          assertThat(went).isGreaterThan(5);
        });
  }

  @Test
  void blocksOfLessThanAPageStayHoweverMuchIsFree() {
    with(
        "ntheap:lfh=false",
        (space, heap, thread) -> {
          apart(thread, 200, 2_000).forEach(thread::free);
          assertThat(counter(heap, "free")).isGreaterThan(200 * 2_000);
          assertThat(calls(space, NtCall.DECOMMIT)).isZero();
        });
  }

  /** HeapDeCommitFreeBlockThreshold, as KB 315407 advises it. */
  @Test
  void withTheAdvisedThresholdOnlyBlocksOf256KiBGoBack() {
    with(
        "ntheap:lfh=false,deCommitFreeBlock=256K",
        (space, heap, thread) -> {
          List<Long> blocks = apart(thread, 10, 200 << 10);
          List<Long> larger = apart(thread, 2, 256 << 10);
          blocks.forEach(thread::free);
          assertThat(calls(space, NtCall.DECOMMIT)).isZero();
          larger.forEach(thread::free);
          assertThat(calls(space, NtCall.DECOMMIT)).isEqualTo(2);
        });
  }

  @Test
  void theAddressesOfWhatWentBackStayAndATouchFaults() {
    with(
        "ntheap",
        (space, heap, thread) -> {
          long block = apart(thread, 1, 100 << 10).getFirst();
          heap.memory().touch(block, 100 << 10);
          long resident = space.statistics().residentBytes();
          thread.free(block);
          assertThat(space.statistics().mappedBytes()).isEqualTo(1 << 20);
          assertThat(space.statistics().returnedBytes().getOrDefault(NtReturn.DECOMMIT, 0L))
              .isEqualTo(resident - space.statistics().residentBytes())
              .isEqualTo(24 * PAGE); // of 25, one is not whole
          assertThatThrownBy(() -> heap.memory().getByte(block + 10 * PAGE))
              .isInstanceOf(SegmentationFault.class);
        });
  }

  /** The block begins and ends so many bytes outside of forty whole pages. */
  @ParameterizedTest
  @CsvSource({"16, 16, 38", "32, 32, 40", "16, 32, 39", "32, 16, 39", "0, 0, 40"})
  void anEdgeOfOneGranuleKeepsItsPage(long before, long behind, long pages) {
    with(
        "ntheap:segmentCommit=64K",
        (space, heap, thread) -> {
          thread.malloc(2 * PAGE - FIRST_ENTRY - before - HEADER);
          long block = thread.malloc(before + 40 * PAGE + behind - HEADER);
          thread.malloc(1);
          assertThat((block - HEADER + before) % PAGE).isZero();
          long committed = counter(heap, "committed");
          thread.free(block);
          assertThat(committed - counter(heap, "committed")).isEqualTo(pages * PAGE);
        });
  }

  @Test
  void whatWentBackIsCommittedAgainWhereItWasBeforeTheSegmentGrows() {
    with(
        "ntheap",
        (space, heap, thread) -> {
          List<Long> blocks = apart(thread, 3, 100 << 10);
          thread.free(blocks.get(1));
          long commits = calls(space, NtCall.COMMIT);
          assertThat(thread.malloc(90 << 10)).isEqualTo(blocks.get(1));
          assertThat(calls(space, NtCall.COMMIT)).isEqualTo(commits + 1);
          assertThat(calls(space, NtCall.RESERVE)).isEqualTo(1);
        });
  }

  @Test
  void aBlockAbove508KiBIsReservedAloneAndReleasedAtOnce() {
    with(
        "ntheap",
        (space, heap, thread) -> {
          long inside = thread.malloc(508 << 10);
          assertThat(calls(space, NtCall.RESERVE)).isEqualTo(1);
          long alone = thread.malloc((508 << 10) + 1);
          assertThat(calls(space, NtCall.RESERVE)).isEqualTo(2);
          thread.free(inside);
          assertThat(calls(space, NtCall.RELEASE)).isZero();
          thread.free(alone);
          assertThat(calls(space, NtCall.RELEASE)).isEqualTo(1);
        });
  }

  @Test
  void theFrontEndTakesOverASizeWithTheEighteenthAllocation() {
    with(
        "ntheap",
        (space, heap, thread) -> {
          List<Long> blocks = new ArrayList<>();
          for (int i = 0; i < 17; i++) {
            blocks.add(thread.malloc(100));
          }
          assertThat(counter(heap, "subsegments")).isZero();
          blocks.add(thread.malloc(100));
          assertThat(counter(heap, "subsegments")).isEqualTo(1);
          thread.malloc(120); // another size
          blocks.forEach(thread::free);
          assertThat(counter(heap, "subsegments")).isZero();
        });
  }

  @ParameterizedTest
  @CsvSource({"ntheap, 16384, 1", "ntheap, 16385, 0", "ntheap:lfh=false, 100, 0"})
  void theFrontEndServesUpTo16KiB(String contestant, long size, long subsegments) {
    with(
        contestant,
        (space, heap, thread) -> {
          for (int i = 0; i < 18; i++) {
            thread.malloc(size);
          }
          assertThat(counter(heap, "subsegments")).isEqualTo(subsegments);
        });
  }

  @Test
  void eachSegmentReservesTwiceAsMuchAsTheOneBefore() {
    with(
        "ntheap",
        (space, heap, thread) -> {
          while (counter(heap, "segments") < 3) {
            thread.malloc(400 << 10);
          }
          assertThat(space.statistics().mappedBytes()).isEqualTo(7 << 20);
          assertThat(calls(space, NtCall.RESERVE)).isEqualTo(3);
        });
  }

  @Test
  void whatIsNotTouchedCountsAgainstTheCommitLimitToo() {
    with(
        "ntheap",
        "simulated:kernel=nt,ram=64M",
        (space, heap, thread) -> {
          assertThat(thread.malloc(60 << 20)).isNotZero();
          assertThat(thread.malloc(10 << 20)).isZero();
          assertThat(space.statistics().residentBytes()).isLessThanOrEqualTo(PAGE);
        });
    with(
        "ntheap",
        "simulated:kernel=nt,ram=64M,swap=64M",
        (space, heap, thread) -> {
          assertThat(thread.malloc(60 << 20)).isNotZero();
          assertThat(thread.malloc(10 << 20)).isNotZero();
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ntheap",
        "ntheap:lfh=false,deCommitTotalFree=0",
        "ntheap:lfhActivation=0,segmentReserve=64K,segmentCommit=4K,virtualMemoryThreshold=64K"
      })
  void noBlockOverlapsOrChangesAndTheHeapIsSoundAllAlongOnNt(String contestant) {
    with(
        contestant,
        (space, heap, thread) -> {
          Play play = new Play(heap, space);
          assertThat(play.run(RandomActions.of(1, 2_000, 2), 2)).isZero();
          play.finish();
          assertThat(counter(heap, SingleHeap.BLOCKS)).isZero();
          assertThat(counter(heap, SingleHeap.ALLOCATED)).isZero();
          assertThat(calls(space, NtCall.DECOMMIT)).isPositive();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"ntheap", "ntheap:lfh=false,deCommitTotalFree=0"})
  void eachRefusedCallOfNtLeavesEveryBlockAndTheHeapIntact(String contestant) {
    for (int call = 1; call <= 40; call++) {
      with(
          contestant,
          String.format(Locale.ROOT, "simulated:kernel=nt,fail_call=%d", call),
          (space, heap, thread) -> {
            Play play = new Play(heap, space);
            assertThat(play.run(RandomActions.of(5, 300, 1), 5)).isLessThanOrEqualTo(1);
            play.finish();
          });
    }
  }

  @Test
  void whoAsksForBrkAndMmapIsToldThatNtHasNeither() {
    Contestant ptmalloc2 = Allocators.parse("ptmalloc2");
    try (AddressSpace space = Machine.parse("simulated:kernel=nt").open()) {
      assertThatThrownBy(() -> ptmalloc2.open(space))
          .isInstanceOf(AllocatorException.class)
          .hasMessageContaining("ptmalloc2 asks the kernel for brk and mmap");
    }
  }
}
