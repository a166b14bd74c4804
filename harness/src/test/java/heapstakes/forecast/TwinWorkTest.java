package heapstakes.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.meter.FootprintMeter;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.os.VmStatistics;
import heapstakes.replay.ReplayHeap;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.TestTraces;
import heapstakes.results.Footprint;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("long")
class TwinWorkTest {
  private static final Trace TRACE = TestTraces.mix(42, 4000, 200, 3);

  private static TwinWork work(String twin) {
    return TwinWork.of(Allocators.parse(twin), TRACE, Caches.ZEN_3);
  }

  /** What a heap costs before it is used: a library does that before the program begins. */
  private static VmStatistics opened(Contestant twin) {
    AddressSpace space = Machine.parse("simulated").open();
    try (ReplayHeap heap = new ReplayHeap(twin, space, TRACE.info())) {
      assertThat(heap.processes()).hasSize(1);
      return space.statistics();
    }
  }

  private static long sum(Collection<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  private static long operations(byte op) {
    long count = 0;
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = TRACE.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          count += batch.op[i] == op ? 1 : 0;
        }
      }
    }
    return count;
  }

  /** What exits has returned its memory: nobody may look into it, and a life ends there. */
  @ParameterizedTest
  @ValueSource(strings = {"ptmalloc2", "tcmalloc", "jemalloc", "mimalloc"})
  void theExitOfTheProcessIsTheEndOfTheTrace(String name) {
    Contestant twin = Allocators.parse(name);
    TwinWork open = TwinWork.of(twin, TestTraces.of("m 0 8; m 1 5000; f 0"), Caches.ZEN_3);
    TwinWork exited = TwinWork.of(twin, TestTraces.of("m 0 8; m 1 5000; f 0; X"), Caches.ZEN_3);

    assertThat(exited.life().operations()).isEqualTo(3);
    assertThat(exited.life().counts()).isEqualTo(open.life().counts());
    assertThat(exited.steady().counts()).isEqualTo(open.steady().counts());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ptmalloc2", "tcmalloc", "jemalloc", "mimalloc"})
  void oneLifeHasTheCallsOfTheTraceAndTheKernelsWorkThatTheMeterSees(String name) {
    Contestant twin = Allocators.parse(name);
    Footprint metered =
        FootprintMeter.measure(twin, Machine.parse("simulated"), TRACE, ReplayOptions.DEFAULT);

    CountedWork life = work(name).life();

    assertThat(life.operations()).isEqualTo(TRACE.info().operations());
    assertThat(life.count(Feature.MALLOC)).isEqualTo(operations(Op.MALLOC));
    assertThat(life.count(Feature.FREE)).isEqualTo(operations(Op.FREE));
    VmStatistics opened = opened(twin);
    assertThat(life.count(Feature.FAULT) + opened.minorFaults())
        .isEqualTo(metered.kernel().minorFaults().orElseThrow());
    assertThat(life.count(Feature.SYSTEM_CALL) + sum(opened.calls().values()))
        .isEqualTo(sum(metered.kernel().calls().byName().values()));
    assertThat(life.count(Feature.SYSTEM_CALL_WORK))
        .isPositive()
        .isLessThan(metered.modelled().orElseThrow().totalNanos());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ptmalloc2", "tcmalloc", "jemalloc", "mimalloc"})
  void twiceCountedIsTheSame(String name) {
    assertThat(work(name)).isEqualTo(work(name));
  }

  @Test
  void aHeapThatLivesOnHasFewerFaultsThanOneThatIsNew() {
    TwinWork work = work("tcmalloc");

    assertThat(work.steady().count(Feature.FAULT)).isLessThan(work.life().count(Feature.FAULT));
    assertThat(work.steady().count(Feature.MALLOC)).isEqualTo(work.life().count(Feature.MALLOC));
  }

  @Test
  void callsAreToldWithWorkThatAddsUpToWhatIsDoneInside() {
    AtomicLong steps = new AtomicLong();
    AtomicLong calls = new AtomicLong();
    TwinWork work =
        TwinWork.of(
            Allocators.parse("ptmalloc2"),
            TRACE,
            Caches.ZEN_3,
            call -> {
              steps.addAndGet(call[Feature.STEP.ordinal()]);
              calls.incrementAndGet();
            });

    assertThat(steps.get()).isEqualTo(work.steady().count(Feature.STEP));
    assertThat(calls.get())
        .isEqualTo(
            work.steady().count(Feature.MALLOC)
                + work.steady().count(Feature.FREE)
                + work.steady().count(Feature.OTHER_CALL));
  }
}
