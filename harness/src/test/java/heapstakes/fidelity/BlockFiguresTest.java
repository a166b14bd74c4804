package heapstakes.fidelity;

import static heapstakes.fidelity.TwinTraces.library;
import static heapstakes.fidelity.TwinTraces.trace;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.cell.CellRunner;
import heapstakes.cell.CellSpec;
import heapstakes.meter.FootprintObserver;
import heapstakes.replay.TraceSource;
import heapstakes.results.Footprint;
import heapstakes.trace.Trace;
import heapstakes.trace.profile.TraceProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of blocks between malloc and free, and how many arenas there are. */
class BlockFiguresTest {
  private static final long MIB = 1 << 20;

  @TempDir Path folder;

  @ParameterizedTest(name = "{0} on {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "ptmalloc2 | random:seed=61,operations=10000,sizes=any,threads=5",
        "ptmalloc2:mmap_threshold=128K | random:seed=62,operations=3000,sizes=huge",
        "jemalloc | random:seed=63,operations=10000,sizes=any,threads=9",
        "tcmalloc | random:seed=64,operations=10000,sizes=any,threads=5",
        "ptmalloc2:arena_max=2 | server-churn:operations=20000,live=2000",
        "jemalloc:narenas=3 | server-churn:operations=20000,live=2000",
        "mimalloc | server-churn:operations=20000,live=2000",
      })
  void twinAndLibraryAgree(String twin, String name) throws Exception {
    Counterpart.Library library = library(twin);
    Trace trace = TraceSource.open(name);
    Footprint modelled = metered(library.twin().toString(), trace);
    Footprint real = metered(library.original().toString(), trace);

    assertThat(modelled.traffic()).isEqualTo(real.traffic());
    assertThat(modelled.traffic().moved().getAsLong()).isPositive();
    assertThat(modelled.arenas().count().getAsLong()).isPositive();
    if (!twin.equals("mimalloc")) { // its statistics tell of one thread only
      assertThat(modelled.arenas()).isEqualTo(real.arenas());
    }
  }

  @Test
  void crossThreadFreesAreThoseOfTheTrace() throws Exception {
    Trace trace = TraceSource.open("server-churn:operations=20000,live=2000");
    Footprint.Traffic traffic = metered("ptmalloc2", trace).traffic();

    TraceProfile profile = TraceProfile.of(trace);
    assertThat(profile.foreignFrees()).isPositive();
    assertThat(traffic.crossThreadFrees()).hasValue(profile.foreignFrees());
    assertThat(traffic.crossThreadFreedBytes()).hasValue(profile.foreignBytes());
  }

  private static Footprint metered(String contestant, Trace trace) throws InterruptedException {
    return CellRunner.run(
            CellSpec.of(contestant, trace.info().name()), trace, FootprintObserver.NONE)
        .footprint();
  }

  /**
   * 4 MiB that grow past their neighbour are moved with their pages; 1000 bytes that grow past
   * theirs are copied; what shrinks, and what nobody else has freed, is neither.
   */
  @Test
  void whatMremapMovesIsNotCopied() throws Exception {
    Trace trace =
        trace(
            folder, "m 0 4194304\nm 1 4194304\nm 2 1000\nm 3 24\nr 0 8388608\nr 2 5000\nr 2 200\n");
    Footprint.Traffic moves = metered("ptmalloc2", trace).traffic();

    assertThat(moves.reallocs()).hasValue(3);
    assertThat(moves.moved().getAsLong()).isBetween(1L, 2L);
    assertThat(moves.copiedBytes()).hasValue(1000);
  }

  /** The same where the kernel refuses to move them: a new block, a copy, and an munmap. */
  @Test
  void whatMremapIsRefusedIsCopied() throws Exception {
    Trace trace = trace(folder, "m 0 4194304\nr 0 8388608\n");
    List<Footprint> refused = new ArrayList<>();
    for (int call = 1; call <= 6; call++) {
      CellSpec cell =
          CellSpec.of("ptmalloc2", trace.info().name()).withMemory("simulated:fail_call=" + call);
      refused.add(CellRunner.run(cell, trace, FootprintObserver.NONE).footprint());
    }

    assertThat(metered("ptmalloc2", trace).traffic().copiedBytes()).hasValue(0);
    assertThat(refused)
        .filteredOn(footprint ->
            footprint.kernel().calls().of("mremap").getAsLong() == 1
                && footprint.kernel().calls().of("munmap").getAsLong() == 1)
        .singleElement()
        .satisfies(copied -> assertThat(copied.traffic().copiedBytes()).hasValue(4 * MIB));
  }

  /**
   * 400 KiB from byte 16 of a page on, or from its start: the child writes to 40 KiB, which is
   * eleven pages; the parent then to 80 KiB, of which ten more are still shared, and what the child
   * has left is its own.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource({"ptmalloc2,21", "tcmalloc,20"})
  void whatIsWrittenAfterAForkIsCopiedOnce(String model, int pages) throws Exception {
    Trace trace =
        trace(
            folder,
            "m 0 409600\nF 1\nt 1\nw 0 0 40960\nw 0 0 40960\nt 0\nw 0 0 81920\nt 1\nX\nt 0\n"
                + "w 0 0 409600\n");
    Footprint.Kernel kernel = metered(model, trace).kernel();

    assertThat(kernel.copiedOnWriteBytes()).hasValue(4096L * pages);
    assertThat(metered(model, trace(folder, "m 0 409600\n")).kernel().copiedOnWriteBytes())
        .isEmpty();
  }

  /** Thread 1 frees what thread 0 allocated and resized; a child's inheritance is its own. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({"bump", "ptmalloc2", "tcmalloc"})
  void whoFreesAnothersBlockIsCountedAndAChildOwnsWhatItInherits(String model) throws Exception {
    Trace trace =
        trace(
            folder,
            "m 0 100\nm 1 50\nr 0 300\nt 1\nf 0\nm 2 10\nt 0\nr 2 70\nt 1\nf 2\nt 0\n"
                + "F 2\nt 2\nf 1\nX\nt 1\nf 1\n");
    Footprint.Traffic traffic = metered(model, trace).traffic();

    assertThat(traffic.crossThreadFrees()).hasValue(2);
    assertThat(traffic.crossThreadFreedBytes()).hasValue(350);
    assertThat(traffic.reallocs()).isEqualTo(OptionalLong.of(2));
  }
}
