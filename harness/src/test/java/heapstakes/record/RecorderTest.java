package heapstakes.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.trace.Op;
import heapstakes.trace.TraceSummary;
import heapstakes.trace.file.ImportReport;
import heapstakes.trace.file.Traces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is recorded of programs whose calls are known: {@code steps.c}, and counted ones. */
class RecorderTest extends RecordedPrograms {
  static final List<String> CALLS_OF_THREADS =
      List.of(
          "t 0",
          "m a 10001",
          "t 1",
          "m b 10002",
          "f a",
          "m c 10003",
          "f c",
          "x 1",
          "t 0",
          "f b",
          "t 2",
          "m d 10004",
          "x 2",
          "t 0",
          "f d");

  private static final Path MEMUSAGE = Path.of("/lib/x86_64-linux-gnu/libmemusage.so");

  @Test
  void everyCallOfTheFamilyIsRecordedAndRefusedOnesAreNot() throws Exception {
    assertThat(calls("families"))
        .containsExactly(
            List.of(
                "t 0",
                "m a 10001",
                "c b 3 10002",
                "g c 64 10003",
                "g d 128 10112",
                "g e 256 10005",
                "g f 4096 10006",
                "g g 4096 12288",
                "m h 0",
                "r a 20001",
                "r a 10011",
                "r i 10012",
                "r i 20026",
                "m j 10014",
                "f j",
                "T 77",
                "f a",
                "f b",
                "f c",
                "f d",
                "f e",
                "f f",
                "f g",
                "f h",
                "f i"));
  }

  @Test
  void threadsFreeEachOthersBlocksAndTheirOwnUntilTheyEnd() throws Exception {
    assertThat(calls("threads")).containsExactly(CALLS_OF_THREADS);
  }

  @Test
  void theExitOfTheInitialThreadIsRecordedWhereTheProcessGoesOn() throws Exception {
    assertThat(calls("main-exits"))
        .containsExactly(List.of("t 0", "m a 10001", "x 0", "t 1", "m b 10002", "f b", "x 1"));
  }

  @Test
  void aForkedProcessBeginsWithTheBlocksOfItsParent() throws Exception {
    assertThat(calls("forks"))
        .containsExactlyInAnyOrder(
            List.of("t 0", "m a 10001", "m b 10002", "r b 20002", "m c 10003", "f b", "f c"),
            List.of("t 0", "m a 10001", "m b 10003", "P populated", "m c 10004", "f a"),
            List.of("t 0", "m a 10003", "m b 10004", "P populated", "f b", "m c 10005"));
  }

  @Test
  void whatAnAncestorDoesAfterTheForkIsNotInherited() throws Exception {
    assertThat(calls("quiet-child"))
        .containsExactlyInAnyOrder(
            List.of("t 0", "m a 10001", "m b 10002"),
            List.of("t 0", "m a 10001", "P populated", "m b 10003"));
  }

  @Test
  void execBeginsAnotherImageOfTheProcess() throws Exception {
    assertThat(calls("exec"))
        .containsExactly(
            List.of("t 0", "m a 10001"), List.of("t 0", "m a 10001", "m b 10002", "f a"));
    assertThat(code).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({
    "return, 0",
    "exit, 3",
    "_exit, 4",
    "quick_exit, 5",
    "abort, 134",
    "9, 137",
    "11, 139",
    "15, 143"
  })
  void nothingIsLostHoweverTheProcessEnds(String how, int expected) throws Exception {
    assertThat(calls("end", how.equals("return") ? "0" : how))
        .containsExactly(List.of("t 0", "m a 10001", "m b 10002", "f a"));
    assertThat(code).isEqualTo(expected);
  }

  @Test
  void whoStaysInTheBackgroundIsRunningUntilItEnds() throws Exception {
    Path word = folder.resolve("word");
    List<String> command = List.of(steps(), "background", word.toString());
    try (Recorder recorder = new Recorder(command, folder, RecordingOptions.PLAIN)) {
      recorder.await();
      assertThat(recorder.running()).isEqualTo(1);
      Files.createFile(word);
      for (int looks = 0; recorder.running() > 0; looks++) {
        assertThat(looks).as("looks, one each 10 ms").isLessThan(6000);
        Thread.sleep(10);
      }
      assertThat(recorder.images()).hasSize(1);
    }
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(word);
    }
  }

  @Test
  void aProgramThatClosesDescriptorsItDoesNotKnowIsRecordedToItsEnd() throws Exception {
    ImportReport report = report(List.of(steps(), "closes-all"));

    assertThat(summary(report).count(Op.MALLOC)).isEqualTo(100_000);
    assertThat(summary(report).count(Op.FREE)).isEqualTo(100_000);
  }

