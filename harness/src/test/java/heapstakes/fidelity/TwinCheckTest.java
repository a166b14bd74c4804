package heapstakes.fidelity;

import static heapstakes.fidelity.TwinTraces.againstGlibc;
import static heapstakes.fidelity.TwinTraces.compared;
import static heapstakes.fidelity.TwinTraces.library;
import static heapstakes.fidelity.TwinTraces.trace;
import static heapstakes.fidelity.TwinTraces.untested;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.Reference;
import heapstakes.os.AddressSpace;
import heapstakes.replay.TraceSource;
import heapstakes.setting.Settings;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceInfo.Features;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every twin of the catalogue against the library that is installed here. */
class TwinCheckTest {
  private static final List<String> TRACES =
      List.of(
          "jq",
          "tlpi-free-and-sbrk",
          "server-churn:operations=100000,live=5000",
          "random:seed=11,operations=20000,sizes=any",
          "random:seed=12,operations=20000,sizes=tiny",
          "random:seed=13,operations=20000,sizes=small",
          "random:seed=14,operations=20000,sizes=magnitudes,clock=steps",
          "random:seed=15,operations=20000,sizes=large",
          "random:seed=16,operations=20000,sizes=round",
          "random:seed=17,operations=10000,sizes=huge",
          "random:seed=18,operations=20000,sizes=any,threads=5",
          "random:seed=19,operations=20000,sizes=small,threads=20",
          "random:seed=20,operations=20000,sizes=large,threads=3,clock=steps");

  @TempDir Path folder;

  static Stream<Arguments> everyTwinOnEveryTrace() {
    return Allocators.all().stream()
        .filter(provider -> provider.reference().isPresent())
        .map(AllocatorProvider::name)
        .flatMap(name -> TRACES.stream().map(trace -> Arguments.of(name, trace)));
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("everyTwinOnEveryTrace")
  void theTwinDoesWhatTheInstalledLibraryDoes(String twin, String trace) throws Exception {
    Agreement agreement = compared(library(twin), TraceSource.open(trace));

    String report = new FidelityReport(0).trace(agreement);
    assertThat(agreement.holds()).as(report).isTrue();
    assertThat(agreement.addresses().of()).isPositive();
    assertThat(agreement.counters().of()).isPositive();
    assertThat(agreement.resident().points()).isPositive();
    assertThat(agreement.placements().isWhole()).as(report).isTrue();
    assertThat(agreement.calls().sameCounts()).as(report).isTrue();
    assertThat(agreement.calls().difference()).as(report).isEmpty();
  }

  /** Threads of the library's own purge while the program sleeps, and while it works. */
  @ParameterizedTest(name = "{0} on {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "jemalloc:background_thread=true | random:seed=31,operations=20000,sizes=large,clock=steps",
        "jemalloc:background_thread=true,muzzy_decay_ms=1000 | burst-then-idle:blocks=20000",
        "jemalloc:background_thread=true,dirty_decay_ms=0 | random:seed=32,operations=9000",
        "jemalloc:background_thread=true | random:seed=33,operations=20000,threads=12,clock=steps",
        "jemalloc:background_thread=true,max_background_threads=2"
            + " | random:seed=34,operations=20000,sizes=any,threads=7,clock=steps",
      })
  void threadsOfTheLibrarysOwnPurgeWhenTheTwinsDo(String twin, String trace) throws Exception {
    Agreement agreement = compared(library(twin), TraceSource.open(trace));

    String report = new FidelityReport(0).trace(agreement);
    assertThat(agreement.holds()).as(report).isTrue();
    assertThat(agreement.calls().sameCounts()).as(report).isTrue();
    assertThat(agreement.calls().difference()).as(report).isEmpty();
    assertThat(agreement.resident().max()).as(report).isZero();
  }

