package heapstakes.model.jemalloc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures of the real library: §18 of the specification. */
class GoldenTest {
  private static final String COLUMNS = "allocated active resident mapped retained .pdirty";
  private static final long MIB = 1 << 20;

  /** §18.4; offsets from the base of the first region. */
  @Test
  void theSmokeTestGivesAddressesCountersAndChance() {
    try (TestHeap heap = TestHeap.open("seeds=140737353685616/0/0/0")) {
      String columns = "allocated active metadata resident mapped retained";
      assertThat(heap.figures(columns)).isEqualTo("110592 118784 2668400 2764800 6410240 1978368");
      JemallocThread main = heap.main;
      long[] blocks = {main.malloc(1), main.malloc(20_000), main.malloc(20_000), main.malloc(100)};
      long region = blocks[0] - 118_784;
      assertThat(region % (2 * MIB)).isZero();
      assertThat(blocks[1] - region).isEqualTo(123_392);
      assertThat(blocks[2] - region).isEqualTo(149_056);
      assertThat(blocks[3] - region).isEqualTo(172_032);
      for (int i = 0; i < 3; i++) {
        main.free(blocks[i]);
      }
      assertThat(heap.figures(columns + " .tcache_bytes"))
          .isEqualTo("163552 200704 2668912 2846720 6492160 1896448 52848");
      main.flushCache();
      assertThat(heap.figures("allocated active .pdirty .extent_avail"))
          .isEqualTo("110704 147456 13 2");
      assertThat(main.ticker.left()).isEqualTo(793);
      assertThat(main.ticker.state()).isEqualTo(7_210_247_183_823_436_209L);
      assertThat(main.allocatedBytes()).isEqualTo(123_000);
      assertThat(main.deallocatedBytes()).isEqualTo(40_968);
      heap.heap.audit();
    }
  }