  @Test
  @Timeout(60)
  void aSignalHandlerThatAllocatesIsRecordedWhereverItComesIn() throws Exception {
    ImportReport report = report(List.of(steps(), "handler"));

    assertThat(code).isZero();
    long blocks = summary(report).count(Op.MALLOC);
    assertThat(blocks).isGreaterThanOrEqualTo(1050);
    assertThat(summary(report).count(Op.REALLOC)).isEqualTo(blocks);
    assertThat(summary(report).count(Op.FREE)).isEqualTo(blocks);
    assertThat(report.notes().entrySet().stream().filter(note -> note.getValue() > 0)).isEmpty();
  }

  /** 4 × 50 000 mallocs; reallocs are where the upper four bits of a generator are 0. */
  @Test
  void anAddressNeverComesAgainBeforeItsFree() throws Exception {
    ImportReport report = report(List.of(steps(), "exchange"));

    assertThat(report.notes().keySet())
        .noneMatch(note -> note.matches(".*(unknown|not recorded).*"));
    assertThat(report.trace().info().threads()).isEqualTo(5);
    assertThat(summary(report).count(Op.REALLOC)).isEqualTo(exchangedReallocs());
    assertThat(summary(report).count(Op.FREE)).isEqualTo(200_000);
  }

  private static long exchangedReallocs() {
    long count = 0;
    for (int worker = 0; worker < 4; worker++) {
      int x = worker * (int) 2_654_435_761L + 1;
      for (int i = 0; i < 50_000; i++) {
        x = x * 1_664_525 + 1_013_904_223;
        count += x >>> 28 == 0 ? 1 : 0;
      }
    }
    return count;
  }

  /** 1024 × 512 bytes less a head of 4096 have room for 16 256 records of 32. */
  @Test
  void aFileLimitEndsTheRecordingAndNotTheProgram() throws Exception {
    ImportReport report =
        report(List.of("sh", "-c", "ulimit -f 1024; exec \"$0\" closes-all", steps()));

    assertThat(code).isZero();
    assertThat(summary(report).operations()).isEqualTo(16_256);
  }

  /** Tells what the C library's own counter, preloaded below the recorder, saw in the same run. */
  @Test
  void realProgramsAreCountedAsTheCLibraryCountsThem() throws Exception {
    assumeTrue(Files.exists(MEMUSAGE), MEMUSAGE + " of glibc is missing");
    assertCounted(
        List.of("perl", "-e", "push @l, {n => $_, s => 'x' x $_} for 1..3000; @l = sort @l"));
    assertCounted(List.of(cc1(), "-quiet", "-w", "-O2", source(), "-o", "/dev/null"));
  }

  private static String cc1() throws IOException {
    Process process = new ProcessBuilder("cc", "-print-prog-name=cc1").start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private void assertCounted(List<String> program) throws Exception {
    Path said = folder.resolve("memusage.txt");
    String preload =
        String.format(Locale.ROOT, "LD_PRELOAD=$LD_PRELOAD:%s exec \"$@\" 2> %s", MEMUSAGE, said);
    List<String> command = new ArrayList<>(List.of("sh", "-c", preload, "sh"));
    command.addAll(program);

    ImportReport report = report(command);

    String text = Files.readString(said);
    TraceSummary summary = summary(report);
    assertThat(summary.count(Op.MALLOC)).isEqualTo(figure(text, " malloc\\|\\S+ +(\\d+)"));
    assertThat(summary.count(Op.CALLOC)).isEqualTo(figure(text, " calloc\\|\\S+ +(\\d+)"));
    assertThat(summary.count(Op.REALLOC)).isEqualTo(figure(text, "realloc\\|\\S+ +(\\d+)"));
    assertThat(summary.count(Op.FREE)).isEqualTo(figure(text, "free\\|\\S+ +(\\d+)"));
    assertThat(report.trace().info().peakRequestedBytes())
        .isEqualTo(figure(text, "heap peak: (\\d+)"));
  }

  private static long figure(String text, String pattern) {
    MatchResult found = Pattern.compile(pattern).matcher(text).results().findFirst().orElseThrow();
    return Long.parseLong(found.group(1));
  }

  @Test
  void timesAreRecordedWhenAskedFor() throws Exception {
    Path text = folder.resolve("clock.hst");
    try (Recorder recorder =
        new Recorder(List.of(steps(), "sleeps"), folder, RecordingOptions.CLOCKED)) {
      recorder.await();
      Traces.importTo("recorder:" + recorder.images().getFirst().file(), text);
    }

    assertThat(Files.readAllLines(text)).last().isEqualTo("m 1 10002");
    assertThat(Files.readAllLines(text).stream().filter(line -> line.startsWith("@ ")))
        .extracting(line -> Long.parseLong(line.substring(2)))
        .satisfiesOnlyOnce(nanos -> assertThat(nanos).isGreaterThanOrEqualTo(20_000_000));
  }
}
