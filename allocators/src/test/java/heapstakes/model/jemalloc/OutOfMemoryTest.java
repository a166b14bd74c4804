package heapstakes.model.jemalloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.FailingSpace;
import heapstakes.allocator.HeapCorruptedException;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.os.Syscall;
import heapstakes.os.VmStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** §14 of the specification. */
class OutOfMemoryTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource({"0, 100", "3, 100", "48, 8", "-16, 8"})
  void anAlignmentThatIsNoPowerOfTwoIsRefused(long alignment, long size) {
    try (TestHeap heap = TestHeap.open("")) {
      assertThat(heap.main.memalign(alignment, size)).isZero();
    }
  }

  /** The library prints that and writes to address -1, where no page is. */
  @Test
  void withoutAPageToTryMadviseOnTheProcessEnds() {
    FailingSpace space = new FailingSpace(TestHeap.newSpace());
    space.mmapFails = () -> true;
    assertThatThrownBy(() -> TestHeap.open(space, ""))
        .isInstanceOf(HeapCorruptedException.class)
        .hasMessage("<jemalloc>: Cannot allocate memory for MADV_DONTNEED check");
    space.close();
  }

  /**
   * Figures of Debian's libjemalloc2 5.3.0-1 by {@code heapstakes verify -a jemalloc -t
   * jemalloc-refuse3.hst --refuse N}; the calls also by {@code strace -e inject=mmap:error=ENOMEM}.
   * Refused are the page for MADV_FREE, the first block of records, the first mapping, and the
   * block for the first leaf of the map.
   */
  @ParameterizedTest
  @CsvSource({
    "2, 110592, 5, 2, 2, 0",
    "3,  28672, 7, 3, 3, 0",
    "4, 110592, 5, 2, 2, 0",
    "5,  28672, 8, 4, 4, 0",
    "6, 110592, 5, 2, 3, 1",
    "7, 110592, 8, 2, 2, 0",
  })
  void aRefusedStartIsMadeAgain(
      int call, long allocated, long mmaps, long munmaps, long madvises, long sbrks) {
    try (AddressSpace space = Machine.parse("simulated:fail_call=" + call).open();
        TestHeap heap = TestHeap.open(space, "")) {
      assertThat(heap.counter("allocated")).isEqualTo(allocated);
      VmStatistics calls = space.statistics();
      assertThat(calls.calls().getOrDefault(Syscall.MMAP, 0L)).isEqualTo(mmaps);
      assertThat(calls.calls().getOrDefault(Syscall.MUNMAP, 0L)).isEqualTo(munmaps);
      assertThat(calls.calls().getOrDefault(Syscall.MADVISE, 0L)).isEqualTo(madvises);
      assertThat(calls.calls().getOrDefault(Syscall.SBRK, 0L)).isEqualTo(sbrks);
      assertThat(heap.main.malloc(72_704)).isNotZero();
      heap.heap.audit();
    }
  }

  @Test
  void withoutABlockForItsRecordsEveryRequestIsRefusedUntilThereIsOne() {
    FailingSpace space = new FailingSpace(TestHeap.newSpace());
    int[] calls = {0};
    space.mmapFails = () -> ++calls[0] % 3 == 0; // behind two pages to try madvise on
    try (TestHeap heap = TestHeap.open(space, "")) {
      assertThat(heap.main.malloc(100)).isZero();
      assertThat(heap.main.calloc(10, 100)).isZero();
      assertThat(heap.main.memalign(4096, 100_000)).isZero();
      assertThat(heap.main.realloc(0, 100)).isZero();
      heap.main.free(0);
      heap.main.trim(0);
      assertThat(heap.counter("allocated")).isZero();
      heap.heap.audit();
      assertThat(calls[0])
          .isEqualTo(8 * 3); // twice before main, and one for trim and counters each

      space.mmapFails = () -> false;
      assertThat(heap.main.malloc(100)).isNotZero();
      assertThat(heap.counter(".internal")).isEqualTo(28_672);
      heap.heap.audit();
    }
  }

  /**
   * The thread that starts the library is bound to an arena only by a block that is not cached;
   * where that is not before main, another thread may take arena 0. The cache then leaves arena 0,
   * and the library counts a flush of each of the 5 large classes.
   */
  @Test
  void behindASecondStartTheFirstThreadTakesItsArenaLate() {
    try (AddressSpace space = Machine.parse("simulated:fail_call=3").open();
        TestHeap heap = TestHeap.open(space, "")) {
      JemallocThread other = heap.newThread();
      long block = other.malloc(100);
      assertThat(other.arena.index).isZero();
      heap.main.free(block);
      assertThat(heap.main.malloc(100)).isEqualTo(block);
      assertThat(heap.main.arena.index).isZero();
      assertThat(heap.counter(".large.nflushes")).isZero();

      assertThat(heap.main.malloc(1000)).isNotZero();
      assertThat(heap.main.arena.index).isOne();
      assertThat(heap.counter(".large.nflushes")).isEqualTo(5);
      assertThat(heap.counter(".small.nrequests")).isEqualTo(1); // the cached one
      heap.heap.audit();
    }
  }

  /** The huge arena serves threads that are bound to none. */
  @Test
  void aHugeBlockBindsNoThread() {
    try (TestHeap heap = TestHeap.open("tcache=false")) {
      JemallocThread first = heap.newThread();
      JemallocThread second = heap.newThread();
      assertThat(first.malloc(16 << 20)).isNotZero();
      assertThat(second.malloc(100)).isNotZero();
      assertThat(second.arena.index).isOne();
      assertThat(first.malloc(100)).isNotZero();
      assertThat(first.arena.index).isEqualTo(2);
    }
  }

  /** A C program with the library saw SIGSEGV at 0x28f8. */
  @Test
  void aThreadWhoseArenaIsRefusedCrashes() {
    FailingSpace space = new FailingSpace(TestHeap.newSpace());
    try (TestHeap heap = TestHeap.open(space, "")) {
      space.mmapFails = () -> true;
      JemallocThread thread = heap.newThread();
      assertThatThrownBy(() -> thread.malloc(100))
          .isInstanceOf(SegmentationFault.class)
          .hasMessageContaining("0x28f8");
    }
  }

  @Test
  void aThreadWithoutACacheWhoseArenaIsRefusedGetsNullAndTheNextTimeABlock() {
    FailingSpace space = new FailingSpace(TestHeap.newSpace());
    try (TestHeap heap = TestHeap.open(space, "tcache=false")) {
      assertThat(heap.main.malloc(100)).isNotZero();
      space.mmapFails = () -> true;
      JemallocThread thread = heap.newThread();
      assertThat(thread.malloc(100)).isZero();
      space.mmapFails = () -> false;
      assertThat(thread.malloc(100)).isNotZero();
      assertThat(thread.arena.index).isOne();
      heap.heap.audit();
    }
  }

  /**
   * As a C program with the library saw it with {@code retain:false,narenas:1}: large blocks come
   * and go until 64 KiB bring the collector; whatever is cached is SIGSEGV.
   */
  @Test
  void aThreadWhoseCacheIsRefusedCrashesWhenItIsLookedAt() {
    FailingSpace space = new FailingSpace(TestHeap.newSpace());
    try (TestHeap heap = TestHeap.open(space, "retain=false,narenas=1")) {
      long small = heap.main.malloc(100);
      long large = heap.main.malloc(40_000);
      JemallocThread thread = heap.newThread();
      space.mmapFails = () -> true;
      space.sbrkFails = () -> true;
      assertThat(thread.malloc(100_000)).isZero();
      space.mmapFails = () -> false;
      thread.free(large);
      assertThat(thread.malloc(40_000)).isNotZero();
      assertThatThrownBy(() -> thread.malloc(40_000)).isInstanceOf(SegmentationFault.class);
      assertThatThrownBy(() -> thread.malloc(8)).isInstanceOf(SegmentationFault.class);
      assertThatThrownBy(() -> thread.calloc(1, 20_000)).isInstanceOf(SegmentationFault.class);
      assertThatThrownBy(() -> thread.free(small)).isInstanceOf(SegmentationFault.class);
      assertThatThrownBy(thread::exit).isInstanceOf(SegmentationFault.class);
    }
  }

  /** Somebody may have used the break before: a calloc there asks the kernel for zeros. */
  @ParameterizedTest
  @ValueSource(strings = {"", "retain=false"})
  void memoryFromTheBreakIsNotTakenForZeroed(String settings) {
    FailingSpace space = new FailingSpace(TestHeap.newSpace());
    try (TestHeap heap = TestHeap.open(space, settings)) {
      int[] calls = {0};
      space.mmapFails = () -> calls[0]++ == 0;
      long before = space.statistics().calls().getOrDefault(Syscall.MADVISE, 0L);
      long block = heap.main.calloc(1, 3 * MIB);
      assertThat(heap.heap.regionOf(block).name()).isEqualTo("brk");
      assertThat(space.statistics().calls().getOrDefault(Syscall.MADVISE, 0L))
          .isEqualTo(before + 1);
      assertThat(heap.main.calloc(1, 3 * MIB)).isNotZero(); // from a mapping, which is
      assertThat(space.statistics().calls().getOrDefault(Syscall.MADVISE, 0L))
          .isEqualTo(before + 1);
    }
  }

  /** With the series refused, exactly what is needed is tried; the series stays where it was. */
  @Test
  void aRefusedMappingIsTriedAgainInTheSizeNeeded() {
    FailingSpace space = new FailingSpace(TestHeap.newSpace());
    try (TestHeap heap = TestHeap.open(space, "")) {
      int[] calls = {0};
      space.mmapFails = () -> calls[0]++ == 0;
      space.sbrkFails = () -> true;
      long before = space.statistics().mappedBytes();
      assertThat(heap.main.malloc(3 * MIB)).isNotZero();
      assertThat(space.statistics().mappedBytes() - before).isEqualTo(3 * MIB + 4096);
      assertThat(heap.main.malloc(3 * MIB)).isNotZero();
      assertThat(space.statistics().mappedBytes() - before).isEqualTo(6 * MIB + MIB / 2 + 4096);
      heap.heap.audit();
    }
  }

  @Test
  void whenAMappingIsRefusedTheBreakIsTheSecondChoice() {
    FailingSpace space = new FailingSpace(TestHeap.newSpace());
    try (TestHeap heap = TestHeap.open(space, "")) {
      int[] calls = {0};
      space.mmapFails = () -> calls[0]++ == 0; // the next, for the map, must not be refused
      long block = heap.main.malloc(3 * MIB);
      assertThat(heap.heap.regionOf(block).name()).isEqualTo("brk");
      heap.heap.audit();
    }
  }

  /** A fill that gets nothing is counted and answers NULL; nothing else changes. */
  @Test
  void aRefusedFillIsStillAFill() {
    FailingSpace space = new FailingSpace(TestHeap.newSpace());
    try (TestHeap heap = TestHeap.open(space, "")) {
      space.mmapFails = () -> true;
      space.sbrkFails = () -> true;
      while (heap.main.malloc(14_336) != 0) {}
      long fills = heap.counter(".bins.35.nfills");
      assertThat(heap.main.malloc(14_336)).isZero();
      assertThat(heap.counter(".bins.35.nfills")).isEqualTo(fills + 1);
      heap.heap.audit();
      space.mmapFails = () -> false;
      assertThat(heap.main.malloc(14_336)).isNotZero();
    }
  }
}
