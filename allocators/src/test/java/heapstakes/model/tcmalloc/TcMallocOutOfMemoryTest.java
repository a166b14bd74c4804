package heapstakes.model.tcmalloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.FailingSpace;
import heapstakes.allocator.HeapCorruptedException;
import org.junit.jupiter.api.Test;

class TcMallocOutOfMemoryTest {
  private static final long MIB = 1 << 20;

  @Test
  void withoutTheBreakTheHeapGrowsByMappings() {
    FailingSpace space = new FailingSpace(TcMallocHeap.newSpace());
    try (TcMallocHeap heap = TcMallocHeap.open(space, "")) {
      space.sbrkFails = () -> true;
      long first = heap.main.malloc(3 * MIB);
      long second = heap.main.malloc(3 * MIB);
      assertThat(heap.heap.regionOf(first).name()).isEqualTo("mmap");
      assertThat(first % 8192).isZero();
      assertThat(second).isEqualTo(first - 3 * MIB); // downwards, and joined when free
      heap.main.free(first);
      heap.main.free(second);
      heap.heap.audit();
      assertThat(heap.main.malloc(6 * MIB)).isEqualTo(second);
    }
  }

  @Test
  void whenBothSourcesFailTheRequestDoesAndTheNextTriesBothAgain() {
    FailingSpace space = new FailingSpace(TcMallocHeap.newSpace());
    try (TcMallocHeap heap = TcMallocHeap.open(space, "")) {
      space.sbrkFails = () -> true;
      space.mmapFails = () -> true;
      assertThat(heap.main.malloc(3 * MIB)).isZero();
      assertThat(heap.main.malloc(100)).as("from what is there").isNotZero();
      space.sbrkFails = () -> false;
      long block = heap.main.malloc(3 * MIB);
      assertThat(heap.heap.regionOf(block).name()).isEqualTo("brk");
      heap.heap.audit();
    }
  }

  @Test
  void aRefusedMebibyteIsAskedForAgainInTheSizeNeeded() {
    FailingSpace space = new FailingSpace(TcMallocHeap.newSpace());
    try (TcMallocHeap heap = TcMallocHeap.open(space, "")) {
      heap.main.malloc(958_464); // all that was free at main
      int[] calls = {0};
      space.sbrkFails = () -> calls[0]++ == 0;
      space.mmapFails = () -> true;
      long before = heap.counter("generic.heap_size");
      assertThat(heap.main.malloc(300_000)).isNotZero();
      assertThat(heap.counter("generic.heap_size") - before).isEqualTo(37 * 8192);
    }
  }

  @Test
  void withoutMemoryForItsOwnRecordsTheLibraryGivesUpWithItsMessage() {
    FailingSpace space = new FailingSpace(TcMallocHeap.newSpace());
    space.sbrkFails = () -> true;
    space.mmapFails = () -> true;
    assertThatThrownBy(() -> TcMallocHeap.open(space, ""))
        .isInstanceOf(HeapCorruptedException.class)
        .hasMessage(
            "src/page_heap_allocator.h:74] FATAL ERROR: Out of memory trying to allocate internal"
                + " tcmalloc data (bytes, object-size) 131072 48");
    space.close();
  }

  @Test
  void aFailedMadviseLeavesTheSpanNormal() {
    FailingSpace space = new FailingSpace(TcMallocHeap.newSpace());
    try (TcMallocHeap heap = TcMallocHeap.open(space, "aggressive_decommit=true")) {
      space.madviseFails = () -> true;
      heap.main.free(heap.main.malloc(3 * MIB));
      assertThat(heap.counter("tcmalloc.pageheap_free_bytes")).isEqualTo(3 * MIB);
      heap.heap.audit();
    }
  }

  /** CheckAndHandlePreMerge in page_heap.cc looks one span far, 2.8 to 2.18.1. */
  @Test
  void aSpanWhoseMadviseFailedIsJoinedLaterButNotWithWhatLiesBehindIt() {
    FailingSpace space = new FailingSpace(TcMallocHeap.newSpace());
    try (TcMallocHeap heap = TcMallocHeap.open(space, "aggressive_decommit=true")) {
      long first = heap.main.malloc(3 * MIB);
      long second = heap.main.malloc(3 * MIB);
      long third = heap.main.malloc(3 * MIB);
      heap.main.malloc(3 * MIB);
      long before = heap.counter("tcmalloc.pageheap_decommit_count");
      heap.main.free(first);
      space.madviseFails = () -> true;
      heap.main.free(second);
      space.madviseFails = () -> false;
      heap.main.free(third);
      assertThat(heap.counter("tcmalloc.pageheap_decommit_count") - before).isEqualTo(4);
      assertThat(heap.counter("tcmalloc.pageheap_free_bytes")).isZero();
      heap.heap.audit();
      assertThat(heap.main.malloc(9 * MIB)).isGreaterThan(third);
      assertThat(heap.main.malloc(6 * MIB)).isEqualTo(second);
      heap.heap.audit();
    }
  }
}