  private static long[] flood(TestHeap heap) {
    long[] blocks = new long[10_000_000];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = heap.main.malloc(4);
      heap.space.memory().putInt(blocks[i], i);
    }
    return blocks;
  }

  private static void freeAll(TestHeap heap, long[] blocks) {
    for (long block : blocks) {
      heap.main.free(block);
    }
  }

  /** §18.1, first table. */
  @Test
  void tenMillionBlocksOfFourBytesComeAndGoAsRecorded() {
    try (TestHeap heap = TestHeap.open("")) {
      assertThat(heap.figures(COLUMNS)).isEqualTo("110592 118784 2764800 6410240 1978368 0");
      long start = heap.residentKib();
      long[] blocks = flood(heap);
      assertThat(heap.figures(COLUMNS)).isEqualTo("80110592 80121856 85262336 86413312 618496 0");
      long written = heap.residentKib() - start;
      assertThat(written)
          .isBetween((162_592 - 81_860) * 99L / 100, (162_592 - 81_860) * 101L / 100);
      freeAll(heap, blocks);
      assertThat(heap.figures(COLUMNS)).isEqualTo("112096 126976 85262336 86413312 618496 19530");
      heap.main.flushCache();
      String flushed = "110592 118784 85262336 86413312 618496 19532";
      assertThat(heap.figures(COLUMNS)).isEqualTo(flushed);
      heap.passMillis(10_000);
      heap.poll();
      heap.passMillis(10_000);
      assertThat(heap.figures(COLUMNS)).isEqualTo(flushed);
      assertThat(heap.residentKib() - start).isEqualTo(written);
      heap.main.trim(0);
      assertThat(heap.figures(COLUMNS)).isEqualTo("110592 118784 5259264 6410240 80621568 0");
      assertThat(heap.figures(".dirty_purged .dirty_nmadvise .dirty_npurge metadata .extent_avail"))
          .isEqualTo("19532 12 1 5168496 19521");
      assertThat(heap.residentKib() - start).isLessThan((84_468 - 81_860) * 11L / 10);
      heap.heap.audit();
    }
  }

  /** §18.1: pages that are dirty after each of the polls, 100 ms apart, from the flush on. */
  @ParameterizedTest
  @ValueSource(strings = {"", "muzzy_decay_ms=5000"})
  void dirtyPagesDecayAlongTheRecordedCurve(String settings) {
    TreeMap<Integer, Long> curve =
        new TreeMap<>(
            Map.ofEntries(
                Map.entry(100, 19_532L),
                Map.entry(200, 19_049L),
                Map.entry(1600, 18_409L),
                Map.entry(2100, 17_641L),
                Map.entry(2600, 16_745L),
                Map.entry(3000, 15_721L),
                Map.entry(3400, 14_441L),
                Map.entry(3800, 12_905L),
                Map.entry(4300, 11_113L),
                Map.entry(4800, 9065L),
                Map.entry(5300, 6505L),
                Map.entry(6100, 3433L),
                Map.entry(7100, 0L)));
    try (TestHeap heap = TestHeap.open(settings)) {
      freeAll(heap, flood(heap));
      heap.main.flushCache();
      for (int millis = 100; millis <= 8000; millis += 100) {
        heap.passMillis(100);
        heap.poll();
        assertThat(heap.counter(".pdirty"))
            .as("after %d ms", millis)
            .isEqualTo(curve.floorEntry(millis).getValue());
      }
    }
  }

  /** §18.2: a thousand blocks of 10 KiB, two in a slab of five pages. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "even | 5353472 10358784 0 | 5230592 10358784 0 | 10358784 16650240 1175552 0 0 | 91956",
        "butLast | 315392 323584 2450 | 120832 139264 2495 | 139264 6430720 11395072 0 4 | 81976",
        "half | 5353472 5361664 1220 | 5230592 5238784 1250 | 5238784 11530240 6295552 0 2 | 86956",
        "all | 315392 323584 2450 | 110592 118784 2500 | 118784 6410240 11415552 0 4 | 81956",
      })
  void slabsGoBackOnlyWhenBothTheirBlocksDo(
      String pattern, String freed, String flushed, String decayed, long residentKib) {
    try (TestHeap heap = TestHeap.open("")) {
      heap.counter("allocated");
      long start = heap.residentKib();
      long[] blocks = new long[1000];
      for (int i = 0; i < blocks.length; i++) {
        blocks[i] = heap.main.malloc(10_240);
        heap.space.memory().touch(blocks[i], 10_240);
      }
      assertThat(heap.figures("allocated active resident mapped retained metadata"))
          .isEqualTo("10350592 10358784 13070336 16650240 1175552 2732656");
      for (int i = 0; i < blocks.length; i++) {
        if (isFreed(pattern, i)) {
          heap.main.free(blocks[i]);
        }
      }
      assertThat(heap.figures("allocated active .pdirty")).isEqualTo(freed);
      heap.main.flushCache();
      assertThat(heap.figures("allocated active .pdirty")).isEqualTo(flushed);
      for (int i = 0; i < 2; i++) {
        heap.passMillis(10_000);
        heap.poll();
      }
      assertThat(heap.figures("active mapped retained .pdirty .dirty_nmadvise")).isEqualTo(decayed);
      // The table's resident memory is that of the process, 81 800 KiB at the start.
      assertThat(heap.residentKib() - start).isBetween(residentKib - 81_900, residentKib - 81_740);
      heap.heap.audit();
    }
  }

  private static boolean isFreed(String pattern, int i) {
    return switch (pattern) {
      case "even" -> i % 2 == 0;
      case "butLast" -> i < 999;
      case "half" -> i >= 500;
      case "all" -> true;
      default -> throw new IllegalArgumentException(pattern);
    };
  }

  /**
   * Pages of the first base block that the first mallctl(3) brings in: pagemap(5) of
   * libjemalloc.so.2 5.3.0-1 before and behind {@code mallctl("arenas.narenas")}, with 2 CPUs,
   * without the zero page.
   */
  @ParameterizedTest
  @CsvSource({"'',37", "narenas=1,29", "narenas=2,30", "narenas=3,31", "tcache=false,36"})
  void theFirstControlTouchesTheStartOfEachTable(String settings, int pages) {
    try (TestHeap heap = TestHeap.open(settings)) {
      long before = heap.residentKib();
      heap.heap.counters();
      assertThat(heap.residentKib() - before).isEqualTo(4L * pages);
    }
  }

  /**
   * §18.1, real clock, {@code background_thread:true}: 10 s after the last free nothing is dirty,
   * by 12 madvise(2), one for each region. The frees took about 12 ns each. Without it nothing
   * moves.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoSleepsGivesBackOnlyWithABackgroundThread(boolean background) {
    try (TestHeap heap = TestHeap.open("background_thread=" + background)) {
      for (long block : flood(heap)) {
        heap.main.free(block);
        heap.space.clock().advance(12);
      }
      heap.main.flushCache();
      String before = heap.figures(".pdirty .dirty_nmadvise");
      long resident = heap.residentKib();
      heap.passMillis(10_000);
      assertThat(heap.figures(".pdirty .dirty_nmadvise")).isEqualTo(background ? "0 12" : before);
      assertThat(heap.residentKib() < resident - 75_000).isEqualTo(background);
      heap.heap.audit();
    }
  }

  /** §18.3. */
  @Test
  void hugeBlocksHaveAnArenaThatKeepsNothing() {
    try (TestHeap heap = TestHeap.open("")) {
      long ten = heap.main.malloc(10 * MIB);
      long twenty = heap.main.malloc(20 * MIB);
      assertThat(heap.figures("allocated active mapped retained"))
          .isEqualTo("31567872 31584256 39972864 8261632");
      heap.main.free(ten);
      assertThat(heap.figures(".dirty_purged retained")).isEqualTo("2561 18751488");
      heap.main.free(twenty);
      assertThat(heap.figures(".dirty_purged .dirty_npurge retained")).isEqualTo("7682 0 39727104");
      heap.heap.audit();
    }
  }

  /** §18.3, last line. */
  @Test
  void withoutAHugeArenaHugeBlocksGoAtOnceAllTheSame() {
    try (TestHeap heap = TestHeap.open("oversize_threshold=0")) {
      long ten = heap.main.malloc(10 * MIB);
      long twenty = heap.main.malloc(20 * MIB);
      heap.main.free(ten);
      heap.main.free(twenty);
      assertThat(heap.figures(".dirty_purged .dirty_npurge .pdirty")).isEqualTo("7682 0 0");
    }
  }
}
