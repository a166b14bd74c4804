package heapstakes.model.jemalloc;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.os.VmStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** §9 of the specification. */
class DecayTest {
  private static final long BLOCK = 4L << 20;
  private static final long SECOND = 1_000_000_000;

  @ParameterizedTest
  @CsvSource({
    "1, 20",
    "50, 1736704",
    "100, 8388608",
    "150, 15040512",
    "199, 16777195",
    "200, 16777216"
  })
  void theStepIsSmoothAndRoundedDown(int step, long value) {
    assertThat(Decay.smoothStep(step)).isEqualTo(value);
  }

  /** The first epoch after a burst of frees takes it for brand new, however late it comes. */
  @Test
  void oneLeapOfTheClockPurgesNothing() {
    Decay decay = new Decay(12_345, 10_000, 0);
    assertThat(decay.advance(100 * SECOND, 1000)).isTrue();
    assertThat(decay.limit()).isEqualTo(1000);
    assertThat(decay.advance(200 * SECOND, 1000)).isTrue();
    assertThat(decay.limit()).isZero();
  }

  @Test
  void halfOfThePagesMayStayAfterHalfOfTheTime() {
    Decay decay = new Decay(12_345, 10_000, 0);
    assertThat(decay.advance(SECOND, 1000)).isTrue();
    assertThat(decay.advance(6 * SECOND, 1000)).isTrue();
    assertThat(decay.limit()).isEqualTo(500);
  }

  /** The deadline is up to an interval, 50 ms, later than the epoch's end. */
  @Test
  void nothingHappensBeforeTheDeadline() {
    Decay decay = new Decay(12_345, 10_000, SECOND);
    long deadline = decay.deadline();
    assertThat(deadline).isBetween(SECOND + 50_000_000, SECOND + 99_999_999);
    assertThat(decay.advance(deadline - 1, 10)).isFalse();
    assertThat(decay.advance(deadline, 10)).isTrue();
  }

  /** §9.7: 2 epochs where that is worth it, 200 where it never is; in between by halves. */
  @ParameterizedTest
  @CsvSource({
    "0, 9223372036854775807", // nothing is free, nothing was
    "1024, 10000000000", // 1024 are not more than 1024
    "1025, 7525000000", // between 101 epochs, when some 517 are due, and 200
    "1000000000000, 100000000", // of these 3 819 427 decay in 2 epochs: 2 ^ 24 - h[198] is 64
  })
  void whoPurgesSleepsUntilThatIsWorthIt(long pages, long nanos) {
    Decay decay = new Decay(12_345, 10_000, 0);
    decay.advance(SECOND, pages);
    assertThat(decay.untilWorthwhile(pages)).isEqualTo(nanos);
  }

  /** By hand: h[200] - h[100] is half, and what is left of 10 s counts in whole epochs of 50 ms. */
  @ParameterizedTest
  @CsvSource({"49999999, 0", "5000000000, 500", "5049999999, 500", "10000000000, 1000"})
  void pagesOfTheLastEpochAreDueByTheSmoothStep(long nanos, long pages) {
    Decay decay = new Decay(12_345, 10_000, 0);
    decay.advance(SECOND, 1000);
    assertThat(decay.newestDueIn(nanos)).isEqualTo(pages);
  }

  private static TestHeap withDirtyBlock(String settings) {
    TestHeap heap = TestHeap.open(settings);
    heap.heap.counters();
    long block = heap.main.malloc(BLOCK);
    heap.space.memory().touch(block, BLOCK);
    heap.main.free(block);
    return heap;
  }

  /** §0.10, §9.5: an idle process gives nothing back. */
  @Test
  void nobodyPurgesWhileTheProgramIdles() {
    try (TestHeap heap = withDirtyBlock("")) {
      long resident = heap.residentKib();
      heap.passMillis(1_000_000);
      assertThat(heap.residentKib()).isEqualTo(resident);
      assertThat(heap.counter(".pdirty")).isEqualTo(BLOCK / 4096 + 1);
    }
  }

  /**
   * §9.4, §9.8: dirty pages become muzzy, still resident, and are dropped when they decay again.
   */
  @Test
  void muzzyPagesStayResidentUntilTheyDecayToo() {
    try (TestHeap heap = withDirtyBlock("dirty_decay_ms=1000,muzzy_decay_ms=1000")) {
      long resident = heap.residentKib();
      heap.passMillis(2000);
      heap.poll();
      heap.passMillis(2000);
      heap.poll();
      assertThat(heap.figures(".pdirty .pmuzzy .dirty_purged .muzzy_purged"))
          .isEqualTo("0 1025 1025 0");
      VmStatistics statistics = heap.space.statistics();
      assertThat(heap.residentKib()).isEqualTo(resident);
      assertThat(statistics.lazyFreeBytes()).isEqualTo(BLOCK + 4096); // displaced in its first page
      heap.passMillis(2000);
      heap.poll();
      assertThat(heap.figures(".pmuzzy .muzzy_purged .muzzy_nmadvise")).isEqualTo("0 1025 1");
      assertThat(resident - heap.residentKib()).isEqualTo(BLOCK / 1024 + 4);
      heap.heap.audit();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "-1, 1025"})
  void dirtyPagesGoAtOnceOrNever(String millis, long left) {
    try (TestHeap heap = withDirtyBlock("dirty_decay_ms=" + millis)) {
      for (int i = 0; i < 3; i++) {
        heap.passMillis(100_000);
        heap.poll();
      }
      assertThat(heap.counter(".pdirty")).isEqualTo(left);
    }
  }

  @Test
  void aPurgeBypassesTheMuzzyCache() {
    try (TestHeap heap = withDirtyBlock("muzzy_decay_ms=-1")) {
      heap.main.trim(0);
      assertThat(heap.figures(".pdirty .pmuzzy .dirty_purged")).isEqualTo("0 0 1025");
    }
  }
}
