package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.results.Status;
import heapstakes.trace.Trace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LibraryCheckTest {
  private static final TextTrace SMALL =
      TextTrace.of("m 0 40", "m 1 100", "c 2 3 50", "g 3 64 200", "r 1 9000", "f 0", "f 2");

  @TempDir private Path folder;

  private static Optional<DriverReport.Failure> check(MeteredLibrary library, Trace trace)
      throws InterruptedException {
    return new NativeProcess(library, Map.of())
        .run(trace, DriverOptions.CHECK, DriverListener.NONE)
        .failure();
  }

  private DriverReport.Failure broken(Trace trace, String... faults) throws Exception {
    Libraries.glibc();
    DriverReport.Failure failure = check(BadLibrary.with(folder, faults), trace).orElseThrow();
    assertThat(failure.status()).as(failure.reason()).isEqualTo(Status.BROKEN);
    return failure;
  }

  @Test
  void aLibraryThatDoesNothingWrongPasses() throws Exception {
    Libraries.glibc();
    assertThat(check(BadLibrary.with(folder), SMALL)).isEmpty();
  }

  @Test
  void aMisalignedBlockIsFoundWhereItIsHandedOut() throws Exception {
    DriverReport.Failure failure =
        broken(SMALL, "MALLOC=if (n == 2) return (char *)place(16, s + 8) + 8");
    assertThat(failure.operation()).isEqualTo(1);
    assertThat(failure.reason()).contains("malloc(100)").contains("not aligned to 16 bytes");
  }

  @Test
  void anAlignmentThatWasAskedForIsHeld() throws Exception {
    assertThat(broken(SMALL, "MEMALIGN=place(64, 16); return place(16, s)").reason())
        .contains("memalign(64, 200)")
        .contains("not aligned to 64 bytes");
  }

  @Test
  void smallBlocksNeedNoMoreAlignmentThanWhatFitsIntoThem() throws Exception {
    Libraries.glibc();
    String eight = "MALLOC=if (s < 16) { size_t *p = place(16, 24); *p = s; return p + 1; }";
    assertThat(check(BadLibrary.with(folder, eight), TextTrace.of("m 0 8", "m 1 12"))).isEmpty();
  }

  @Test
  void theSameBlockTwiceIsFound() throws Exception {
    DriverReport.Failure failure =
        broken(SMALL, "MALLOC=static void *one; if (!one) one = place(16, 99999); return one");
    assertThat(failure.operation()).isEqualTo(1);
    assertThat(failure.reason()).contains("handed out already").contains("40 bytes");
  }

  @Test
  void aBlockThatReachesIntoAnotherIsFound() throws Exception {
    assertThat(broken(SMALL, "MALLOC=if (n == 2) return pool + at - 16 - 16").reason())
        .contains("overlaps")
        .contains("the block of 40 bytes");
  }

  @Test
  void blocksAreComparedWithAllThatAreLiveInWhateverOrderTheyCome() throws Exception {
    Random random = new Random(7);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      int slot = random.nextInt(2000);
      lines.add("f " + slot);
      lines.add("m " + slot + " " + (1 + random.nextInt(500)));
    }
    lines.add("m 2000 77");
    // The middle of what was handed out: somebody is there, only a search finds out who.
    DriverReport.Failure failure =
        broken(TextTrace.of(lines), "MALLOC=if (n == 5001) return pool + (at / 2 & -16L)");
    assertThat(failure.operation()).isEqualTo(10_000);
  }

  @Test
  void tooLittleUsableRoomIsFound() throws Exception {
    assertThat(broken(SMALL, "SHORT=1").reason())
        .contains("malloc_usable_size says 39 for the block of 40 bytes");
  }

  @Test
  void contentsThatChangeWhileABlockIsLiveAreFoundAtItsEnd() throws Exception {
    // The header of the next block lies in the last bytes of this one.
    DriverReport.Failure failure = broken(SMALL, "MALLOC=if (n == 2) pool[47] ^= 1");
    assertThat(failure.operation()).isEqualTo(5);
    assertThat(failure.reason()).contains("byte 31 changed");
  }

  @Test
  void contentsThatReallocLosesAreFound() throws Exception {
    DriverReport.Failure failure = broken(SMALL, "REALLOC=- 1");
    assertThat(failure.operation()).isEqualTo(4);
    assertThat(failure.reason()).contains("realloc from 100 to 9000").contains("byte 99");
  }

  @Test
  void callocThatDoesNotClearIsFound() throws Exception {
    assertThat(broken(SMALL, "CALLOC=((char *)p)[149] = 1").reason())
        .contains("calloc(3, 50)")
        .contains("byte 149 is not 0");
  }

  @Test
  void whoRefusesEverythingIsNoContestant() throws Exception {
    assertThat(broken(SMALL, "MALLOC=return 0", "MEMALIGN=return 0").reason()).contains("NULL");
  }

  @Test
  void aCrashIsNoBrokenRule() throws Exception {
    Libraries.glibc();
    MeteredLibrary library = BadLibrary.with(folder, "MALLOC=if (n == 2) abort()");
    assertThat(check(library, SMALL).orElseThrow().status()).isEqualTo(Status.ABORTED);
  }

  static Stream<MeteredLibrary> realLibraries() {
    return Libraries.all();
  }

  /** What a store of the trace writes is the trace's, and threads take turns. */
  @ParameterizedTest
  @MethodSource("realLibraries")
  void realLibrariesKeepTheRules(MeteredLibrary library) throws Exception {
    Random random = new Random(11);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      int slot = random.nextInt(500);
      int size = 1 << random.nextInt(17);
      lines.add("t " + random.nextInt(4));
      lines.add(
          switch (random.nextInt(4)) {
            case 0 -> String.format(Locale.ROOT, "r %d %d", slot, size);
            case 1 -> String.format(Locale.ROOT, "f %d", slot);
            default -> String.format(Locale.ROOT, "w %d 0 1", slot);
          });
      if (i % 3 == 0) {
        lines.add("f " + slot);
        lines.add(
            i % 2 == 0
                ? String.format(Locale.ROOT, "c %d 3 %d", slot, size)
                : String.format(Locale.ROOT, "g %d 64 %d", slot, 7));
      }
    }
    lines.add("r 1 0");
    lines.add("f 2");
    lines.add("m 2 0");
    lines.add("f 3");
    lines.add("m 3 -1");
    assertThat(check(library, TextTrace.of(lines))).isEmpty();
  }

  @Test
  void mimallocsKnownMisalignmentIsSaid() throws Exception {
    // mimalloc.md, section 11: blocks of 256 bytes start at 384, so they are not aligned to 256.
    MeteredLibrary library = Libraries.mimalloc();
    Optional<DriverReport.Failure> failure = check(library, TextTrace.of("g 0 256 256"));
    assumeTrue(failure.isPresent(), "mended in mimalloc 2.1; this one is newer than 2.0.9");
    assertThat(failure.get().status()).isEqualTo(Status.BROKEN);
    assertThat(failure.get().reason()).contains("not aligned to 256 bytes");
  }
}
