package heapstakes.questions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When memory goes back by itself: rows 7 and 9 of the list of questions. */
class MappingsAndDecayTest {
  private static final long MIB = 1 << 20;
  private static final String BURST = "burst-then-idle:blocks=20000";

  /**
   * The rule of ptmalloc2.md §11: 128 KiB at first; the first block of a size above it goes back at
   * once when freed and raises the threshold to its own chunk, and the trim threshold to twice
   * that; 32 MiB and above never counts.
   */
  @Test
  void theThresholdForMappingsRisesWithWhatIsFreed() {
    Answer answer = Answer.of("ptmalloc2", "size-ladder");
    long idle = answer.mapped("first: 64K freed");

    assertThat(answer.mapped("first: 512K held") - idle).isGreaterThanOrEqualTo(2 * MIB);
    assertThat(answer.mapped("first: 512K freed")).isEqualTo(idle);
    assertThat(answer.mapped("first: 4M freed")).isEqualTo(idle);
    assertThat(answer.mapped("first: 32M freed")).isEqualTo(idle);
    // Now a mapping's threshold is 4 MiB, and top is trimmed from 8 MiB on.
    assertThat(answer.mapped("again: 512K freed"))
        .isEqualTo(answer.mapped("again: 512K held"))
        .isGreaterThan(2 * MIB);
    assertThat(answer.mapped("again: 4M held")).isGreaterThan(16 * MIB);
    assertThat(answer.mapped("again: 32M freed")).isLessThan(9 * MIB);
  }

  @Test
  void aThresholdThatIsGivenDoesNotMove() {
    Answer answer = Answer.of("ptmalloc2:mmap_threshold=128K", "size-ladder");

    assertThat(answer.mapped("again: 512K freed")).isEqualTo(answer.mapped("again: 64K freed"));
    assertThat(answer.mapped("again: 4M freed")).isEqualTo(answer.mapped("again: 64K freed"));
  }

  /** jemalloc.md §9.5: an idle process never purges without background threads. */
  @ParameterizedTest
  @ValueSource(strings = {"jemalloc", "tcmalloc", "tcmalloc:release_rate=10"})
  void nothingGoesBackInSilence(String contestant) {
    Answer answer = Answer.of(contestant, BURST);

    assertThat(answer.resident("freed")).isGreaterThan(20_000 * 512L);
    assertThat(answer.resident("silent for 30 s")).isEqualTo(answer.resident("freed"));
  }

  /** Dirty pages decay over 10 s once something looks at the clock (jemalloc.md §9, §18.1). */
  @Test
  void jemallocsPagesDecayInTheTrickle() {
    Answer answer = Answer.of("jemalloc", BURST);

    assertThat(answer.resident("trickle for 10 s")).isLessThan(answer.resident("freed") / 4);
    assertThat(answer.lazyFree("trickle for 10 s")).isZero();
  }

  /** MADV_FREE leaves resident as it is until memory is short; the next decay gives it back. */
  @Test
  void lazilyFreedPagesStayResident() {
    Answer answer = Answer.of("jemalloc:dirty_decay_ms=10000,muzzy_decay_ms=10000", BURST);
    Answer stock = Answer.of("jemalloc", BURST);

    assertThat(answer.lazyFree("trickle for 10 s")).isPositive();
    assertThat(answer.resident("trickle for 10 s"))
        .isGreaterThanOrEqualTo(
            stock.resident("trickle for 10 s") + answer.lazyFree("trickle for 10 s"));
    assertThat(answer.lazyFree("trickle for 30 s")).isZero();
  }

  /** tcmalloc.md §5.8: the first release comes when 262 143 pages of 8 KiB have been freed. */
  @Test
  void tcmallocReleasesByPagesFreedNotByTime() {
    Answer answer = Answer.of("tcmalloc", BURST);

    // 1000 blocks of 64 pages are below that, 10 000 above.
    assertThat(answer.resident("trickle for 1 s")).isEqualTo(answer.resident("freed"));
    assertThat(answer.resident("trickle for 10 s")).isLessThan(answer.resident("freed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"jemalloc:dirty_decay_ms=0", "tcmalloc:aggressive_decommit=true"})
  void aggressiveOnesGiveBackAtOnce(String contestant) {
    Answer answer = Answer.of(contestant, BURST);

    assertThat(answer.resident("freed")).isLessThan(answer.resident("burst") / 2);
  }
}
