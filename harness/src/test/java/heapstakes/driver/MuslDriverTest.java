package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.replay.TraceSource;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MuslDriverTest {
  @ParameterizedTest
  @ValueSource(strings = {"jq", "random:seed=1,operations=3000,sizes=any,threads=5"})
  void theMallocOfMuslRunsInAProcessOfMuslsOwnAndKeepsTheRules(String trace) throws Exception {
    Contestant musl = Allocators.parse("native-musl");
    assumeTrue(musl.provider().unavailable().isEmpty(), "there is no musl: apt-get install musl");
    Optional<String> noDriver = NativeBuild.of(NativeBuild.Program.MUSL_DRIVER).unavailable();
    assumeTrue(noDriver.isEmpty(), () -> noDriver.orElse(""));
    NativeProcess process = NativeProcess.of(musl);

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
