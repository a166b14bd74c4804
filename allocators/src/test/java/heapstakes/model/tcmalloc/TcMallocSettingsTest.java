package heapstakes.model.tcmalloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.ShellLine;
import heapstakes.setting.SettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcMallocSettingsTest {
  private static final long MIB = 1 << 20;
  private static final int PAGE = 8192;

  @Test
  void everyKeyIsDeployedByItsEnvironmentVariable() {
    Contestant all =
        Allocators.parse(
            "tcmalloc:release_rate=2.5,aggressive_decommit=true,max_total_thread_cache_bytes=1M,"
                + "transfer_num_obj=64,heap_limit_mb=100,disable_memory_release=false");
    assertThat(ShellLine.of(all.environment()))
        .isEqualTo(
            "TCMALLOC_RELEASE_RATE=2.5 TCMALLOC_AGGRESSIVE_DECOMMIT=true"
                + " TCMALLOC_MAX_TOTAL_THREAD_CACHE_BYTES=1048576 TCMALLOC_TRANSFER_NUM_OBJ=64"
                + " TCMALLOC_HEAP_LIMIT_MB=100 TCMALLOC_DISABLE_MEMORY_RELEASE=false");
  }

  @Test
  void aBatchOfNoObjectsIsRefusedForTheLibraryDiesOfIt() {
    assertThatThrownBy(() -> Allocators.parse("tcmalloc:transfer_num_obj=0"))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("'0'")
        .hasMessageContaining("transfer_num_obj")
        .hasMessageContaining("1 … 100000");
  }

  /**
   * §5.8: at main 262143 pages may be freed before the first release, and growing counts as
   * freeing. A release of r pages buys 1000 / rate · r more, at most 2^20. The first victim is the
   * shortest span: the 117 pages that are left of the first mebibyte.
   */
  @ParameterizedTest
  @CsvSource({"1, 117000", "10, 11700", "1000, 117", "0.1, 1048576"})
  void theRateSetsHowManyFreedPagesAReleaseBuys(String rate, long bought) {
    try (TcMallocHeap heap = TcMallocHeap.open("release_rate=" + rate)) {
      TcMallocThread thread = heap.main;
      thread.malloc(MIB); // 128 pages each, newly grown; the second has no free neighbour
      long block = thread.malloc(MIB);
      thread.malloc(MIB);
      for (long freed = 3 * 128; freed + 128 <= 262_143; freed += 128) {
        thread.free(block);
        block = thread.malloc(MIB);
      }
      assertThat(heap.counter("tcmalloc.pageheap_scavenge_count")).isZero();
      thread.free(block);
      assertThat(heap.counter("tcmalloc.pageheap_scavenge_count")).isEqualTo(1);
      assertThat(heap.counter("tcmalloc.pageheap_unmapped_bytes")).isEqualTo(117 * PAGE);
      for (long freed = 0; freed + 128 <= bought; freed += 128) {
        thread.free(thread.malloc(MIB));
      }
      assertThat(heap.counter("tcmalloc.pageheap_scavenge_count")).isEqualTo(1);
      thread.free(thread.malloc(MIB));
      assertThat(heap.counter("tcmalloc.pageheap_scavenge_count")).isEqualTo(2);
    }
  }

  @Test
  void rateZeroReleasesNothingByItself() {
    try (TcMallocHeap heap = TcMallocHeap.open("release_rate=0")) {
      for (int i = 0; i < 5000; i++) {
        heap.main.free(heap.main.malloc(2 * MIB));
      }
      assertThat(heap.counter("tcmalloc.pageheap_scavenge_count")).isZero();
      assertThat(heap.counter("tcmalloc.pageheap_unmapped_bytes")).isZero();
    }
  }

  @Test
  void aggressiveDecommitGivesEveryFreedPageBackAtOnce() {
    try (TcMallocHeap heap = TcMallocHeap.open("aggressive_decommit=true")) {
      heap.main.free(heap.main.malloc(10 * MIB)); // touches the metadata for a large free span
      long before = heap.residentKib();
      long block = heap.main.malloc(10 * MIB);
      heap.space.memory().touch(block, 10 * MIB);
      assertThat(heap.residentKib() - before).isEqualTo(10 * 1024);
      heap.main.free(block);
      assertThat(heap.residentKib()).isEqualTo(before);
      assertThat(heap.counter("tcmalloc.pageheap_free_bytes")).isZero();
    }
  }

  @Test
  void withReleaseDisabledNothingGoesBackAndAttemptsAreCounted() {
    try (TcMallocHeap heap = TcMallocHeap.open("disable_memory_release=true")) {
      heap.main.free(heap.main.malloc(10 * MIB));
      heap.main.trim(0);
      assertThat(heap.counter("tcmalloc.pageheap_unmapped_bytes")).isZero();
      assertThat(heap.counter("tcmalloc.pageheap_decommit_count")).isEqualTo(1);
      assertThat(heap.counter("tcmalloc.pageheap_total_decommit_bytes")).isZero();
    }
  }

  /** §11.5, measured: 8 MiB of metadata and 1 MiB of heap are taken at main. */
  @Test
  void aHeapLimitRefusesGrowthButServesFromWhatIsThere() {
    try (TcMallocHeap heap = TcMallocHeap.open("heap_limit_mb=14")) {
      int blocks = 0;
      while (heap.main.malloc(MIB) != 0) {
        blocks++;
      }
      assertThat(blocks).isEqualTo(14 - 8 - 1);
      assertThat(heap.main.malloc(100)).isNotZero();
      heap.heap.audit();
    }
  }

  @Test
  void theBudgetBoundsWhatThreadCachesClaim() {
    try (TcMallocHeap heap = TcMallocHeap.open("max_total_thread_cache_bytes=1M")) {
      assertThat(heap.counter("tcmalloc.max_total_thread_cache_bytes")).isEqualTo(MIB);
      long[] blocks = new long[40_000];
      for (int i = 0; i < blocks.length; i++) {
        blocks[i] = heap.main.malloc(i % 1000 + 1);
      }
      for (long block : blocks) {
        heap.main.free(block);
        assertThat(heap.main.bytes).isLessThanOrEqualTo(MIB);
      }
      heap.heap.audit();
    }
  }
}
