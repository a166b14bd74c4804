package heapstakes.questions;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Region;
import heapstakes.meter.FootprintMeter;
import heapstakes.meter.FootprintObserver;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.TraceSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions about what free leaves behind: rows 1 to 6 and 8 of the list of questions. */
class FreedMemoryTest {
  private static final long KIB = 1024;
  private static final long PAGE = 4096;

  /** Break as glibc 2.36 had it on the reference machine (ptmalloc2.md §20.4, 10 M objects). */
  @Test
  @Tag("long")
  void theFloodStaysWithPtmalloc2() {
    Answer answer = Answer.of("ptmalloc2", "four-byte-flood:n=10000000");

    assertThat(answer.mapped("allocated")).isEqualTo(320_077_824);
    assertThat(answer.mapped("freed")).isEqualTo(320_077_824);
    assertThat(answer.resident("freed")).isEqualTo(answer.resident("allocated"));
    // 32 bytes a block, and the top that nobody touched.
    assertThat(answer.resident("allocated")).isBetween(32L * 10_000_000, 32L * 10_000_000 + PAGE);
  }

  /**
   * Break after malloc_trim(0) as glibc 2.36 had it on 2026-11-30 (a program in C, 1 M objects;
   * those of 10 M: ptmalloc2.md §20.4): freed from the first on, the seven that the thread keeps
   * are the lowest and the break falls; from the last on they lie below top and pin it, and whole
   * pages go by MADV_DONTNEED instead.
   */
  @Tag("long")
  @ParameterizedTest
  @CsvSource({"forward, 4096", "reverse, 32002048", "even-odd, 4096"})
  void whatATrimGivesBackDependsOnTheOrderOfFrees(String order, long mapped) {
    Answer answer = Answer.of("ptmalloc2", "four-byte-flood:n=1000000,trim=yes,order=" + order);

    assertThat(answer.mapped("trimmed")).isEqualTo(mapped);
    assertThat(answer.resident("trimmed")).isLessThanOrEqualTo(2 * PAGE);
  }

  /**
   * 8 bytes a block; growth of RSS of the real libraries from start to allocated: tcmalloc.md §16
   * (163 512 − 84 856 KiB) and jemalloc.md §18.1 (162 592 − 81 860 KiB). Their start includes what
   * the library touched before, up to 4 MiB.
   */
  @ParameterizedTest
  @CsvSource({"tcmalloc, 78656", "jemalloc, 80732"})
  @Tag("long")
  void theFloodTakesEightBytesABlockElsewhere(String contestant, long growthKib) {
    Answer answer = Answer.withFrozenClock(contestant, "four-byte-flood:n=10000000");

    assertThat(answer.resident("allocated"))
        .isBetween(growthKib * KIB, growthKib * KIB + 4096 * KIB);
    // They stay there: RSS of tcmalloc grows by what the first frees touch, 132 KiB.
    assertThat(answer.resident("freed"))
        .isBetween(answer.resident("allocated"), answer.resident("allocated") + 132 * KIB);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ptmalloc2", "tcmalloc", "jemalloc"})
  void theSecondFloodMapsNothingNew(String contestant) {
    Answer answer = Answer.of(contestant, "four-byte-flood-twice:n=300000");

    assertThat(answer.mapped("allocated again")).isEqualTo(answer.mapped("allocated"));
    assertThat(answer.mapped("freed again")).isEqualTo(answer.mapped("allocated"));
  }

  /** What the real library returned (ptmalloc2.md §20.2, S1). */
  @Test
  void theSecondFloodHasTheAddressesOfTheFirst() {
    List<Long> offsets = new ArrayList<>();
    FootprintMeter.measure(
        Allocators.parse("ptmalloc2"),
        Machine.parse("simulated"),
        TraceSource.open("four-byte-flood-twice:n=10,size=100"),
        ReplayOptions.DEFAULT,
        new FootprintObserver() {
          @Override
          public boolean wantsBlocks() {
            return true;
          }

          @Override
          public void block(long operation, long address, @Nullable Region region) {
            offsets.add(region == null ? -1 : region.offset());
          }
        });

    assertThat(offsets)
        .startsWith(672L, 784L, 896L, 1008L, 1120L, 1232L, 1344L, 1456L, 1568L, 1680L)
        .endsWith(1344L, 1232L, 1120L, 1008L, 896L, 784L, 672L, 1680L, 1456L, 1568L);
  }

  /** The book's three experiments, as the real library did them (ptmalloc2.md §20.3). */
  @ParameterizedTest
  @CsvSource({
    "'', 10391552",
    "':step=1,last=999', 10391552",
    "':step=1,first=500', 5251072",
  })
  void onlyBlocksAtTheTopLowerTheBreak(String arguments, long freed) {
    Answer answer = Answer.of("ptmalloc2", "tlpi-free-and-sbrk" + arguments);

    assertThat(answer.mapped("initial")).isZero();
    assertThat(answer.mapped("allocated")).isEqualTo(10_391_552);
    assertThat(answer.mapped("freed")).isEqualTo(freed);
  }

  /**
   * A block of 4000 bytes is a chunk of 4016; with top pad 0 the break is at most the live chunks
   * (and the 656 bytes of the thread's cache), a threshold, and the chunk and page that let top
   * stay below it.
   */
  @Test
  void aLowerThresholdMeansMoreCallsAndLessKept() {
    List<Long> allKept = new ArrayList<>();
    long callsBefore = Long.MAX_VALUE;
    for (String threshold : List.of("0", "64K", "128K", "1M")) {
      Answer answer =
          Answer.of("ptmalloc2:trim_threshold=" + threshold + ",top_pad=0", "trim-threshold");
      long live = 656 + 2000 * 4016;
      // A free below 64 KiB, merged, never trims (FASTBIN_CONSOLIDATION_THRESHOLD).
      long limit = Math.max(bytes(threshold), 65_536) + 4016 + PAGE;
      long kept = answer.mapped("half freed from the top") - live;
      long calls = answer.calls("all freed") - answer.calls("filled");
      assertThat(kept).as(threshold).isBetween(0L, limit);
      assertThat(calls).as(threshold).isLessThanOrEqualTo(callsBefore);
      allKept.add(kept);
      callsBefore = calls;
    }
    assertThat(allKept.getLast()).isGreaterThan(allKept.getFirst());
    // 16 MB in steps of 1 MiB.
    assertThat(callsBefore).isLessThan(20);
  }

  private static long bytes(String size) {
    return size.endsWith("K")
        ? Long.parseLong(size.replace("K", "")) * KIB
        : size.endsWith("M") ? KIB * KIB : 0;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ptmalloc2",
        "ptmalloc2:trim_threshold=0,top_pad=0",
        "ptmalloc2:trim_threshold=1M",
        "ptmalloc2:trim_threshold=-1"
      })
  void aPinnedTailIsKeptWhateverTheThreshold(String contestant) {
    Answer answer = Answer.of(contestant, "trim-threshold");

    assertThat(answer.mapped("half freed from the bottom"))
        .isEqualTo(answer.mapped("filled again"));
    assertThat(answer.mapped("all but the last freed"))
        .isEqualTo(answer.mapped("filled a third time"))
        .isGreaterThan(4000 * 4016L);
  }

