package heapstakes.timer;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.driver.EmulatedArm;
import heapstakes.driver.NativeBuild;
import heapstakes.replay.TraceSource;
import heapstakes.trace.Trace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The timer for arm64, emulated: it replays there; what times it reads means nothing. */
@Tag("long")
class EmulatedArmTimerTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"random:seed=7,operations=1500", "larson:rounds=1,threads=3"})
  void everyOperationIsReplayedThere(String workload) throws Exception {
    EmulatedArm.assumeHere();
    Trace trace = TraceSource.open(workload);
    Path program = EmulatedArm.built(NativeBuild.Program.TIMER, folder);

    try (TimerProcess timer =
        new TimerProcess(EmulatedArm.glibc(folder), Map.of(), trace, program)) {
      assertThat(timer.life(LIMIT).operations()).isEqualTo(trace.info().operations());
      assertThat(timer.steady(LIMIT, Duration.ZERO).operations()).isPositive();
      assertThat(timer.latency(LIMIT, Duration.ZERO).nanosPerTick()).isPositive();
    }
  }
}
