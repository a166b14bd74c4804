package heapstakes.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.Reference;
import heapstakes.os.AddressSpace;
import heapstakes.replay.BrokenProvider;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.TraceSource;
import heapstakes.setting.Settings;
import heapstakes.trace.EventBatch;
import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceInfo.Features;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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
    Agreement agreement = new TwinCheck(library(twin)).run(TraceSource.open(trace));

    String report = new FidelityReport(0).trace(agreement);
    assertThat(agreement.holds()).as(report).isTrue();
    assertThat(agreement.addresses().of()).isPositive();
    assertThat(agreement.counters().of()).isPositive();
    assertThat(agreement.resident().points()).isPositive();
    assertThat(agreement.placements().isWhole()).as(report).isTrue();
    assertThat(agreement.calls().sameCounts()).as(report).isTrue();
    assertThat(agreement.calls().difference()).as(report).isEmpty();
  }

  static Stream<Arguments> everyTwinWhereTheInitialThreadExits() {
    return Stream.of("ptmalloc2", "tcmalloc", "jemalloc")
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
    Agreement agreement = new TwinCheck(library(twin)).run(trace(events));

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
    Agreement agreement = new TwinCheck(library(twin)).run(trace(events.replace(';', '\n') + "\n"));

    assertThat(agreement.holds()).as(new FidelityReport(0).trace(agreement)).isTrue();
  }

  /**
   * Up, up again without a gap, down over both, further down than is the program's own, down where
   * the allocator may have gone on, and a heap that is trimmed above and below.
   */
  @ParameterizedTest
  @CsvSource({"ptmalloc2", "tcmalloc", "jemalloc"})
  void theProgramMovesTheBreakOnBothSides(String twin) throws Exception {
    String events =
        "m 0 100000\nb 4096\nm 1 100000\nb 8192\nb 4097\nb -12289\nb -100000\nm 2 50000\n"
            + "b 65536\nm 3 130000\nb -65536\nf 3\nf 1\nf 0\nf 2\nT 0\nm 4 300000\nf 4\n";
    Agreement agreement = new TwinCheck(library(twin)).run(trace(events));

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
        trace("m 0 24\nm 1 24\nm 2 24\nm 3 24\nm 4 24\nf 0\nf 1\nf 2\nf 3\nf 4\nm 5 24\nf 5\n");
    Contestant planted = Allocators.parse("ptmalloc2:tcache_count=3");

    Agreement agreement = new TwinCheck(againstGlibc(planted)).run(trace);

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
        new TwinCheck((Counterpart.Library) Counterpart.of(model))
            .run(TraceSource.open("random:seed=21,operations=5000"));

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
            missing -> assertThat(missing.reason()).startsWith("cpus=4096, but this machine has"));
  }

  /** What a trace from a file could not hold: a store over a block's size, then its free. */
  private static Trace overrun(int operationsBehind) {
    EventBatch events = new EventBatch(8 + operationsBehind);
    for (int slot = 0; slot < 4; slot++) {
      events.add(Op.MALLOC, slot, 24, 0);
    }
    events.add(Op.STORE, 2, 1, 24);
    events.add(Op.FREE, 0, 0, 0);
    events.add(Op.FREE, 1, 0, 0);
    events.add(Op.FREE, 3, 0, 0);
    return churn(events, operationsBehind);
  }

  private static Trace churn(EventBatch events, int operations) {
    for (int i = 0; i < operations; i++) {
      events.add(i % 2 == 0 ? Op.MALLOC : Op.FREE, 4, 24, 0);
    }
    return untested(events, Features.PLAIN);
  }

  private static Trace untested(EventBatch events, Features features) {
    TraceInfo info =
        new TraceInfo(
            "overrun", "", events.to, events.to, 1000, List.of(0), List.of(), 5, 120, features);
    return GeneratedTrace.known(
        info,
        () ->
            new TraceCursor() {
              private boolean done;

              @Override
              public boolean next(EventBatch batch) {
                batch.op = events.op;
                batch.slot = events.slot;
                batch.size = events.size;
                batch.extra = events.extra;
                batch.from = 0;
                batch.to = done ? 0 : events.to;
                done = true;
                return batch.to > 0;
              }

              @Override
              public void close() {}
            });
  }

  @Test
  void theTwinCrossesBordersOfAddressesWhereTheLibraryDoes() throws Exception {
    // The next multiple of 2 GiB is 0.7 GiB above the break: tcmalloc's page map grows there.
    EventBatch events = new EventBatch(1000);
    for (int i = 0; i < 1000; i++) {
      events.add(Op.MALLOC, i, 1 << 20, 0);
    }
    Features untouched = new Features(false, false, false, "", TraceInfo.Touch.NONE);

    Agreement agreement = new TwinCheck(library("tcmalloc")).run(untested(events, untouched));

    assertThat(agreement.holds()).as(new FidelityReport(0).trace(agreement)).isTrue();
  }

  private static Counterpart.Library againstGlibc(Contestant twin) {
    library("ptmalloc2");
    return Counterpart.against(twin, Allocators.parse("native-glibc"));
  }

  @Test
  void aLibraryThatAbortsWhereItsTwinDoesEndsAlike() throws Exception {
    // The model aborts at the third free whatever happened, and so does glibc: it finds the
    // overrun.
    Agreement agreement =
        new TwinCheck(againstGlibc(BrokenProvider.contestant()))
            .run(overrun(3 * Stretch.OPERATIONS));

    assertThat(agreement.ending()).isEmpty();
    assertThat(agreement.operations()).isEqualTo(7);
    assertThat(agreement.addresses().of()).isEqualTo(4);
  }

  @Test
  void aLibraryThatAbortsAloneIsADifferenceAndKeepsNobodyWaiting() throws Exception {
    Agreement agreement =
        new TwinCheck(againstGlibc(Allocators.parse("bump")))
            .run(overrun(100 * Stretch.OPERATIONS));

    assertThat(agreement.holds()).isFalse();
    assertThat(agreement.ending())
        .contains("library: aborted behind 7 operations", "free(): invalid pointer")
        .contains("twin: ok behind 409608 operations");
  }

  @Test
  void aTwinThatAbortsAloneIsADifferenceAndKeepsNobodyWaiting() throws Exception {
    Agreement agreement =
        new TwinCheck(againstGlibc(BrokenProvider.contestant()))
            .run(churn(new EventBatch(100 * Stretch.OPERATIONS), 100 * Stretch.OPERATIONS));

    assertThat(agreement.holds()).isFalse();
    assertThat(agreement.ending())
        .contains("library: ok behind 409600 operations")
        .contains("twin: aborted behind 5 operations");
  }

  @Test
  @Timeout(60)
  void aFaultOfTheTwinIsNoResultAndSaysWhereItWas() {
    TwinCheck check =
        new TwinCheck(againstGlibc(BrokenProvider.failing(new IllegalStateException("planted"))));
    int operations = 100 * Stretch.OPERATIONS;

    assertThatThrownBy(() -> check.run(churn(new EventBatch(operations), operations), 7))
        .isInstanceOf(ComparisonException.class)
        .hasMessageStartingWith("the twin behind 5 operations: IllegalStateException: planted, at ")
        .extracting(e -> ((ComparisonException) e).trace())
        .isEqualTo("overrun, call 7 refused");
  }

  @Test
  @Timeout(60)
  void aTraceThatCannotBeDecodedToItsEndIsNoResult() {
    TwinCheck check = new TwinCheck(library("ptmalloc2"));
    int operations = 100 * Stretch.OPERATIONS;
    Trace whole = churn(new EventBatch(operations), operations);
    Trace damaged =
        GeneratedTrace.known(
            whole.info(),
            () -> {
              throw new ArrayIndexOutOfBoundsException("planted");
            });

    assertThatThrownBy(() -> check.run(damaged))
        .isInstanceOf(ComparisonException.class)
        .hasMessageContaining("behind 0 operations: ArrayIndexOutOfBoundsException: planted, at ");
  }

  @Test
  void aLibraryThatDoesNotStartIsADifferenceWhereItsTwinDoes() throws Exception {
    // jemalloc needs its first mapping to find out what MADV_DONTNEED does, and ends without.
    library("jemalloc");
    Counterpart.Library counterpart =
        Counterpart.against(Allocators.parse("bump"), Allocators.parse("native-jemalloc"));

    Agreement agreement = new TwinCheck(counterpart).run(trace("m 0 72704\n"), 1);

    assertThat(agreement.holds()).isFalse();
    assertThat(agreement.operations()).isZero();
    assertThat(agreement.ending())
        .contains("library: failed behind 0 operations", "MADV_DONTNEED check");
  }

  @Test
  void aTwinThatTheMachineEndsIsADifferenceWithoutCountersOfItsEnd() throws Exception {
    // Its mappings are not charged, so the simulated kernel grants what the real one's limit
    // refuses.
    Agreement agreement = new TwinCheck(library("jemalloc")).run(trace("m 0 549755813888\nf 0\n"));

    assertThat(agreement.holds()).isFalse();
    assertThat(agreement.ending()).contains("twin: oom_killed behind 0 operations");
    assertThat(agreement.counters().isWhole()).isTrue();
  }

  @Test
  @Timeout(60) // where it hangs, it hangs for ever
  void aTwinThatDoesNotEvenStartKeepsNobodyWaiting() throws Exception {
    TwinSide own = new TwinSide(1, 0);
    Contestant unable = Allocators.parse("bump");
    Trace trace = trace("m 0 8\n");
    assertThatThrownBy(() -> own.replay(unable, trace, ReplayOptions.DEFAULT, noStart()))
        .isInstanceOf(NullPointerException.class);

    assertThat(own.take().last).isTrue();
  }

  @SuppressWarnings("NullAway") // on purpose: the twin fails before its first operation
  private static LibraryStart noStart() {
    return null;
  }

  @Test
  void theExitOfTheProcessEndsBothSides() throws Exception {
    Agreement agreement =
        new TwinCheck(library("ptmalloc2")).run(trace("m 0 100000\nm 1 200000\nP loaded\nX\n"));

    assertThat(agreement.holds()).as(new FidelityReport(0).trace(agreement)).isTrue();
    assertThat(agreement.addresses()).isEqualTo(new Share(2, 2));
  }

  @Test
  void aLibraryThatIsMissingOrOfAnotherVersionIsSkippedWithTheReason() {
    library("ptmalloc2");
    assertThat(reasonOf(new Reference("native-glibc", "glibc 1.09")))
        .startsWith("the twin is of glibc 1.09, and native-glibc here is glibc ");
    assertThat(reasonOf(new Reference("native-none", "none 1")))
        .isEqualTo("there is no contestant native-none");
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
  void aTraceThatForksHasNoRealCounterpart() throws Exception {
    assertThat(TwinCheck.obstacle(trace("m 0 8\nF 1\nt 1\nf 0\n").info())).isPresent();
    assertThat(TwinCheck.obstacle(TraceSource.open("gib-until-null").info())).isPresent();
    assertThat(TwinCheck.obstacle(trace("m 0 8\n").info())).isEmpty();
  }

  private Trace trace(String text) throws Exception {
    return TraceSource.open(Files.writeString(folder.resolve("by-hand.hst"), text).toString());
  }

  private static Counterpart.Library library(String twin) {
    return switch (Counterpart.of(Allocators.parse(twin))) {
      case Counterpart.Library library -> library;
      case Counterpart.Missing missing -> abort("no library for " + twin + ": " + missing.reason());
    };
  }
}
