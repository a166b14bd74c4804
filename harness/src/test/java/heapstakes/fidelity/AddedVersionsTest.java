package heapstakes.fidelity;

import static heapstakes.fidelity.TwinTraces.compared;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.driver.DriverListener;
import heapstakes.driver.DriverOptions;
import heapstakes.driver.DriverReport;
import heapstakes.driver.NativeProcess;
import heapstakes.foreign.AddedLibraries;
import heapstakes.replay.TraceSource;
import heapstakes.trace.Trace;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Libraries that {@code .ci/run} has added, under loaders of their own, against their twins. */
@Tag("long")
class AddedVersionsTest {
  private static final String NONE =
      "no library was added (.ci/versions does it where there is a mirror of Debian's suites)";

  static Stream<Arguments> twinsInEveryVersion() {
    List<Arguments> all =
        Allocators.all().stream()
            .flatMap(model -> model.versions().stream().map(v -> model.name() + "@" + v))
            .filter(AddedVersionsTest::hasAddedLibrary)
            .flatMap(twin -> Stream.of("jq", "sqlite3").map(trace -> Arguments.of(twin, trace)))
            .toList();
    return all.isEmpty() ? Stream.of(Arguments.of("", "")) : all.stream();
  }

  private static boolean hasAddedLibrary(String twin) {
    return Counterpart.of(Allocators.parse(twin)) instanceof Counterpart.Library library
        && AddedLibraries.version(library.original().provider()).isPresent();
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("twinsInEveryVersion")
  void theTwinDoesWhatTheAddedLibraryDoes(String twin, String trace) throws Exception {
    if (twin.isEmpty()) {
      abort(NONE);
    }
    Counterpart.Library library = (Counterpart.Library) Counterpart.of(Allocators.parse(twin));

    Agreement agreement = compared(library, TraceSource.open(trace));

    assertThat(agreement.holds()).as(new FidelityReport(0).trace(agreement)).isTrue();
    assertThat(agreement.addresses().of()).isPositive();
  }

  static Stream<String> added() {
    List<String> all = AddedLibraries.all().stream().map(Contestant::toString).toList();
    return all.isEmpty() ? Stream.of("") : all.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("added")
  void everyAddedLibraryIsMeteredWithItsSystemCallsCaughtAndKeepsTheRules(String name)
      throws Exception {
    if (name.isEmpty()) {
      abort(NONE);
    }
    Contestant contestant = Allocators.parse(name);
    AllocatorProvider provider = contestant.provider();
    provider.unavailable().ifPresent(why -> abort(name + ": " + why));
    NativeProcess process = NativeProcess.of(contestant);
    Trace trace = TraceSource.open("server-churn:operations=30000,live=2000");

    DriverReport checked = process.run(trace, DriverOptions.CHECK, DriverListener.NONE);
    DriverReport metered = process.run(trace, DriverOptions.FOOTPRINT, DriverListener.NONE);

    assertThat(checked.failure()).isEmpty();
    assertThat(metered.failure()).isEmpty();
    assertThat(metered.metering()).isEqualTo(DriverReport.Metering.EXACT);
    assertThat(metered.driftPages()).isZero();
    assertThat(metered.footprint().outcome().operations()).isEqualTo(trace.info().operations());
  }
}
