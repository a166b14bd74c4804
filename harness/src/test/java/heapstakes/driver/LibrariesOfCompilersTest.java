package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.replay.TraceSource;
import heapstakes.trace.Trace;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scudo comes with clang, oneTBB's malloc with Intel's compiler: programs preload both. */
@Tag("long")
class LibrariesOfCompilersTest {
  private static NativeProcess process(String text) {
    Contestant contestant = Allocators.parse(text);
    Optional<String> absent = contestant.provider().unavailable();
    assumeTrue(absent.isEmpty(), () -> absent.orElse(""));
    Optional<String> noDriver = NativeBuild.ofDriver().unavailable();
    assumeTrue(noDriver.isEmpty(), () -> noDriver.orElse(""));
    return NativeProcess.of(contestant);
  }

  @ParameterizedTest
  @CsvSource({
    "native-scudo, 'random:seed=1,operations=3000,sizes=any,threads=5', clang_rt.scudo",
    "native-scudo, jq, clang_rt.scudo",
    "native-tbb, 'random:seed=1,operations=3000,sizes=any,threads=5', tbbmalloc_proxy",
    "native-tbb, jq, tbbmalloc_proxy"
  })
  void theyKeepTheRules(String library, String trace, String file) throws Exception {
    NativeProcess process = process(library);
    DriverReport checked =
        process.run(TraceSource.open(trace), DriverOptions.CHECK, DriverListener.NONE);
    DriverReport report =
        process.run(TraceSource.open(trace), DriverOptions.OBSERVATION, DriverListener.NONE);

    assertThat(checked.failure()).isEmpty();
    assertThat(report.failure()).isEmpty();
    assertThat(report.maps()).contains(file);
    assertThat(report.metering()).isEqualTo(DriverReport.Metering.EXACT);
  }

  /**
   * 20 000 blocks of 1 000 bytes, freed: what is left is at least a page less by their own trim.
   */
  @ParameterizedTest
  @ValueSource(strings = {"native-scudo:release_to_os_interval_ms=-1", "native-tbb"})
  void theirOwnTrimGivesPagesBack(String library) throws Exception {
    assertThat(residentAtTheEnd(library, true)).isLessThan(residentAtTheEnd(library, false) - 4096);
  }

  private static long residentAtTheEnd(String library, boolean trim) throws InterruptedException {
    Stream<String> mallocs = IntStream.range(0, 20_000).mapToObj(slot -> "m " + slot + " 1000");
    Stream<String> frees = IntStream.range(0, 20_000).mapToObj(slot -> "f " + slot);
    Trace trace =
        TextTrace.of(
            Stream.of(mallocs, frees, trim ? Stream.of("T 0") : Stream.<String>empty())
                .flatMap(lines -> lines)
                .toArray(String[]::new));
    return process(library)
        .run(trace, DriverOptions.FOOTPRINT, DriverListener.NONE)
        .footprint()
        .space()
        .end()
        .residentBytes()
        .orElse(-1);
  }
}
