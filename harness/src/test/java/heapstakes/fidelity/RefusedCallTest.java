package heapstakes.fidelity;

import static heapstakes.fidelity.TwinTraces.compared;
import static heapstakes.fidelity.TwinTraces.trace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import heapstakes.allocator.Allocators;
import heapstakes.os.Syscall;
import heapstakes.replay.TraceSource;
import heapstakes.trace.Trace;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kernel refuses memory once: each twin answers what the installed library answers, from there
 * to the end, be it an abort. All calls of a trace: {@code heapstakes verify -t TRACE --refuse
 * 1-N}.
 */
@Tag("long")
class RefusedCallTest {
  private static final int SAMPLES = 3 * Integer.getInteger("stress.dose", 1);

  /** As many calls does jemalloc start with, its second attempt included. */
  private static final long STARTING_CALLS = 5;

  private static final List<String> TRACES =
      List.of(
          "random:seed=31,operations=2000,sizes=any",
          "random:seed=32,operations=2000,sizes=large",
          "random:seed=33,operations=2000,sizes=magnitudes,threads=3");

  @TempDir Path folder;

  private static Counterpart.Library check(String twin) {
    Counterpart counterpart = Counterpart.of(Allocators.parse(twin));
    assumeThat(counterpart).as(String.valueOf(counterpart)).isInstanceOf(Counterpart.Library.class);
    return (Counterpart.Library) counterpart;
  }

  static Stream<Arguments> everyTwinOnEveryTrace() {
    return Stream.of("ptmalloc2", "tcmalloc", "jemalloc", "mimalloc")
        .flatMap(twin -> TRACES.stream().map(trace -> Arguments.of(twin, trace)));
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("everyTwinOnEveryTrace")
  void whicheverCallIsRefused(String twin, String text) throws Exception {
    Counterpart.Library check = check(twin);
    Trace trace = TraceSource.open(text);
    long calls = compared(check, trace).calls().library().values().stream().mapToLong(n -> n).sum();

    // The first ones are those that a library starts with.
    for (long call = 1; call <= calls; call += call < SAMPLES ? 1 : Math.ceilDiv(calls, SAMPLES)) {
      Agreement agreement = compared(check, trace, call);

      String report = new FidelityReport(0).trace(agreement);
      assertThat(agreement.holds()).as(report).isTrue();
      assertThat(agreement.calls().difference()).as(report).isEmpty();
    }
  }

  /**
   * Without a block for its records jemalloc starts a second time, and binds the thread that did so
   * to no arena: another thread takes arena 0, which that thread's cache then leaves.
   */
  @Test
  void behindASecondStartAnotherThreadTakesTheFirstArena() throws Exception {
    Trace trace = TraceSource.open("random:seed=2,operations=500,sizes=tiny,threads=3");
    Agreement agreement = compared(check("jemalloc"), trace, 3);

    assertThat(agreement.holds()).as(new FidelityReport(0).trace(agreement)).isTrue();
  }

  /**
   * Which arena serves a thread's later blocks, and when it is made, tells what has bound the
   * thread: a huge block and one from the cache do not.
   */
  @ParameterizedTest
  @ValueSource(strings = {"jemalloc:tcache=false", "jemalloc:tcache=false,narenas=2", "jemalloc"})
  void hugeAndCachedBlocksBindNoThread(String twin) throws Exception {
    Counterpart.Library check = check(twin);
    String others =
        """
        #heapstakes-trace 1
        t 1
        m 0 16777216
        t 2
        m 1 100
        t 1
        m 2 100
        t 3
        m 3 100
        m 4 70000
        t 1
        f 0
        m 5 70000
        """;
    String first = others.replace("t 1", "t 0").replace("t 2", "t 1").replace("t 3", "t 2");
    for (String events : List.of(others, first)) {
      for (long refused = 0; refused <= STARTING_CALLS; refused++) {
        Agreement agreement = compared(check, trace(folder, events), refused);

        String report = new FidelityReport(0).trace(agreement);
        assertThat(agreement.holds()).as(report).isTrue();
        assertThat(agreement.calls().difference()).as(report).isEmpty();
      }
    }
  }

  /** A refusal must be one: the first growth of the break is, so the heap begins in a mapping. */
  @Test
  void withoutItsFirstBreakTheHeapIsElsewhere() throws Exception {
    Trace trace = TraceSource.open("random:seed=31,operations=500,sizes=tiny");
    Counterpart.Library check = check("ptmalloc2");

    assertThat(compared(check, trace).calls().library()).doesNotContainKey(Syscall.MMAP);
    assertThat(compared(check, trace, 1).calls().library()).containsKey(Syscall.MMAP);
  }
}
