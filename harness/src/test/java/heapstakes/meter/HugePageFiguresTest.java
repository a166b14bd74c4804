package heapstakes.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.RealLibrary;
import heapstakes.cell.CellRunner;
import heapstakes.cell.CellSpec;
import heapstakes.cell.MeteredCell;
import heapstakes.driver.HugePagesHere;
import heapstakes.replay.TraceSource;
import heapstakes.results.Column;
import heapstakes.results.Footprint;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns of huge pages. */
class HugePageFiguresTest {
  private static final String CHURN = "server-churn:operations=100000,live=5000";

  private static MeteredCell metered(String contestant, String workload, String memory)
      throws InterruptedException {
    return CellRunner.run(
        CellSpec.of(contestant, workload).withMemory(memory),
        TraceSource.open(workload),
        FootprintObserver.NONE);
  }

  private static Footprint footprint(String contestant, String workload, String memory)
      throws InterruptedException {
    return metered(contestant, workload, memory).footprint();
  }

  /**
   * Bloat is the price in memory: what the same replay has resident without huge pages, and less.
   */
  @ParameterizedTest(name = "{0} on {1}, thp={2}")
  @CsvSource(
      delimiter = ';',
      value = {
        "ptmalloc2; jq; always,khugepaged=false",
        "tcmalloc; jq; always,scan_sleep_millisecs=1",
        "jemalloc:dirty_decay_ms=0; " + CHURN + "; always,scan_sleep_millisecs=1",
        "tcmalloc:aggressive_decommit=true; " + CHURN + "; always,scan_sleep_millisecs=1",
        "jemalloc:dirty_decay_ms=0; " + CHURN + "; always,scan_sleep_millisecs=1,max_ptes_none=9"
      })
  void bloatIsWhatIsResidentBesidesWhatWouldBeAnyway(String model, String workload, String thp)
      throws InterruptedException {
    Footprint without = footprint(model, workload, "simulated");
    Footprint with = footprint(model, workload, "simulated:thp=" + thp);

    long more =
        with.space().end().residentBytes().orElseThrow()
            - without.space().end().residentBytes().orElseThrow();
    assertThat(with.hugePages().endBloatBytes()).hasValue(more);
    assertThat(with.hugePages().peakBloatBytes().orElseThrow()).isGreaterThanOrEqualTo(more);
    assertThat(with.space().end().mappedBytes()).isEqualTo(without.space().end().mappedBytes());
    assertThat(with.hugePages().peakBytes().orElseThrow() % (2 << 20)).isZero();
    assertThat(with.hugeCoverage().orElseThrow()).isBetween(0.0, 1.0);
    assertThat(with.hugePages().collapses().orElseThrow() > 0)
        .isEqualTo(!thp.contains("khugepaged=false"));
  }

  /** A break that grows by 10 KB: what it has reached in whole 2 MiB when it is touched is huge. */
  @Test
  void coverageIsTheShareOfPeakResident() throws InterruptedException {
    MeteredCell cell =
        metered(
            "bump",
            "tlpi-free-and-sbrk:blocks=1000",
            "simulated:thp=always,scan_sleep_millisecs=1");
    long huge = cell.cell().count(Column.PEAK_ANON_HUGE_BYTES).orElseThrow();
    long resident = cell.cell().count(Column.PEAK_RESIDENT_BYTES).orElseThrow();

    assertThat(cell.cell().number(Column.HUGE_COVERAGE)).hasValue((double) huge / resident);
    assertThat(cell.cell().count(Column.KHUGEPAGED_COLLAPSES)).hasValue(0);
  }

  @Test
  void withoutHugePagesTheColumnsAreEmpty() throws InterruptedException {
    MeteredCell cell = metered("bump", "jq", "simulated");

    assertThat(cell.footprint().hugePages()).isEqualTo(Footprint.HugePages.NOT_MEASURED);
    assertThat(cell.cell().columns())
        .doesNotContain(Column.PEAK_ANON_HUGE_BYTES, Column.HUGE_COVERAGE);
  }

  /** The libraries' own switches; what they advise, the kernel of this machine gives. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({"native-glibc, hugetlb=1", "native-jemalloc, thp=always"})
  void aLibraryThatAsksForHugePagesHasThem(String library, String setting)
      throws InterruptedException {
    String obstacle =
        Allocators.parse(library).provider().unavailable().or(HugePagesHere::obstacle).orElse("");
    assumeTrue(obstacle.isEmpty(), obstacle);

    long asked =
        footprint(library + ":" + setting, "sqlite3", "linux").hugePages().peakBytes().orElse(0);

    assertThat(asked).isGreaterThanOrEqualTo(8 << 20);
  }

  /** jemalloc's records begin with a block of 2 MiB before the program's first call. */
  @Test
  void hugePagesThatALibraryHasFromItsStartAreItsOwn() throws InterruptedException {
    String obstacle =
        Allocators.parse("native-jemalloc")
            .provider()
            .unavailable()
            .or(HugePagesHere::obstacle)
            .or(HugePageFiguresTest::tooOld)
            .orElse("");
    assumeTrue(obstacle.isEmpty(), obstacle);
    assumeTrue(
        Allocators.parse("native-jemalloc")
            .provider()
            .library()
            .filter(RealLibrary::replacesMalloc)
            .isPresent(),
        "the jemalloc that comes along is of another build and begins otherwise");

    Footprint one = footprint("native-jemalloc:thp=always", "tlpi-free-and-sbrk:blocks=1", "linux");

    assertThat(one.hugePages().endBytes().orElseThrow())
        .isGreaterThanOrEqualTo(2 << 20)
        .isLessThanOrEqualTo(one.space().end().residentBytes().orElseThrow());
  }

  private static Optional<String> tooOld() {
    String[] release = System.getProperty("os.version").split("\\D+");
    int version = 1000 * Integer.parseInt(release[0]) + Integer.parseInt(release[1]);
    return version < 6007
        ? Optional.of("Linux before 6.7 does not say which pages are huge")
        : Optional.empty();
  }
}
