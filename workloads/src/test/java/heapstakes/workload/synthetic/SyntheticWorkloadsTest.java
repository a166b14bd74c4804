package heapstakes.workload.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceSummary;
import heapstakes.workload.TestArguments;
import heapstakes.workload.WorkloadProvider;
import heapstakes.workload.question.FourByteFloodProvider;
import heapstakes.workload.question.FreeAndSbrkProvider;
import heapstakes.workload.question.GibTouchedProvider;
import heapstakes.workload.question.GibUntilNullProvider;
import heapstakes.workload.script.SplitMix;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SyntheticWorkloadsTest {
  @Test
  void theFloodFreesInTheOrderThatIsAskedFor() {
    WorkloadProvider flood = new FourByteFloodProvider();

    assertThat(freed(flood, "n=5")).containsExactly(0, 1, 2, 3, 4);
    assertThat(freed(flood, "n=5", "order=reverse")).containsExactly(4, 3, 2, 1, 0);
    assertThat(freed(flood, "n=5", "order=even-odd")).containsExactly(0, 2, 4, 1, 3);
    assertThat(freed(flood, "n=6", "order=even-odd")).containsExactly(0, 2, 4, 1, 3, 5);
  }

  @Test
  void theFullFloodIsKnownWithoutBeingWalked() {
    FourByteFloodProvider flood = new FourByteFloodProvider();

    TraceInfo info = flood.trace(TestArguments.of(flood, "n=268435456")).info();

    assertThat(info.operations()).isEqualTo(536_870_912L);
    assertThat(info.peakRequestedBytes()).isEqualTo(1L << 30);
    assertThat(info.name()).isEqualTo("four-byte-flood:n=268435456");
  }

  /** The three experiments of the book: every second, all but the last, the upper half. */
  @Test
  void freeAndSbrkFreesTheBlocksThatTheProgramFrees() {
    WorkloadProvider program = new FreeAndSbrkProvider();

    assertThat(freed(program)).isEqualTo(IntStream.range(0, 500).map(i -> 2 * i).boxed().toList());
    assertThat(freed(program, "step=1", "first=1", "last=999"))
        .isEqualTo(IntStream.range(0, 999).boxed().toList());
    assertThat(freed(program, "step=1", "first=500", "last=1000"))
        .isEqualTo(IntStream.range(499, 1000).boxed().toList());
    assertThat(freed(program, "blocks=9000", "step=4000")).containsExactly(0, 4000, 8000);
  }

  /** By the definition: threads × blocks are held all the time, and handed on twice. */
  @Test
  void larsonHoldsItsArraysAndHandsThemToNewThreads() {
    WorkloadProvider larson = new LarsonProvider();
    Trace trace =
        larson.trace(
            TestArguments.of(
                larson, "threads=2", "blocks=50", "rounds=3", "operations=7680", "min=8", "max=9"));

    TraceSummary summary = TraceSummary.of("larson", trace.open());

    assertThat(trace.info().threads()).isEqualTo(7);
    assertThat(summary.count(Op.THREAD_EXIT)).isEqualTo(4);
    assertThat(summary.peakLiveBlocks()).isEqualTo(100);
    assertThat(summary.endLiveBlocks()).isZero();
    assertThat(summary.count(Op.MALLOC)).isEqualTo(100 + 7680 / 2);
    assertThat(summary.count(Op.FREE)).isEqualTo(summary.count(Op.MALLOC));
    assertThat(summary.peakRequestedBytes()).isBetween(800L, 900L);
  }

  @Test
  void freeAndSbrkRefusesARangeThatIsNone() {
    WorkloadProvider program = new FreeAndSbrkProvider();

    assertThatThrownBy(() -> program.trace(TestArguments.of(program, "first=7", "last=6")))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("first=7 to last=6");
    assertThatThrownBy(() -> program.trace(TestArguments.of(program, "last=1001")))
        .hasMessageContaining("but there are 1000");
  }

  @Test
  void gibUntilNullAsksForMoreThanAnAddressSpaceAndTouchesNothing() {
    GibUntilNullProvider provider = new GibUntilNullProvider();
    TraceInfo info = provider.trace(TestArguments.of(provider)).info();

    assertThat(info.features().stopsAtNull()).isTrue();
    assertThat(info.features().touch()).isEqualTo(TraceInfo.Touch.NONE);
    assertThat(info.features().simulatedOnly()).isNotEmpty();
    assertThat(info.peakRequestedBytes()).isGreaterThan(1L << 47);
  }

  @Test
  void gibTouchedStoresToWholeBlocksWhenAllAreAllocated() {
    GibTouchedProvider provider = new GibTouchedProvider();
    Trace trace = provider.trace(TestArguments.of(provider, "count=2"));
    EventBatch batch = new EventBatch();

    assertThat(trace.open().next(batch)).isTrue();

    assertThat(batch.to).isEqualTo(5);
    assertThat(batch.op).startsWith(Op.MALLOC, Op.MALLOC, Op.PHASE, Op.STORE, Op.STORE);
    assertThat(batch.size).startsWith(1L << 30, 1L << 30, 0, 1L << 30, 1L << 30);
    assertThat(trace.info().features().stopsAtNull()).isFalse();
  }

  @Test
  void theServerPopulatesThenChurnsThenDrains() {
    ServerChurnProvider provider = new ServerChurnProvider();
    Trace trace =
        provider.trace(TestArguments.of(provider, "live=2000", "operations=30000", "threads=3"));
    long[] operations = new long[4];
    long crossThread = 0;
    int[] owner = new int[trace.info().slots()];
    int phase = 0;
    int thread = 0;
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          byte op = batch.op[i];
          operations[phase] += Op.isOperation(op) ? 1 : 0;
          phase += op == Op.PHASE ? 1 : 0;
          thread = op == Op.THREAD ? batch.slot[i] : thread;
          if (op == Op.MALLOC || op == Op.CALLOC) {
            owner[batch.slot[i]] = thread;
          }
          crossThread += op == Op.FREE && owner[batch.slot[i]] != thread ? 1 : 0;
        }
      }
    }

    assertThat(trace.info().phases()).containsExactly(TraceInfo.POPULATED, "loaded", "drained");
    assertThat(operations[0]).isEqualTo(2000);
    assertThat(operations[1]).isBetween(30_000L, 30_001L);
    assertThat(crossThread).isGreaterThan(1000);
    TraceSummary summary = TraceSummary.of("server", trace.open());
    assertThat(summary.endLiveBlocks()).isZero();
    long aboveOneMiB =
        summary.requestsByMagnitude().stream().skip(22).mapToLong(Long::longValue).sum();
    assertThat(aboveOneMiB).isZero();
  }

  @Test
  void anotherSeedIsAnotherTrace() {
    ServerChurnProvider provider = new ServerChurnProvider();
    TraceInfo one = provider.trace(TestArguments.of(provider, "live=10", "operations=1000")).info();
    TraceInfo two =
        provider.trace(TestArguments.of(provider, "live=10", "operations=1000", "seed=2")).info();

    assertThat(one.sha256()).isNotEqualTo(two.sha256());
    assertThat(one.peakRequestedBytes()).isNotEqualTo(two.peakRequestedBytes());
  }

  /** First outputs for seed 1234567, published with the algorithm's reference code. */
  @Test
  void splitMixIsTheGeneratorOfThePaper() {
    SplitMix random = new SplitMix(1234567);

    assertThat(Long.toUnsignedString(random.next())).isEqualTo("6457827717110365317");
    assertThat(Long.toUnsignedString(random.next())).isEqualTo("3203168211198807973");
    assertThat(Long.toUnsignedString(random.next())).isEqualTo("9817491932198370423");
  }

  private static List<Integer> freed(WorkloadProvider provider, String... arguments) {
    List<Integer> freed = new ArrayList<>();
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = provider.trace(TestArguments.of(provider, arguments)).open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          if (batch.op[i] == Op.FREE) {
            freed.add(batch.slot[i]);
          }
        }
      }
    }
    return freed;
  }
}
