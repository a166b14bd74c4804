package heapstakes.pool;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.replay.TraceSource;
import heapstakes.trace.Trace;
import org.junit.jupiter.api.Test;

class SharedTracesTest {
  private static final long MIB = 1 << 20;

  /** A million blocks of 64 bytes, one at a time: 61 MiB in all. */
  @Test
  void whoUsesNoMemoryAgainIsReckonedToNeedWhatAllRequestsTake() {
    SharedTraces traces = new SharedTraces(new PoolLimits(2, 1024 * MIB));
    Trace trace = TraceSource.open("empty-heap-ping-pong:pairs=1000000");

    long reusing = traces.replayBytes(trace.info(), true);
    long others = traces.replayBytes(trace.info(), false);

    assertThat(reusing).isEqualTo(traces.replayBytes(trace.info()));
    assertThat(others - reusing).isBetween(60 * MIB, 64 * MIB);
  }
}
