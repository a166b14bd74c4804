package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.replay.TraceSource;
import heapstakes.results.Status;
import heapstakes.trace.Trace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The driver for arm64, untimed: qemu-user has no filter for system calls, so they are not caught.
 */
@Tag("long")
class EmulatedArmTest {
  @TempDir private Path folder;

  @BeforeEach
  void assumeEmulator() {
    Libraries.glibc();
    EmulatedArm.assumeHere();
  }

  private NativeProcess arm() throws Exception {
    return new NativeProcess(
        EmulatedArm.glibc(folder), Map.of(), EmulatedArm.built(NativeBuild.Program.DRIVER, folder));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "random:seed=3,operations=4000",
        "random:seed=4,operations=3000,threads=3,sizes=large"
      })
  void theDriverReplaysEveryOperationThere(String workload) throws Exception {
    Trace trace = TraceSource.open(workload);

    DriverReport report = arm().run(trace, DriverOptions.FOOTPRINT, DriverListener.NONE);

    assertThat(report.failure()).isEmpty();
    assertThat(report.footprint().outcome().status()).isEqualTo(Status.OK);
    assertThat(report.footprint().outcome().operations()).isEqualTo(trace.info().operations());
    assertThat(report.footprint().space().peak().requestedBytes())
        .hasValue(trace.info().peakRequestedBytes());
    assertThat(report.metering()).isEqualTo(DriverReport.Metering.KERNEL_MARKS);
  }

  @Test
  void itsBlocksAreCheckedThere() throws Exception {
    Trace trace = TraceSource.open("random:seed=5,operations=4000");

    assertThat(arm().run(trace, DriverOptions.CHECK, DriverListener.NONE).failure()).isEmpty();
  }

  /**
   * glibc lays small blocks out alike on all 64-bit processors: 16 bytes of header and alignment.
   */
  @Test
  void blocksLieAtTheOffsetsWhereTheyLieHere() throws Exception {
    TextTrace trace = TextTrace.of("m 0 40", "m 1 100", "f 0", "m 2 24", "r 1 9000", "m 3 40");
    Recorder there = new Recorder();
    Recorder here = new Recorder();

    arm().run(trace, DriverOptions.OBSERVATION, there);
    new NativeProcess(Libraries.glibc(), Map.of()).run(trace, DriverOptions.OBSERVATION, here);

    assertThat(distances(there)).isEqualTo(distances(here)).hasSize(4);
  }

  private static List<Long> distances(Recorder recorder) {
    long first = recorder.addresses.getFirst();
    return recorder.addresses.stream().filter(a -> a != 0).map(a -> a - first).skip(1).toList();
  }
}
