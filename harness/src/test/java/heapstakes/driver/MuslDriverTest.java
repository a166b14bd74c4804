package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.replay.TestTraces;
import heapstakes.replay.TraceSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MuslDriverTest {
  private static NativeProcess musl() {
    Contestant musl = Allocators.parse("native-musl");
    assumeTrue(musl.provider().unavailable().isEmpty(), "there is no musl: apt-get install musl");
    Optional<String> noDriver = NativeBuild.of(NativeBuild.Program.MUSL_DRIVER).unavailable();
    assumeTrue(noDriver.isEmpty(), () -> noDriver.orElse(""));
    return NativeProcess.of(musl);
  }

  /** musl's first small blocks lie in what is left of the pages of its own data. */
  @Test
  void blocksBeforeTheFirstMappingAreNoHeapInStaticData() throws Exception {
    DriverReport report =
        musl()
            .run(
                TestTraces.of("m 0 100; m 1 3000; f 0; m 0 40"),
                DriverOptions.FOOTPRINT,
                DriverListener.NONE);

    assertThat(report.failure()).isEmpty();
    assertThat(report.footprint().space().peak().requestedBytes()).hasValue(3100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jq", "random:seed=1,operations=3000,sizes=any,threads=5"})
  void theMallocOfMuslRunsInAProcessOfMuslsOwnAndKeepsTheRules(String trace) throws Exception {
    NativeProcess process = musl();

    DriverReport checked =
        process.run(TraceSource.open(trace), DriverOptions.CHECK, DriverListener.NONE);
    DriverReport report =
        process.run(TraceSource.open(trace), DriverOptions.OBSERVATION, DriverListener.NONE);

    assertThat(checked.failure()).isEmpty();
    assertThat(report.failure()).isEmpty();
    assertThat(report.maps()).contains("musl").doesNotContain("libc.so.6");
    assertThat(report.metering()).isEqualTo(DriverReport.Metering.EXACT);
    assertThat(report.driftPages()).isZero();
  }
}
