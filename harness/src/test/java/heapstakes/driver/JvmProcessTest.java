package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import heapstakes.results.Footprint;
import heapstakes.results.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JvmProcessTest {
  @Test
  void itSeesWhatTheDriverSeesUpToTheNoiseOfAJvm() throws Exception {
    Libraries.glibc();
    List<String> lines = new ArrayList<>();
    IntStream.range(0, 20_000).forEach(i -> lines.add("m " + i + " 5000"));
    lines.add("g 20000 4096 123456");
    lines.add("w 20000 100000 17");
    IntStream.range(0, 20_000).forEach(i -> lines.add("f " + i));
    TextTrace trace = TextTrace.of(lines);
    DriverReport byJvm =
        JvmProcess.run(Allocators.parse("native-glibc"), trace, DriverOptions.FOOTPRINT);
    Footprint exact =
        NativeFootprint.measure(Allocators.parse("native-glibc"), trace, DriverOptions.FOOTPRINT)
            .footprint();

    Footprint footprint = byJvm.footprint();
    assertThat(footprint.outcome().detail()).isEmpty();
    assertThat(footprint.outcome().status()).isEqualTo(Status.OK);
    assertThat(byJvm.metering()).isEqualTo(DriverReport.Metering.JVM);
    assertThat(footprint.outcome().operations()).isEqualTo(40_002);
    assertThat(footprint.space().peak().requestedBytes())
        .isEqualTo(exact.space().peak().requestedBytes());
    assertThat(footprint.space().end().requestedBytes()).hasValue(123456);
    long noise = 40L << 20;
    assertThat(footprint.space().peak().residentBytes().orElse(0))
        .isBetween(
            exact.space().peak().residentBytes().orElse(0) - noise,
            exact.space().peak().residentBytes().orElse(0) + noise);
  }
}
