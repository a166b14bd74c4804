package heapstakes.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.replay.TraceSource;
import heapstakes.trace.Trace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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

  @Test
  void aTwinSetOtherwiseThanItsLibraryIsFoundOut() throws Exception {
    // Five blocks of 32 bytes behind the 656 of the thread cache and a header of 16, so from 0x2a0
    // on. glibc keeps all five when they are freed and returns the youngest, at 0x2a0 + 4 × 32. A
    // thread cache of three keeps the first three, returns the third, and has the rest in a
    // fastbin.
    Trace trace =
        trace("m 0 24\nm 1 24\nm 2 24\nm 3 24\nm 4 24\nf 0\nf 1\nf 2\nf 3\nf 4\nm 5 24\nf 5\n");
    Contestant glibc = library("ptmalloc2").model();
    Contestant planted = Allocators.parse(glibc + ":tcache_count=3");
    Counterpart.Library against = Counterpart.against(planted, Allocators.parse("native-glibc"));

    Agreement agreement = new TwinCheck(against).run(trace);

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
        .isEqualTo(new Counterpart.Missing("glibc has no setting for trim=modern-on-free"));
    assertThat(Counterpart.of(Allocators.parse("ptmalloc2:cpus=4096")))
        .isInstanceOfSatisfying(
            Counterpart.Missing.class,
            missing -> assertThat(missing.reason()).startsWith("cpus=4096, but this machine has"));
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