  /** The driver says that no thread moves: the n-th is on the n-th processor, round and round. */
  @ParameterizedTest(name = "{0} on {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "jemalloc:percpu_arena=percpu | random:seed=35,operations=20000,sizes=any,threads=7",
        "jemalloc:percpu_arena=phycpu | random:seed=36,operations=20000,sizes=small,threads=5",
        "jemalloc:percpu_arena=percpu,tcache=false"
            + " | random:seed=37,operations=20000,threads=5,clock=steps",
        "jemalloc:percpu_arena=percpu,narenas=9,background_thread=true"
            + " | random:seed=38,operations=20000,sizes=large,threads=9,clock=steps",
      })
  void theProcessorDecidesOnTheArenaAlike(String twin, String trace) throws Exception {
    Agreement agreement = compared(library(twin), TraceSource.open(trace));

    String report = new FidelityReport(0).trace(agreement);
    assertThat(agreement.holds()).as(report).isTrue();
    assertThat(agreement.calls().difference()).as(report).isEmpty();
    assertThat(agreement.resident().max()).as(report).isZero();
  }

  /** What free spans of threads that ended do to the time at which memory is given back. */
  @ParameterizedTest(name = "{0} on {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "mimalloc | random:seed=202,operations=10000,sizes=small,threads=2,clock=steps",
        "mimalloc:abandoned_page_decommit=true"
            + " | random:seed=9,operations=8000,sizes=small,threads=3,clock=steps",
        "mimalloc:eager_commit=false | random:seed=8,operations=8000,sizes=any,threads=5",
      })
  void segmentsOfThreadsThatEndedAreTakenOverAlike(String twin, String trace) throws Exception {
    Agreement agreement = compared(library(twin), TraceSource.open(trace));

    String report = new FidelityReport(0).trace(agreement);
    assertThat(agreement.holds()).as(report).isTrue();
    assertThat(agreement.calls().difference()).as(report).isEmpty();
    assertThat(agreement.resident().max()).as(report).isZero();
  }

  static Stream<Arguments> everyTwinWhereTheInitialThreadExits() {
    return Stream.of("ptmalloc2", "tcmalloc", "jemalloc", "mimalloc")
        .flatMap(twin ->
            Stream.of(
                    // the other threads, begun before and after, do not get what it leaves
                    "t 0\n"
                        + "m 0 100\n"
                        + "f 0\n"
                        + "t 1\n"
                        + "m 1 100\n"
                        + "x 0\n"
                        + "m 2 100\n"
                        + "m 3 100\n"
                        + "t 2\n"
                        + "m 4 100\n"
                        + "m 5 100\n",
                    "t 1\nm 0 16\nf 0\nx 1\nt 2\nm 0 16\nf 0\n",
                    "m 0 100\nm 1 100\nx 0\nt 1\nf 0\nx 1\nt 2\nf 1\nx 2\n",
                    "m 0 100\n"
                        + "t 1\n"
                        + "m 1 100\n"
                        + "t 2\n"
                        + "m 2 100\n"
                        + "x 0\n"
                        + "x 1\n"
                        + "f 1\n"
                        + "f 0\n"
                        + "t 3\n"
                        + "m 0 99\n"
                        + "x 2\n"
                        + "x 3\n")
                .map(events -> Arguments.of(twin, events)));
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("everyTwinWhereTheInitialThreadExits")
  void theInitialThreadExitsOnBothSides(String twin, String events) throws Exception {
    Agreement agreement = compared(library(twin), trace(folder, events));

    String report = new FidelityReport(0).trace(agreement);
    assertThat(agreement.holds()).as(report).isTrue();
    assertThat(agreement.calls().sameCounts()).as(report).isTrue();
    assertThat(agreement.counters().of()).isPositive();
  }

  @ParameterizedTest(name = "{0} on {1}")
  @CsvSource({
    "jemalloc, m 0 67108864;m 1 67108864;m 2 67108864;m 3 67108864;m 4 67108864;m 5 67108864",
    "ptmalloc2, m 0 200000;g 1 1073741824 100;r 1 200000"
  })
  void mappingsCrossBordersOfAGibibyteWhereTheTwinsDo(String twin, String events) throws Exception {
    Agreement agreement = compared(library(twin), trace(folder, events.replace(';', '\n') + "\n"));

    assertThat(agreement.holds()).as(new FidelityReport(0).trace(agreement)).isTrue();
  }

  /**
   * Up, up again without a gap, down over both, further down than is the program's own, down where
   * the allocator may have gone on, and a heap that is trimmed above and below.
   */
  @ParameterizedTest
  @CsvSource({"ptmalloc2", "tcmalloc", "jemalloc", "mimalloc"})
  void theProgramMovesTheBreakOnBothSides(String twin) throws Exception {
    String events =
        "m 0 100000\nb 4096\nm 1 100000\nb 8192\nb 4097\nb -12289\nb -100000\nm 2 50000\n"
            + "b 65536\nm 3 130000\nb -65536\nf 3\nf 1\nf 0\nf 2\nT 0\nm 4 300000\nf 4\n";
    Agreement agreement = compared(library(twin), trace(folder, events));

    String report = new FidelityReport(0).trace(agreement);
    assertThat(agreement.holds()).as(report).isTrue();
    assertThat(agreement.placements().isWhole()).as(report).isTrue();
    assertThat(agreement.calls().sameCounts()).as(report).isTrue();
    assertThat(agreement.calls().difference()).as(report).isEmpty();
  }

  @Test
  void aTwinSetOtherwiseThanItsLibraryIsFoundOut() throws Exception {
    // Five blocks of 32 bytes behind the 656 of the thread cache and a header of 16, so from 0x2a0
    // on. glibc keeps all five when they are freed and returns the youngest, at 0x2a0 + 4 × 32. A
    // thread cache of three keeps the first three, returns the third, and has the rest in a
    // fastbin.
    Trace trace =
        trace(
            folder,
            "m 0 24\nm 1 24\nm 2 24\nm 3 24\nm 4 24\nf 0\nf 1\nf 2\nf 3\nf 4\nm 5 24\nf 5\n");
    Contestant planted = Allocators.parse("ptmalloc2:tcache_count=3");

    Agreement agreement = compared(againstGlibc(planted), trace);

    assertThat(agreement.holds()).isFalse();
    assertThat(agreement.addresses()).isEqualTo(new Share(5, 6));
    assertThat(agreement.breaks()).isEqualTo(new Share(12, 12));
    AddressDifference address = agreement.address().orElseThrow();
    assertThat(address.operation()).isEqualTo(10);
    assertThat(address.slot()).isEqualTo(5);
    assertThat(address.library().block()).isEqualTo("brk+0x320");
    assertThat(address.twin().block()).isEqualTo("brk+0x2e0");
    assertThat(address.context().getLast().strip()).isEqualTo("10  m 5 24");
    assertThat(address.context().get(address.context().size() - 2).strip()).isEqualTo("9  f 4");
    assertThat(agreement.counter())
        .contains(new CounterDifference(9, "smblks", 0, 1)); // the fourth block, in a fastbin
  }

  @Test
  void theSameTwinHoldsWhereTheLibraryIsSetAlike() throws Exception {
    Contestant model = Allocators.parse("ptmalloc2:tcache_count=3");
    library("ptmalloc2");

    Agreement agreement =
        compared(
            (Counterpart.Library) Counterpart.of(model),
            TraceSource.open("random:seed=21,operations=5000"));

    assertThat(agreement.holds()).as(new FidelityReport(0).trace(agreement)).isTrue();
  }

  @Test
  void whatIsNoTwinOrCannotBeSetAlikeIsMissing() {
    assertThat(Counterpart.of(Allocators.parse("bump")))
        .isEqualTo(new Counterpart.Missing("it is the twin of no real library"));
    assertThat(Counterpart.of(Allocators.parse("ptmalloc2:trim=modern-on-free")))
        .isInstanceOfSatisfying(
            Counterpart.Missing.class,
            missing ->
                assertThat(missing.reason())
                    .startsWith("glibc has no setting for trim=modern-on-free"));
    assertThat(Counterpart.of(Allocators.parse("ptmalloc2:cpus=4096")))
        .isInstanceOfSatisfying(
            Counterpart.Missing.class,
            missing ->
                assertThat(missing.reason()).startsWith("cpus=4096, but the library counts"));
  }

  @Test
  void theTwinCrossesBordersOfAddressesWhereTheLibraryDoes() throws Exception {
    // The next multiple of 2 GiB is 0.7 GiB above the break: tcmalloc's page map grows there.
    EventBatch events = new EventBatch(1000);
    for (int i = 0; i < 1000; i++) {
      events.add(Op.MALLOC, i, 1 << 20, 0);
    }
    Features untouched = new Features(false, false, false, "", TraceInfo.Touch.NONE);

    Agreement agreement = compared(library("tcmalloc"), untested(events, untouched));

    assertThat(agreement.holds()).as(new FidelityReport(0).trace(agreement)).isTrue();
  }

  @Test
  void aLibraryThatIsMissingOrOfAnotherVersionIsSkippedWithTheReason() {
    library("ptmalloc2");
    assertThat(reasonOf(new Reference("native-glibc", "glibc 1.09")))
        .startsWith("the twin is of glibc 1.09: the library found here is glibc ")
        .contains("heapstakes library add");
    assertThat(reasonOf(new Reference("native-none", "none 1")))
        .isEqualTo("there is no contestant native-none");
  }

  /** None of them is of a library that Debian 12 has. */
  @ParameterizedTest
  @ValueSource(strings = {"ptmalloc2@2.35", "tcmalloc@2.17", "jemalloc@5.2.1"})
  void theTwinThatIsAdvisedInsteadCanBeCompared(String twin) {
    assumeTrue(
        Counterpart.of(Allocators.parse(twin)) instanceof Counterpart.Missing(String reason)
            && reason.contains("Write "));
    String reason = ((Counterpart.Missing) Counterpart.of(Allocators.parse(twin))).reason();
    String advised = reason.replaceFirst("(?s).*Write ([^ ,]+).*", "$1");

    assertThat(Counterpart.of(Allocators.parse(advised)))
        .as(reason)
        .isInstanceOf(Counterpart.Library.class);
  }

  private static String reasonOf(Reference reference) {
    AllocatorProvider bump = Allocators.parse("bump").provider();
    AllocatorProvider provider =
        new AllocatorProvider() {
          @Override
          public String name() {
            return "other";
          }

          @Override
          public Lineage lineage() {
            return bump.lineage();
          }

          @Override
          public Set<Capability> capabilities() {
            return bump.capabilities();
          }

          @Override
          public Optional<Reference> reference() {
            return Optional.of(reference);
          }

          @Override
          public Allocator open(AddressSpace space, Settings settings) {
            return bump.open(space, settings);
          }
        };
    Contestant contestant = new Contestant(provider, Settings.defaults("other", List.of()));
    return ((Counterpart.Missing) Counterpart.of(contestant)).reason();
  }

  @Test
  void aTraceForSimulatedMemoryAloneHasNoRealCounterpart() throws Exception {
    assertThat(TwinCheck.obstacle(trace(folder, "m 0 8\nF 1\nt 1\nf 0\n").info())).isEmpty();
    assertThat(TwinCheck.obstacle(TraceSource.open("gib-until-null").info())).isPresent();
    assertThat(TwinCheck.obstacle(trace(folder, "m 0 8\n").info())).isEmpty();
  }
}
