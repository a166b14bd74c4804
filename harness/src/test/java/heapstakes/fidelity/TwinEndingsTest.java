package heapstakes.fidelity;

import static heapstakes.fidelity.TwinTraces.againstGlibc;
import static heapstakes.fidelity.TwinTraces.churn;
import static heapstakes.fidelity.TwinTraces.compared;
import static heapstakes.fidelity.TwinTraces.library;
import static heapstakes.fidelity.TwinTraces.overrun;
import static heapstakes.fidelity.TwinTraces.trace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.Allocators;
import heapstakes.cell.CellSpec;
import heapstakes.cell.OpenCell;
import heapstakes.os.Machine;
import heapstakes.replay.BrokenProvider;
import heapstakes.replay.ReplayOptions;
import heapstakes.trace.EventBatch;
import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Trace;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a comparison ends where one of the two does not get to the end of the trace. */
class TwinEndingsTest {
  @TempDir Path folder;

  @Test
  void aLibraryThatAbortsWhereItsTwinDoesEndsAlike() throws Exception {
    // The model aborts at the third free whatever happened, and so does glibc: it finds the
    // overrun.
    Agreement agreement =
        compared(againstGlibc(BrokenProvider.contestant()), overrun(3 * Stretch.OPERATIONS));

    assertThat(agreement.ending()).isEmpty();
    assertThat(agreement.operations()).isEqualTo(7);
    assertThat(agreement.addresses().of()).isEqualTo(4);
  }

  @Test
  void aLibraryThatAbortsAloneIsADifferenceAndKeepsNobodyWaiting() throws Exception {
    Agreement agreement =
        compared(againstGlibc(Allocators.parse("bump")), overrun(100 * Stretch.OPERATIONS));

    assertThat(agreement.holds()).isFalse();
    assertThat(agreement.ending())
        .contains("library: aborted behind 7 operations", "free(): invalid pointer")
        .contains("twin: ok behind 409608 operations");
  }

  @Test
  void aTwinThatAbortsAloneIsADifferenceAndKeepsNobodyWaiting() throws Exception {
    Agreement agreement =
        compared(
            againstGlibc(BrokenProvider.contestant()),
            churn(new EventBatch(100 * Stretch.OPERATIONS), 100 * Stretch.OPERATIONS));

    assertThat(agreement.holds()).isFalse();
    assertThat(agreement.ending())
        .contains("library: ok behind 409600 operations")
        .contains("twin: aborted behind 5 operations");
  }

  @Test
  @Timeout(60)
  void aFaultOfTheTwinIsNoResultAndSaysWhereItWas() {
    Counterpart.Library check =
        againstGlibc(BrokenProvider.failing(new IllegalStateException("planted")));
    int operations = 100 * Stretch.OPERATIONS;

    assertThatThrownBy(() -> compared(check, churn(new EventBatch(operations), operations), 7))
        .isInstanceOf(ComparisonException.class)
        .hasMessageStartingWith("the twin behind 5 operations: IllegalStateException: planted, at ")
        .extracting(e -> ((ComparisonException) e).trace())
        .isEqualTo("overrun, call 7 refused");
  }

  @Test
  @Timeout(60)
  void aTraceThatCannotBeDecodedToItsEndIsNoResult() {
    Counterpart.Library check = library("ptmalloc2");
    int operations = 100 * Stretch.OPERATIONS;
    Trace whole = churn(new EventBatch(operations), operations);
    Trace damaged =
        GeneratedTrace.known(
            whole.info(),
            () -> {
              throw new ArrayIndexOutOfBoundsException("planted");
            });

    assertThatThrownBy(() -> compared(check, damaged))
        .isInstanceOf(ComparisonException.class)
        .hasMessageContaining("behind 0 operations: ArrayIndexOutOfBoundsException: planted, at ");
  }

  @Test
  @Timeout(60)
  void aFullHeapIsNoResultAndSaysHowToEnlargeIt() {
    Counterpart.Library check = library("ptmalloc2");
    Trace large =
        GeneratedTrace.known(
            churn(new EventBatch(10), 10).info(),
            () -> {
              throw new OutOfMemoryError("planted");
            });

    assertThatThrownBy(() -> compared(check, large))
        .isInstanceOf(ComparisonException.class)
        .hasMessageContaining("no memory left: planted")
        .hasMessageContaining("HEAPSTAKES_JAVA_OPTS=-Xmx");
  }

  @Test
  void aLibraryThatDoesNotStartIsADifferenceWhereItsTwinDoes() throws Exception {
    // jemalloc needs its first mapping to find out what MADV_DONTNEED does, and ends without.
    library("jemalloc");
    Counterpart.Library counterpart =
        Counterpart.against(Allocators.parse("bump"), Allocators.parse("native-jemalloc"));

    Agreement agreement = compared(counterpart, trace(folder, "m 0 72704\n"), 1);

    assertThat(agreement.holds()).isFalse();
    assertThat(agreement.operations()).isZero();
    assertThat(agreement.ending())
        .contains("library: failed behind 0 operations", "MADV_DONTNEED check");
  }

  @Test
  void aTwinThatTheMachineEndsIsADifferenceWithoutCountersOfItsEnd() throws Exception {
    Counterpart.Library jemalloc = library("jemalloc");
    StringBuilder events = new StringBuilder();
    for (int slot = 0; slot < 100; slot++) {
      events.append(String.format(Locale.ROOT, "m %d 1000000\n", slot));
    }
    Trace trace = trace(folder, events.toString());
    Machine small = Machine.parse("simulated:ram=64M");

    Agreement agreement =
        TwinCheck.run(
            new OpenCell(jemalloc.twin(), small, trace, ReplayOptions.DEFAULT, 0),
            new OpenCell(jemalloc.original(), small, trace, ReplayOptions.DEFAULT, 0));

    assertThat(agreement.holds()).isFalse();
    assertThat(agreement.ending()).contains("twin: oom_killed behind ");
    assertThat(agreement.counters().isWhole()).isTrue();
  }

  @Test
  @Timeout(60) // where it hangs, it hangs for ever
  void aTwinThatDoesNotEvenStartKeepsNobodyWaiting() throws Exception {
    TwinSide own = new TwinSide(1);
    OpenCell unable = OpenCell.of(CellSpec.of("bump", ""), trace(folder, "m 0 8\n"));
    assertThatThrownBy(() -> own.replay(unable, noStart()))
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
        compared(library("ptmalloc2"), trace(folder, "m 0 100000\nm 1 200000\nP loaded\nX\n"));

    assertThat(agreement.holds()).as(new FidelityReport(0).trace(agreement)).isTrue();
    assertThat(agreement.addresses()).isEqualTo(new Share(2, 2));
  }
}