  @Test
  void theThresholdMinusOneNeverTrims() {
    Answer answer = Answer.of("ptmalloc2:trim_threshold=-1", "trim-threshold");

    assertThat(answer.mapped("all freed")).isEqualTo(answer.mapped("filled"));
    assertThat(answer.mapped("the last freed")).isEqualTo(answer.mapped("filled"));
  }

  /**
   * By the layout alone: chunks of 272 bytes from offset 656 on; between two that are kept lies one
   * free chunk, of which every whole page behind its first 48 bytes goes (ptmalloc2.md §13). The
   * cache of the thread is off, which would keep some of them.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 10, 15, 16, 30, 100, 1000})
  void trimGivesBackWholePagesBetweenLiveBlocks(int k) {
    int blocks = 6001; // ends with a kept block if k divides 6000
    Answer answer =
        Answer.of("ptmalloc2:tcache_count=0", "fragmented-then-trim:blocks=6001,k=" + k);
    long gone = 0;
    for (int kept = 0; kept + k < blocks; kept += k) {
      long from = 656 + 272L * (kept + 1);
      long to = 656 + 272L * (kept + k);
      long start = Math.ceilDiv(from + 48, PAGE) * PAGE;
      gone += Math.max(0, (to - start) / PAGE);
    }
    String mark = "k=" + k;

    assertThat(answer.resident(mark + " freed")).isEqualTo(answer.resident(mark + " allocated"));
    long unmapped = answer.mapped(mark + " freed") - answer.mapped(mark + " trimmed");
    assertThat(answer.resident(mark + " trimmed"))
        .isEqualTo(answer.mapped(mark + " trimmed") - gone * PAGE);
    if (6000 % k == 0) {
      // Only what was free above the last block: the pad, and a page.
      assertThat(unmapped).isBetween(0L, 128 * KIB + PAGE);
    }
  }

  @Test
  void beforeGlibc28OnlyTheTopMoved() {
    Answer legacy =
        Answer.of("ptmalloc2:trim=legacy-on-free", "fragmented-then-trim:blocks=6001,k=100");

    assertThat(legacy.resident("k=100 trimmed")).isEqualTo(legacy.mapped("k=100 trimmed"));
    assertThat(legacy.mapped("k=100 trimmed")).isGreaterThan(656 + 6000 * 272L);
  }

  /** Both halves of the trade: what is kept falls, what a call costs rises. */
  @ParameterizedTest
  @ValueSource(strings = {"trim=modern-on-free", "madvise_on_free=true"})
  void givingBackInFreeKeepsLessAndCostsMore(String strategy) {
    String workload = "trim-on-free:operations=20000,live=2000";
    Answer usual = Answer.of("ptmalloc2", workload);
    Answer giving = Answer.of("ptmalloc2:" + strategy, workload);

    assertThat(giving.resident("drained")).isLessThan(usual.resident("drained") / 2);
    assertThat(giving.cost("drained")).isGreaterThan(2 * usual.cost("drained"));
    assertThat(giving.calls("drained")).isGreaterThan(usual.calls("drained") + 100);
    assertThat(giving.footprint().kernel().minorFaults().orElseThrow())
        .isGreaterThan(usual.footprint().kernel().minorFaults().orElseThrow());
  }

  @Test
  void aServiceThatLeaksNothingStaysOnItsPlateau() {
    Answer answer = Answer.of("ptmalloc2", "long-lived-service");
    long highest = answer.footprint().space().peak().residentBytes().orElseThrow();

    for (int burst = 2; burst <= 8; burst++) {
      String over = "burst " + burst + " over";
      assertThat(answer.requested(over)).as(over).isLessThan(highest / 50);
      assertThat(answer.resident(over)).as(over).isGreaterThan(highest / 2);
    }
    assertThat(answer.resident("trimmed")).isLessThan(highest / 10);
  }
}
