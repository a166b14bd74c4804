package heapstakes.model.tcmalloc;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Region;
import org.junit.jupiter.api.Test;

/** The state at main, §11.1 of the specification; resident pages by /proc/self/pagemap. */
class StartUpTest {
  // 1 of span records, 1 of growth traces, 3 of the two thread caches, the 2 MiB page-map leaf;
  // 1 of libstdc++'s pool, and 2 each of the spans of 8- and 16-byte objects.
  private static final long RESIDENT_PAGES = 1 + 1 + 3 + 512 + 1 + 2 + 2;

  @Test
  void countersAreThoseOfAProgramThatReachesMain() {
    try (TcMallocHeap heap = TcMallocHeap.open("")) {
      assertThat(heap.counter("generic.current_allocated_bytes")).isEqualTo(73_752);
      assertThat(heap.counter("tcmalloc.central_cache_free_bytes")).isEqualTo(16_360);
      assertThat(heap.counter("tcmalloc.thread_cache_free_bytes")).isZero();
      assertThat(heap.counter("generic.total_physical_bytes")).isEqualTo(3_538_944);
      assertThat(heap.heap.metadataBytes()).isEqualTo(2_490_368);
      heap.heap.audit();
    }
  }

  @Test
  void aggressiveDecommitIsInForceBeforeMain() {
    try (TcMallocHeap heap = TcMallocHeap.open("aggressive_decommit=true")) {
      assertThat(heap.counter("tcmalloc.pageheap_unmapped_bytes")).isEqualTo(958_464);
      assertThat(heap.counter("tcmalloc.pageheap_commit_count")).isEqualTo(5);
      assertThat(heap.counter("tcmalloc.pageheap_total_commit_bytes")).isEqualTo(1_146_880);
      assertThat(heap.counter("tcmalloc.pageheap_decommit_count")).isEqualTo(2);
      assertThat(heap.counter("tcmalloc.pageheap_total_decommit_bytes")).isEqualTo(1_056_768);
      assertThat(heap.counter("generic.total_physical_bytes")).isEqualTo(2_580_480);
    }
  }

  @Test
  void disablingReleaseComesTooLateForTheTwoDecommitsBeforeMain() {
    try (TcMallocHeap heap =
        TcMallocHeap.open("aggressive_decommit=true,disable_memory_release=true")) {
      assertThat(heap.counter("tcmalloc.pageheap_unmapped_bytes")).isEqualTo(958_464);
      heap.main.free(heap.main.malloc(300_000));
      assertThat(heap.counter("tcmalloc.pageheap_decommit_count")).isEqualTo(3);
      assertThat(heap.counter("tcmalloc.pageheap_free_bytes")).isPositive();
    }
  }

  @Test
  void onlyWhatTheLibraryWritesToIsResident() {
    try (TcMallocHeap heap = TcMallocHeap.open("")) {
      assertThat(heap.residentKib()).isEqualTo(RESIDENT_PAGES * 4);
    }
  }

  @Test
  void theHeapFollowsTheFirstChunkOfMetadata() {
    try (TcMallocHeap heap = TcMallocHeap.open("")) {
      long block = heap.main.malloc(300_000);
      assertThat(block).isEqualTo(heap.heapBase() + 0x16000);
      assertThat(heap.heap.regionOf(block))
          .isEqualTo(new Region("brk", block - heap.space.initialBreak()));
    }
  }
}
