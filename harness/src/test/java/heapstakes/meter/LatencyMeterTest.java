package heapstakes.meter;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.ReplaySession;
import heapstakes.replay.Rounds;
import heapstakes.replay.TestTraces;
import heapstakes.results.Latency;
import heapstakes.results.OperationKind;
import heapstakes.results.Percentiles;
import heapstakes.trace.Trace;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class LatencyMeterTest {
  @Test
  void everyThreadsOperationsAreCountedOnce() {
    StringBuilder text = new StringBuilder();
    for (int thread = 0; thread < 3; thread++) {
      text.append(String.format(Locale.ROOT, "t %d;", thread));
      text.append(String.format(Locale.ROOT, "m %d 8;f %1$d;", thread).repeat(5_000));
    }
    Trace trace = TestTraces.of(text.toString());
    try (Rounds rounds =
        Rounds.of(
            Allocators.parse("tcmalloc"), Machine.parse("linux"), trace, ReplayOptions.DEFAULT)) {
      LatencyMeter meter = new LatencyMeter(rounds);

      assertThat(meter.replay(() -> () -> false)).isEqualTo(trace.info().operations());
      meter.replay();

      assertThat(meter.result().all().count()).isEqualTo(2 * trace.info().operations());
    }
  }

  /** On a machine that stands still for longer than a replay has. */
  @Test
  void aReplayWhoseTimeIsUpAtOnceHasTimedSomething() {
    StringBuilder text = new StringBuilder("m 0 9;P populated;");
    text.append("m 1 8;f 1;".repeat(100_000));
    try (ReplaySession session = session(text.toString())) {
      LatencyMeter meter = new LatencyMeter(session);
      boolean[] prepared = new boolean[1];

      long operations =
          meter.replay(() -> {
            prepared[0] = session.pass().isPopulated();
            return () -> true;
          });

      assertThat(prepared[0]).isTrue();
      assertThat(operations).isPositive().isLessThan(200_000);
      assertThat(meter.result().all().count()).isEqualTo(operations);
    }
  }

  private static ReplaySession session(String trace) {
    return new ReplaySession(
        Allocators.parse("ptmalloc2"),
        Machine.parse("simulated"),
        TestTraces.of(trace),
        ReplayOptions.DEFAULT);
  }

  private static long count(Latency latency, OperationKind kind) {
    Percentiles of = latency.byKind().get(kind);
    return of == null ? 0 : of.count();
  }

  @Test
  void eachKindIsCountedOncePerReplayFromThePopulatedMarkOn() {
    try (ReplaySession session =
        session("m 0 9;f 0;P populated;m 0 9;m 1 9;c 2 3 4;r 1 90;g 3 64 9;w 0 0 1;f 0;T 0")) {
      LatencyMeter meter = new LatencyMeter(session);
      meter.replay();
      meter.reset();
      meter.replay();
      meter.replay();
      Latency latency = meter.result();
      assertThat(count(latency, OperationKind.MALLOC)).isEqualTo(4);
      assertThat(count(latency, OperationKind.CALLOC)).isEqualTo(2);
      assertThat(count(latency, OperationKind.REALLOC)).isEqualTo(2);
      assertThat(count(latency, OperationKind.MEMALIGN)).isEqualTo(2);
      assertThat(count(latency, OperationKind.FREE)).isEqualTo(2);
      assertThat(count(latency, OperationKind.TRIM)).isEqualTo(2);
      assertThat(latency.all().count()).isEqualTo(14);
    }
  }

  @Test
  void mergedMeasurementsHaveTheOperationsOfAll() {
    try (ReplaySession one = session("m 0 9;f 0");
        ReplaySession other = session("m 0 9;m 1 9")) {
      LatencyMeter a = new LatencyMeter(one);
      LatencyMeter b = new LatencyMeter(other);
      a.replay();
      b.replay();
      Latency merged = LatencyMeter.merge(List.of(a.result(), b.result()));
      assertThat(count(merged, OperationKind.MALLOC)).isEqualTo(3);
      assertThat(count(merged, OperationKind.FREE)).isEqualTo(1);
      assertThat(merged.all().max())
          .isEqualTo(Math.max(a.result().all().max(), b.result().all().max()));
    }
  }
}
