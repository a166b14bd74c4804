package heapstakes.questions;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.replay.TraceSource;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adversaries against their bounds, and what else the literature knows beforehand. */
class ClassicsTest {
  private static final long PAGE = 4096;

  /**
   * Robson 1971: M × (1 + ½ log2(max / min)). The free-space map behind it: at each size half of
   * what may be live is allocated, and finds no hole. Beyond it there is the thread's cache, and
   * the pad of one extension of the break.
   */
  @ParameterizedTest
  @CsvSource({"1M, 32, 1K, 5", "4M, 32, 32K, 10", "2M, 256, 4K, 4"})
  void theBoomReachesRobsonsBound(String live, String min, String max, int doublings) {
    String workload =
        String.format(Locale.ROOT, "fragmentation-boom:live=%s,min=%s,max=%s", live, min, max);
    long bytes = Long.parseLong(live.replace("M", "")) << 20;
    long bound = bytes + doublings * bytes / 2;

    Answer exact = Answer.of("ptmalloc2:tcache_count=0,mxfast=0", workload);

    assertThat(exact.footprint().space().peak().requestedBytes().orElseThrow())
        .isLessThanOrEqualTo(bytes);
    assertThat(exact.footprint().space().peak().mappedBytes().orElseThrow())
        .isBetween(bound, bound + 656 + 128 * 1024 + PAGE);
  }

  /** Who never reuses a block needs the sum of all that was asked for, and so much is needed. */
  @Test
  void theBoomLeavesAnAllocatorWithCachesLittleMore() {
    String workload = "fragmentation-boom:live=4M,max=32K";
    long sum = Answer.of("bump", workload).footprint().space().peak().mappedBytes().orElseThrow();

    for (String contestant : new String[] {"ptmalloc2", "tcmalloc", "jemalloc"}) {
      long resident =
          Answer.of(contestant, workload).footprint().space().peak().residentBytes().orElseThrow();
      // tcmalloc touches 2 MiB of its own tables besides (tcmalloc.md §4).
      assertThat(resident).as(contestant).isBetween(sum * 9 / 10, sum * 13 / 10 + (2 << 20));
    }
  }

  /**
   * jemalloc serves 16, 32 and 64 bytes from slabs of one page (jemalloc.md §2), so a kept block
   * holds a page, whatever is asked to be given back: as much as was allocated.
   */
  @Test
  void aLiveBlockInEachSuperblockHoldsAllOfThem() {
    Answer answer =
        Answer.of("jemalloc", "superblock-worst:superblock=4K,bytes=1M,sizes=3,size=16");
    long pagesOfEach = (1 << 20) / PAGE;

    assertThat(answer.requested("64 thinned")).isEqualTo(pagesOfEach * (16 + 32 + 64));
    assertThat(answer.resident("64 thinned")).isGreaterThanOrEqualTo(3 * pagesOfEach * PAGE);
    assertThat(answer.resident("trimmed")).isGreaterThanOrEqualTo(3 * pagesOfEach * PAGE);
  }

  /** With one block kept in four pages, three of them can go. */
  @Test
  void emptySuperblocksGoBack() {
    Answer answer =
        Answer.of("jemalloc", "superblock-worst:superblock=16K,bytes=4M,sizes=1,size=16");

    assertThat(answer.resident("trimmed"))
        .isLessThanOrEqualTo(answer.resident("16 filled") - (4 << 20) / 2);
    assertThat(answer.resident("trimmed")).isGreaterThanOrEqualTo((4 << 20) / 4);
  }

  @Test
  void consumersFreeAllThatProducersAllocate() {
    Trace trace = TraceSource.open("producer-consumer:pairs=3,operations=20000,queue=4");
    int[] owner = new int[trace.info().slots()];
    long[] allocated = new long[trace.info().threads()];
    long[] freed = new long[trace.info().threads()];
    int thread = 0;
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          switch (batch.op[i]) {
            case Op.THREAD -> thread = batch.slot[i];
            case Op.MALLOC -> {
              owner[batch.slot[i]] = thread;
              allocated[thread]++;
            }
            case Op.FREE -> {
              assertThat(thread).isEqualTo(owner[batch.slot[i]] + 1);
              freed[thread]++;
            }
            default -> assertThat(batch.op[i]).isEqualTo(Op.PHASE);
          }
        }
      }
    }
    for (int pair = 0; pair < 3; pair++) {
      assertThat(allocated[1 + 2 * pair]).isEqualTo(freed[2 + 2 * pair]).isGreaterThan(3000);
    }
    // Four batches of each pair wait, and one pair's fifth is being filled.
    assertThat(trace.info().peakLiveBlocks()).isEqualTo((3 * 4 + 1) * 120);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ptmalloc2", "tcmalloc", "jemalloc", "bump"})
  void aPingPongNeedsOnePage(String contestant) {
    Answer few = Answer.of(contestant, "empty-heap-ping-pong:pairs=1");
    Answer many = Answer.of(contestant, "empty-heap-ping-pong:pairs=1000");
    long more = many.resident("done") - few.resident("done");

    // 72 or 80 bytes a time for who never reuses; nothing for the others: that is why it misleads.
    assertThat(more).isBetween(0L, contestant.equals("bump") ? 20 * PAGE : 0);
  }

  /** Little's law: what is live at the start is what the profile says, scaled. */
  @Test
  void theProfiledProgramHoldsWhatIsAskedFor() {
    Answer answer = Answer.of("ptmalloc2", "size-profile:live=16M,operations=100000");

    assertThat(answer.requested("populated"))
        .isBetween((16L << 20) * 8 / 10, (16L << 20) * 12 / 10);
    assertThat(answer.requested("loaded")).isBetween((16L << 20) * 8 / 10, (16L << 20) * 12 / 10);
    assertThat(answer.requested("drained")).isZero();
  }
}
