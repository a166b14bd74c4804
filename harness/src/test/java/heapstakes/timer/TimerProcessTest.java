package heapstakes.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.driver.BadLibrary;
import heapstakes.driver.DriverException;
import heapstakes.driver.NativeBuild;
import heapstakes.replay.TestTraces;
import heapstakes.replay.TraceLanes;
import heapstakes.replay.TraceSource;
import heapstakes.trace.Trace;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real libraries in processes of their own, timed by these. */
class TimerProcessTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @BeforeEach
  void requireCompiler() {
    String reason = NativeBuild.of(NativeBuild.Program.TIMER).unavailable().orElse("");
    assumeTrue(reason.isEmpty(), reason);
  }

  private static Contestant installed(String text) {
    Contestant contestant = Allocators.parse(text);
    String absence = contestant.provider().unavailable().orElse("");
    assumeTrue(absence.isEmpty(), absence);
    return contestant;
  }

  private static void everyOperationIsTimed(String library, Trace trace) {
    long all = trace.info().operations();
    try (TimerProcess timer = new TimerProcess(installed(library), trace)) {
      Turn life = timer.life(LIMIT);
      assertThat(life.operations()).isEqualTo(all);
      assertThat(life.cutShort()).isFalse();
      assertThat(life.nanos()).isPositive();
      assertThat(timer.steady(LIMIT, Duration.ZERO).operations()).isEqualTo(all);
      TickCounts ticks = timer.latency(LIMIT, Duration.ZERO);
      assertThat(ticks.nanosPerTick()).isBetween(0.05, 2.0);
      assertThat(timer.steady(LIMIT, Duration.ZERO).operations()).isEqualTo(all);
    }
  }

  @Test
  void everyLibraryReplaysAllOperationsInOneLifeAndOnAHeapThatLivesOn() {
    Trace trace = TraceSource.open("random:seed=7,operations=1500");
    everyOperationIsTimed("native-glibc", trace);
    everyOperationIsTimed("native-glibc:tcache_count=0", trace);
    everyOperationIsTimed("native-jemalloc", trace);
    everyOperationIsTimed("native-tcmalloc", trace);
    everyOperationIsTimed("native-mimalloc", trace);
  }

  @Test
  void aLibraryWithALoaderOfItsOwnIsTimedByThat() {
    String reason = NativeBuild.of(NativeBuild.Program.MUSL_TIMER).unavailable().orElse("");
    assumeTrue(reason.isEmpty(), reason);
    everyOperationIsTimed("native-musl", TraceSource.open("random:seed=7,operations=1500"));
  }

  @Test
  void threadsRunAtTheSameTimeOrTakeTurnsByTheRulesOfReplays() {
    Trace parallel = TraceSource.open("larson:rounds=1,threads=3");
    assertThat(new TraceLanes(parallel).isParallel()).isTrue();
    try (TimerProcess timer = new TimerProcess(installed("native-glibc"), parallel)) {
      Turn life = timer.life(LIMIT);
      assertThat(life.operations()).isEqualTo(parallel.info().operations());
      assertThat(life.pulse()).isNaN(); // it would be one thread's of several
      assertThat(timer.steady(LIMIT, Duration.ZERO).operations()).isPositive();
    }
    Trace serial = TraceSource.open("server-churn");
    assertThat(serial.info().threads()).isGreaterThan(1);
    assertThat(new TraceLanes(serial).isParallel()).isFalse();
    try (TimerProcess timer = new TimerProcess(installed("native-glibc"), serial)) {
      Turn life = timer.life(LIMIT);
      assertThat(life.operations()).isEqualTo(serial.info().operations());
      assertThat(life.pulse()).isPositive();
    }
  }

  @Test
  void aThreadThatEndsItselfLetsOthersGoOn() {
    Trace trace = TestTraces.of("m 0 8; t 1; m 1 8; t 2; f 0; x 2; t 1; m 2 8; x 1; t 0; f 1; f 2");
    everyOperationIsTimed("native-glibc", trace);
  }

  @Test
  @Tag("long")
  void whatCountsBeginsAtTheMarkButALifeIsTheWholeTrace() {
    Trace trace = TestTraces.of("m 0 8; m 1 8; P populated; f 0; m 2 3000000000; f 2");
    try (TimerProcess timer = new TimerProcess(installed("native-glibc"), trace)) {
      assertThat(timer.life(LIMIT).operations()).isEqualTo(5);
      assertThat(timer.steady(LIMIT, Duration.ZERO).operations()).isEqualTo(3);
    }
  }

  @Test
  void aSizeOfMoreThan24BitsBesideAnAlignmentArrives() {
    Trace trace = TestTraces.of("g 0 33554432 100; c 1 16777217 2; f 0; f 1");
    try (TimerProcess timer = new TimerProcess(installed("native-glibc"), trace)) {
      assertThat(timer.life(LIMIT).operations()).isEqualTo(4);
      TickCounts ticks = timer.latency(LIMIT, Duration.ZERO);
      assertThat(ticks.buckets().stream().mapToLong(TickCounts.Bucket::count).sum()).isEqualTo(4);
    }
  }

  @Test
  void aLimitEndsAReplayThatTakesTooLong() {
    Trace trace = TraceSource.open("random:seed=7,operations=200000");
    try (TimerProcess timer = new TimerProcess(installed("native-glibc"), trace)) {
      Turn turn = timer.steady(Duration.ZERO, Duration.ZERO);
      assertThat(turn.cutShort()).isTrue();
      assertThat(turn.operations()).isLessThan(200_000);
      assertThat(timer.life(Duration.ZERO).whole()).isEqualTo(Turn.UNENDED);
      assertThat(timer.life(LIMIT).whole().operations()).isEqualTo(trace.info().operations());
    }
  }

  @Test
  void aCrashOfTheLibraryIsSaidWithItsSignal(@TempDir Path folder) throws Exception {
    Path bad = BadLibrary.with(folder, "MALLOC=if (n > 50) abort()").file().orElseThrow();
    Trace trace = TraceSource.open("random:seed=7,operations=2000");
    try (TimerProcess timer = new TimerProcess(Allocators.parse("native:" + bad), trace)) {
      assertThatThrownBy(() -> timer.life(LIMIT))
          .isInstanceOf(DriverException.class)
          .hasMessageContaining("SIGABRT");
    }
  }
}
