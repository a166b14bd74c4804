package heapstakes.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.Allocators;
import heapstakes.driver.DriverListener;
import heapstakes.driver.DriverOptions;
import heapstakes.driver.HugePagesHere;
import heapstakes.driver.NativeProcess;
import heapstakes.replay.TraceSource;
import heapstakes.results.Footprint;
import heapstakes.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Twins where everything may be in huge pages, against their libraries on huge pages of this
 * machine. Its khugepaged may come by at any time, so that a difference counts only where it did
 * not.
 */
@Tag("long")
class HugePagesOfTwinsTest {
  private static final Path COLLAPSED =
      Path.of("/sys/kernel/mm/transparent_hugepage/khugepaged/pages_collapsed");
  private static final int ATTEMPTS = 5;

  @ParameterizedTest(name = "{0} on {1}")
  @CsvSource({
    "ptmalloc2, jq, false",
    "ptmalloc2:hugetlb=1, cc1, true",
    "jemalloc, jq, true",
    "tcmalloc, jq, false",
    "mimalloc, jq, true"
  })
  void whatIsResidentIsWhatTheLibraryHas(String model, String workload, boolean mapsMuchAtOnce)
      throws Exception {
    String obstacle = HugePagesHere.obstacle().orElse("");
    assumeTrue(obstacle.isEmpty(), obstacle);
    PairSpec pair = PairSpec.of(TwinTraces.library(model), workload, 0).withHugePages();
    compareUndisturbed(pair, workload, mapsMuchAtOnce);
  }

  /** jemalloc.md §22: what the library itself says of huge pages. */
  @ParameterizedTest(name = "{0} on {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "jemalloc:thp=always | jq | true",
        "jemalloc:thp=never | jq | false",
        "jemalloc:metadata_thp=always | cc1 | true",
        "jemalloc:metadata_thp=auto | random:seed=39,operations=20000,sizes=small,threads=9 | false",
        "jemalloc:thp=always,metadata_thp=always,retain=false"
            + " | random:seed=40,operations=20000,sizes=large,threads=3 | true"
      })
  void adviceGivesTheHugePagesThatItGivesTheLibrary(
      String model, String workload, boolean mapsMuchAtOnce) throws Exception {
    PairSpec pair = PairSpec.of(TwinTraces.library(model), workload, 0);
    compareUndisturbed(pair, workload, mapsMuchAtOnce);
  }

  private static void compareUndisturbed(PairSpec pair, String workload, boolean mapsMuchAtOnce)
      throws Exception {
    for (int attempt = 1; ; attempt++) {
      String before = disturbances();
      try {
        Trace trace = TraceSource.open(workload);
        compare(pair, trace);
        if (mapsMuchAtOnce) {
          requireHugePages(pair, trace);
        }
        return;
      } catch (AssertionError e) {
        if (before.equals(disturbances())) {
          throw e;
        }
        assumeTrue(attempt < ATTEMPTS, "khugepaged came by each time");
      }
    }
  }

  private static void compare(PairSpec pair, Trace trace) throws InterruptedException {
    Agreement agreement = TwinCheck.run(pair, trace);
    assertThat(agreement.holds()).as(new FidelityReport(0).trace(agreement)).isTrue();
    assertThat(agreement.calls().difference()).isEmpty();
    assertThat(agreement.resident().max()).as("%s", agreement.resident()).isZero();
  }

  /**
   * There is something to compare. A heap that grows by less than 2 MiB has huge pages or none, by
   * where it begins.
   */
  private static void requireHugePages(PairSpec pair, Trace trace) throws InterruptedException {
    Footprint.HugePages library =
        NativeProcess.of(Allocators.parse(pair.library().contestant()))
            .run(
                trace,
                DriverOptions.FOOTPRINT.with(DriverOptions.Option.THP, 1),
                DriverListener.NONE)
            .footprint()
            .hugePages();
    assertThat(library.peakBytes().orElseThrow())
        .as("had huge pages")
        .isGreaterThanOrEqualTo(2L << 20);
  }

  private static String disturbances() throws IOException {
    return Files.readString(COLLAPSED);
  }
}
