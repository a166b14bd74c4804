package heapstakes.questions;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Status;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Granted, shared and scarce memory: rows 10 to 13 of the list of questions. */
class KernelTruthsTest {
  private static final long PAGE = 4096;
  private static final long MIB = 1 << 20;

  /**
   * In mode 0 glibc gets 131 063 blocks of 1 GiB without address randomisation; in mode 2 as many
   * as fit into half of the reference machine's memory, 11.77 GiB (linux-vm.md §4.2 and §4.3).
   */
  @ParameterizedTest
  @CsvSource({"simulated, 131063", "simulated:overcommit=1, 131063", "simulated:overcommit=2, 11"})
  @Tag("long")
  void mallocOfAGibibyteGoesFarButForModeTwo(String memory, long granted) {
    Answer answer = Answer.of("ptmalloc2", "gib-until-null", memory);

    assertThat(answer.footprint().outcome().operations() - answer.footprint().outcome().refused())
        .isEqualTo(granted);
    assertThat(answer.footprint().outcome().refused()).isEqualTo(1);
  }

  @Test
  void touchingEndsInTheOomKillerAndNotInNull() {
    Answer answer = Answer.of("ptmalloc2", "gib-touched:count=8", "simulated:ram=2G");

    assertThat(answer.footprint().outcome().status()).isEqualTo(Status.OOM_KILLED);
    assertThat(answer.footprint().outcome().refused()).isZero();
    assertThat(answer.requested("allocated")).isEqualTo(8L << 30);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bump", "ptmalloc2", "tcmalloc"})
  void exitReturnsEverythingAtOnce(String contestant) {
    Answer answer = Answer.of(contestant, "process-per-task:tasks=3,work=1M,data=1M");

    for (int task = 1; task <= 3; task++) {
      // The child wrote a tenth of the data: copies of at least 26 of its 262 blocks, a page each.
      assertThat(answer.resident("task " + task + " at work"))
          .isGreaterThanOrEqualTo(answer.resident("data loaded") + MIB + 26 * PAGE);
      assertThat(answer.resident("task " + task + " done"))
          .isEqualTo(answer.resident("data loaded"));
      assertThat(answer.mapped("task " + task + " done")).isEqualTo(answer.mapped("data loaded"));
    }
  }

  /** linux-vm.md §10: frames are freed when the last owner drops them. */
  @Test
  void sharedPagesAreFreedWhenBothAreGone() {
    Answer answer = Answer.of("ptmalloc2", "process-per-task:tasks=1,work=1M,data=1M");

    assertThat(answer.resident("child forked")).isEqualTo(answer.resident("task 1 done"));
    assertThat(answer.resident("parent freed its data"))
        .isGreaterThanOrEqualTo(answer.resident("child forked"));
    // What glibc keeps of top: 131 105 to 135 200 bytes (ptmalloc2.md §12), and the thread's cache.
    assertThat(answer.resident("child gone")).isLessThanOrEqualTo(135_200 + PAGE);
  }

  @Test
  void oneProcessKeepsWhatItsTasksTook() {
    Answer answer = Answer.of("ptmalloc2", "one-process:tasks=3,work=1M,data=1M");

    for (int task = 1; task <= 3; task++) {
      assertThat(answer.resident("task " + task + " done"))
          .isGreaterThan(answer.resident("data loaded") + MIB);
    }
  }

  /**
   * 100 000 blocks of 40 bytes are chunks of 48, 1172 pages; of them at most 512 are in a limit of
   * 2 MiB. To free a block is to write into it, so that all others must come back.
   */
  @Test
  void freeingAtExitReadsBackWhatWasPagedOut() {
    String memory = "simulated:memory_max=2M,swap=64M";
    Answer freeing = Answer.of("ptmalloc2", "teardown:n=100000", memory);
    Answer leaving = Answer.of("ptmalloc2", "teardown:n=100000,end=exit", memory);

    assertThat(freeing.fromSwap("freed") - freeing.fromSwap("allocated"))
        .isGreaterThanOrEqualTo(1172 - 512);
    assertThat(leaving.fromSwap("exited")).isEqualTo(leaving.fromSwap("allocated"));
    assertThat(freeing.fromSwap("exited")).isEqualTo(freeing.fromSwap("freed"));
    assertThat(freeing.cost("exited")).isGreaterThan(leaving.cost("exited"));
    assertThat(freeing.resident("exited")).isZero();
    assertThat(leaving.resident("exited")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "ptmalloc2, ptmalloc2:madvise_on_free=true",
    "tcmalloc, tcmalloc:aggressive_decommit=true",
    "jemalloc, jemalloc:dirty_decay_ms=0"
  })
  void givingPagesUpEarlySavesSwapping(String usual, String giving) {
    String workload = "memory-pressure:live=8M,accesses=20000,rounds=2";
    String memory = "simulated:memory_max=7372K,swap=128M";
    String last = "round 2: accessed";
    Answer keeps = Answer.of(usual, workload, memory);
    Answer gives = Answer.of(giving, workload, memory);

    assertThat(gives.fromSwap(last)).isLessThan(keeps.fromSwap(last));
    assertThat(gives.resident("round 2: most freed"))
        .isLessThan(keeps.resident("round 2: most freed") / 2);
    // A tenth less memory than is live: some of it must come and go whoever serves it.
    assertThat(gives.fromSwap(last)).isPositive();
  }

  /**
   * The direction of the paper's result on a perl program: with a third of the memory that it
   * needs, Lea's malloc, from which glibc's comes, takes many times as long, and Vam hardly longer.
   */
  @Test
  @Tag("long")
  void vamDegradesLatestWhereMemoryIsShort() {
    assertThat(slowdown("vam")).isBetween(1.0, 1.5);
    assertThat(slowdown("ptmalloc2")).isGreaterThan(5);
  }

  private static double slowdown(String contestant) {
    double scarce = modelledNanos(contestant, "simulated:memory_max=6M,swap=1G");
    return scarce / modelledNanos(contestant, "simulated");
  }

  private static long modelledNanos(String contestant, String memory) {
    return Answer.of(contestant, "perl", memory).footprint().modelled().orElseThrow().totalNanos();
  }
}
