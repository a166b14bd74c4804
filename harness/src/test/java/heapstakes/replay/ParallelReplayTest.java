package heapstakes.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.os.Machine;
import heapstakes.setting.Settings;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo.Touch;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("long")
class ParallelReplayTest {
  private static final int OPERATIONS = 3_000 * Integer.getInteger("stress.dose", 1);
  private static final Machine SIMULATED = Machine.parse("simulated");
  private static final ReplayOptions NO_TOUCH = new ReplayOptions(100, Optional.of(Touch.NONE));

  private static ParallelReplay replay(Contestant contestant, Trace trace) {
    return new ParallelReplay(contestant, SIMULATED, trace, NO_TOUCH);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyFreeGetsWhatItsMallocReturnedAndNoBlockIsFreedTwice(long seed) {
    // Few slots and many threads: nearly every free is another thread's.
    CheckingProvider checker = new CheckingProvider();
    Trace trace = TestTraces.mixWithoutAccesses(seed, OPERATIONS, 12, 6);
    try (ParallelReplay replay =
        replay(new Contestant(checker, Settings.defaults("checking", List.of())), trace)) {
      for (int round = 0; round < 3; round++) {
        replay.prepare();
        assertThat(replay.run(() -> false)).isEqualTo(trace.info().operations());
        replay.finish();
        assertThat(checker.liveBlocks()).isZero();
      }
    }
    assertThat(checker.threads()).isGreaterThanOrEqualTo(6);
  }

  @Test
  void theRealMallocSurvivesManyCrossThreadFrees() {
    Trace trace = TestTraces.mix(11, 50_000, 40, 4);
    try (ParallelReplay replay = replay(Allocators.parse("native-glibc"), trace)) {
      replay.prepare();
      assertThat(replay.run(() -> false)).isEqualTo(trace.info().operations());
      replay.finish();
      assertThat(replay.refused()).isZero();
    }
  }

  @Test
  void aFailureOfOneThreadEndsAllAndIsTold() {
    CheckingProvider checker = new CheckingProvider();
    checker.failAt(100);
    try (ParallelReplay replay =
        replay(
            new Contestant(checker, Settings.defaults("checking", List.of())),
            TestTraces.mixWithoutAccesses(9, 5_000, 10, 4))) {
      replay.prepare();
      assertThatThrownBy(() -> replay.run(() -> false)).hasMessageContaining("told to fail");
    }
  }

  @Test
  void oneThreadThatStopsStopsAllAndTheNextRoundIsWhole() {
    // Every thread waits for others all the time: none may wait for one that has stopped.
    CheckingProvider checker = new CheckingProvider();
    Trace trace = TestTraces.mixWithoutAccesses(3, 36_000, 4, 4);
    try (ParallelReplay replay =
        replay(new Contestant(checker, Settings.defaults("checking", List.of())), trace)) {
      AtomicInteger questions = new AtomicInteger();
      replay.prepare();
      long first = replay.run(() -> questions.incrementAndGet() > 5);
      replay.finish();
      assertThat(first).isPositive().isLessThan(trace.info().operations());
      assertThat(checker.liveBlocks()).isZero();

      replay.prepare();
      assertThat(replay.run(() -> false)).isEqualTo(trace.info().operations());
      replay.finish();
    }
  }

  @Test
  void roundsAreParallelWhereMachineAndTraceCanBe() {
    Contestant jemalloc = Allocators.parse("jemalloc");
    String alone = "m 0 8;f 0;".repeat(49); // with the last two a hundred for one handover
    Trace two = TestTraces.of(alone + "m 1 8;t 1;f 1");
    try (Rounds simulated = Rounds.of(jemalloc, SIMULATED, two, NO_TOUCH);
        Rounds one = Rounds.of(jemalloc, Machine.parse("linux"), TestTraces.of(alone), NO_TOUCH);
        Rounds real = Rounds.of(jemalloc, Machine.parse("linux"), two, NO_TOUCH)) {
      assertThat(simulated).isInstanceOf(ReplaySession.class);
      assertThat(one).isInstanceOf(ReplaySession.class);
      assertThat(real).isInstanceOf(ParallelReplay.class);
    }
  }

  @Test
  void whereBlocksPassFromThreadToThreadRoundsAreInOrder() {
    String alone = "m 0 8;f 0;".repeat(48);
    try (Rounds rounds =
        Rounds.of(
            Allocators.parse("jemalloc"),
            Machine.parse("linux"),
            TestTraces.of(alone + "m 1 8;t 1;f 1"),
            NO_TOUCH)) {
      assertThat(rounds).isInstanceOf(ReplaySession.class);
    }
  }

  @Test
  void anAllocatorForOneThreadAtATimeIsRefused() {
    assertThatThrownBy(() -> replay(Allocators.parse("bump"), TestTraces.of("m 0 1;t 1;f 0")))
        .isInstanceOf(AllocatorException.class)
        .hasMessageContaining("serially");
  }

  @Test
  void aTraceThatForksIsRefused() {
    Trace trace = TestTraces.of("m 0 8;F 1;t 1;f 0;X;t 0;f 0");
    assertThatThrownBy(() -> replay(Allocators.parse("native-glibc"), trace))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("forks");
  }
}
