package heapstakes.replay;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import heapstakes.os.Machine;
import heapstakes.trace.Trace;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CutShortReplayTest {
  @ParameterizedTest
  @ValueSource(strings = {"bump", "ptmalloc2"})
  void aReplayThatWasToldToStopIsFollowedByAWholeOne(String allocator) {
    Trace trace = TraceSource.open("four-byte-flood:n=20000");
    try (ReplaySession session =
        new ReplaySession(
            Allocators.parse(allocator),
            Machine.parse("simulated"),
            trace,
            ReplayOptions.DEFAULT)) {
      AtomicInteger questions = new AtomicInteger();
      session.prepare();
      long first = session.run(() -> questions.incrementAndGet() > 2);
      assertThat(session.isCutShort()).isTrue();
      assertThat(first).isPositive().isLessThan(trace.info().operations());
      session.finish();

      session.prepare();
      assertThat(session.run(() -> false)).isEqualTo(trace.info().operations());
      assertThat(session.isCutShort()).isFalse();
      session.finish();
    }
  }
}
