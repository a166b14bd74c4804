package heapstakes.workload.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceSummary;
import heapstakes.workload.TestArguments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomProgramTest {
  private static Trace trace(String... given) {
    RandomProvider provider = new RandomProvider();
    return provider.trace(TestArguments.of(provider, given));
  }

  @Test
  void everyKindOfOperationComesAndAllIsFreedInTheEnd() {
    TraceSummary summary =
        TraceSummary.of("random", trace("threads=4", "clock=steps", "operations=50000").open());

    for (byte op = 0; op <= Op.PHASE; op++) {
      assertThat(summary.count(op)).as("%c", Op.letter(op)).isPositive();
    }
    assertThat(summary.count(Op.FORK)).isZero();
    assertThat(summary.endLiveBlocks()).isZero();
    assertThat(summary.operations()).isGreaterThan(50_000);
    assertThat(summary.threads()).isEqualTo(12);
    assertThat(summary.count(Op.THREAD_EXIT)).isEqualTo(8);
    assertThat(summary.peakLiveBlocks()).isBetween(1000L, 3000L);
  }

  @ParameterizedTest
  @CsvSource({"tiny, 0, 130", "small, 0, 1100", "magnitudes, 1, 3000000", "large, 512, 200000"})
  void sizesAreThoseOfTheMix(String sizes, long least, long most) {
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace("operations=20000", "sizes=" + sizes).open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          if (batch.op[i] == Op.MALLOC || batch.op[i] == Op.MEMALIGN) {
            assertThat(batch.size[i]).isBetween(least, most);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 7", "2, 3", "3, 100", "50, 10"})
  void everyThreadIsNamedHoweverShortTheTrace(int threads, int operations) {
    Trace trace = trace("threads=" + threads, "operations=" + operations);

    TraceSummary summary = TraceSummary.of("random", trace.open());
    assertThat(summary.threads()).isEqualTo(trace.info().threads());
  }
}
