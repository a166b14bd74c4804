package heapstakes.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import heapstakes.allocator.Allocators;
import heapstakes.os.Syscall;
import heapstakes.replay.TraceSource;
import heapstakes.trace.Trace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kernel refuses memory once: the twin answers what the installed glibc answers, from there to
 * the end. All calls of a trace: {@code heapstakes verify -a ptmalloc2 -t TRACE --refuse 1-N}.
 */
class RefusedCallTest {
  private static final int SAMPLES = 10;

  private static TwinCheck glibc() {
    Counterpart counterpart = Counterpart.of(Allocators.parse("ptmalloc2"));
    assumeThat(counterpart).as(String.valueOf(counterpart)).isInstanceOf(Counterpart.Library.class);
    return new TwinCheck((Counterpart.Library) counterpart);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "random:seed=31,operations=5000,sizes=any",
        "random:seed=32,operations=5000,sizes=large",
        "random:seed=33,operations=5000,sizes=magnitudes,threads=3"
      })
  void whicheverCallIsRefused(String text) throws Exception {
    TwinCheck check = glibc();
    Trace trace = TraceSource.open(text);
    long calls = check.run(trace).calls().library().values().stream().mapToLong(n -> n).sum();
    assertThat(calls).isGreaterThan(SAMPLES);

    for (long call = 1; call <= calls; call += Math.ceilDiv(calls, SAMPLES)) {
      Agreement agreement = check.run(trace, call);

      String report = new FidelityReport(0).trace(agreement);
      assertThat(agreement.holds()).as(report).isTrue();
      assertThat(agreement.calls().difference()).as(report).isEmpty();
    }
  }

  /** A refusal must be one: the first growth of the break is, so the heap begins in a mapping. */
  @Test
  void withoutItsFirstBreakTheHeapIsElsewhere() throws Exception {
    Trace trace = TraceSource.open("random:seed=31,operations=500,sizes=tiny");
    TwinCheck check = glibc();

    assertThat(check.run(trace).calls().library()).doesNotContainKey(Syscall.MMAP);
    assertThat(check.run(trace, 1).calls().library()).containsKey(Syscall.MMAP);
  }
}
