package heapstakes.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.driver.NativeBuild;
import heapstakes.results.page.Pictures;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TraceCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void infoCountsATextByHand() throws IOException {
    Path file =
        Files.writeString(folder.resolve("t.hst"), "t 3\nm 0 100\nm 1 7\nf 0\nP half\nt 4\nf 1\n");

    assertThat(run("info", file.toString())).isZero();

    assertThat(out.toString().lines().map(line -> line.strip().replaceAll("\\s+", " ")))
        .contains(
            "t 4 operations · 7 events · 2 threads",
            "malloc 2",
            "free 2",
            "switch of thread 2",
            "blocks 2 slots · at most 2 live at a time · 0 never freed",
            "requested 107 bytes in all · 107 at the peak · 0 never freed",
            "4 B and up 1 50.0 % ████████████████████ 0",
            "64 B and up 1 50.0 % ████████████████████ 0",
            "ideal footprint 4 096 bytes (4.00 KiB): the peak of requested bytes in whole pages",
            "operations 2 2 2 2 2",
            "cross-thread frees 1, 50.0 % of all, of 7 B",
            "phases half",
            "thread numbers 3, 4");
  }

  @Test
  void infoDrawsAPictureThatNeedsNoDisplay() throws IOException {
    Assumptions.assumeTrue(Pictures.lack().isEmpty(), () -> Pictures.lack().orElseThrow());
    Path picture = folder.resolve("trace.png");

    assertThat(run("info", "--brief", "--png", picture.toString(), "four-byte-flood:n=1000"))
        .isZero();

    BufferedImage image = ImageIO.read(picture.toFile());
    assertThat(image.getWidth()).isEqualTo(1000);
    assertThat(IntStream.range(0, image.getWidth()).mapToLong(x -> column(image, x)).sum())
        .isGreaterThan(1000);
  }

  /** Pixels of the curve's or the bars' blue. */
  private static long column(BufferedImage image, int x) {
    return IntStream.range(0, image.getHeight())
        .filter(y -> (image.getRGB(x, y) & 0xff_ffff) == 0x2f_6fb2)
        .count();
  }

  @Test
  void briefInfoOfABinaryFileIsOfItsHead() throws IOException {
    Path text = Files.writeString(folder.resolve("t.hst"), "m 0 100\nf 0\n");
    Path binary = folder.resolve("t.hsb");
    run("import", text.toString(), binary.toString());

    assertThat(run("info", "--brief", binary.toString())).isZero();

    assertThat(out.toString()).doesNotContain("lived");
  }

  @Test
  void cutTakesAStretchOfAWorkload() throws IOException {
    Path stretch = folder.resolve("stretch.hst");

    assertThat(run("cut", "four-byte-flood:n=1000", stretch.toString(), "--from", "1999")).isZero();

    assertThat(out.toString())
        .contains("1 operations of 2 000 · begins with 1 live blocks · peak requested 4 B");
    assertThat(stretch).content().contains("m 0 4\nP populated\nf 0\n");
    assertThat(run("cut", "four-byte-flood:n=1000", stretch.toString())).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("which stretch is meant?");
  }

  @Test
  void minimizeFindsTheLeastTraceOnWhichAShellCommandFails() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      text.append(String.format(Locale.ROOT, "t %d\nm %d %d\n", i % 3, i, 1000 + i));
    }
    for (int i = 0; i < 200; i++) {
      text.append(String.format(Locale.ROOT, "f %d\n", i));
    }
    Path in = Files.writeString(folder.resolve("in.hst"), text);
    Path least = folder.resolve("least.hst");

    assertThat(
            run(
                words(
                    String.format(Locale.ROOT, "minimize %s %s --while", in, least),
                    "sh",
                    "-c",
                    "if grep -q ' 1017$' {} && grep -q ' 1150$' {}; then exit 4; fi")))
        .isZero();

    assertThat(least).hasContent("#heapstakes-trace 1\nm 0 1017\nm 1 1150\n");
    assertThat(err.toString(UTF_8)).contains("2 of 400 operations");
    assertThat(folder).isDirectoryNotContaining("glob:**/.minimize*");
  }

  @Test
  void minimizeHalvesSizesIfAsked() throws IOException {
    Path in = Files.writeString(folder.resolve("in.hst"), "m 0 5\nm 1 4096\nf 0\n");
    Path least = folder.resolve("least.hst");

    String[] words =
        words(
            String.format(Locale.ROOT, "minimize --halve-sizes %s %s --while", in, least),
            "! grep -q ' [0-9][0-9][0-9]' {}");

    assertThat(run(words)).isZero();
    assertThat(least).hasContent("#heapstakes-trace 1\nm 0 128\n");
  }

  @Test
  void minimizeRefusesACommandThatDoesNotFailOrCannotBeRun() throws IOException {
    Path in = Files.writeString(folder.resolve("in.hst"), "m 0 5\n");
    String files =
        String.format(
            Locale.ROOT, "minimize --timeout 1 %s %s --while", in, folder.resolve("out.hst"));

    assertThat(run(words(files, "true", "{}"))).isEqualTo(2);
    assertThat(run(words(files, "false"))).isEqualTo(2);
    assertThat(run(words(files, "no-such-program", "{}"))).isEqualTo(2);
    assertThat(run(words(files, "no-such-program {}"))).isEqualTo(2);
    assertThat(run(words(files, "sleep 20; false {}"))).isEqualTo(2);

    assertThat(err.toString(UTF_8))
        .contains("exits with 0 on the whole of in (1 operations)")
        .contains("must have {}")
        .contains("no-such-program {}: it cannot be run: Cannot run program")
        .contains("the shell exits with 127");
    assertThat(folder.resolve("out.hst")).doesNotExist();
  }

  private static String[] words(String first, String... more) {
    return Stream.concat(Stream.of(first.split(" ")), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void infoKnowsWorkloads() {
    assertThat(run("info", "four-byte-flood:n=1000")).isZero();

    assertThat(out.toString()).contains("2 000 operations", "allocated, freed");
  }

  @Test
  void importSaysWhatItMended() throws IOException {
    Path in =
        Files.writeString(
            folder.resolve("app.txt"), "1: malloc 0x10 8\n1: free 0x20\n1: free 0x0\n");
    Path packed = folder.resolve("app.hst.gz");

    assertThat(run("import", "android:" + in, packed.toString())).isZero();

    assertThat(out.toString())
        .contains("read as", "android")
        .containsPattern("1 +frees of unknown pointers")
        .containsPattern("1 +free\\(NULL\\)")
        .containsPattern("1 +blocks that are never freed");
    assertThat(packed).exists();
  }

  @Test
  void checkCountsWhatIsWrongAndFailsForUnknownAndDoubleFrees() throws IOException {
    String calls = "1: malloc 0x10 8\n2: malloc 0x20 9\n1: free 0x10\n";
    Path sound = Files.writeString(folder.resolve("sound.txt"), calls);
    Path broken =
        Files.writeString(folder.resolve("b.txt"), calls + "1: free 0x10\n2: free 0x30\n");
    Path packed = folder.resolve("b.hsb");

    assertThat(run("import", "--check", "android:" + sound)).isZero();
    assertThat(out.toString().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .containsExactly(
            "read as android",
            "operations 3",
            "threads 2",
            "peak requested 17 bytes",
            "never freed 1 blocks of 9 bytes together",
            "0 frees of unknown pointers (left out)",
            "0 frees of blocks freed before (double frees; left out)",
            "1 blocks that are never freed");
    assertThat(run("import", "--check", "android:" + broken)).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern("\n +1 +frees of unknown pointers")
        .containsPattern("\n +1 +frees of blocks freed before");
    assertThat(run("import", "--check", "android:" + broken, packed.toString())).isEqualTo(1);
    assertThat(packed).exists();
    assertThat(run("import", "android:" + broken, packed.toString())).isZero();
    assertThat(run("import", "android:" + broken)).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("--check");
  }

  @Test
  void whatATerminalWouldObeyInAFileOrItsNameIsShownInstead() throws IOException {
    Path named =
        Files.writeString(
            folder.resolve("n\033[1m.hst"), "m 0 10\nP \033[31mred\nP right\u202eleft\n");
    Path wrong = Files.writeString(folder.resolve("w\033[1m.hst"), "m 0 1\nf 1\n");

    assertThat(run("info", named.toString())).isZero();
    Outcome malformed = Outcome.heapstakes("trace", "info", "hst:" + wrong);

    assertThat(out.toString())
        .contains("n\\u001b[1m ", "\\u001b[31mred, right\\u202eleft")
        .doesNotContain("\033", "\u202e");
    assertThat(malformed.errors()).contains("w\\u001b[1m.hst, line 2").doesNotContain("\033");
  }

  /** Not the trace of the program before it, as issue 19 had it. */
  @Test
  void aCommandThatGoesOnToWhatCannotBeRecordedLeavesNoTraceUnderTheNameAskedFor() {
    NativeBuild recorder = NativeBuild.of(NativeBuild.Program.RECORDER);
    Assumptions.assumeTrue(recorder.unavailable().isEmpty(), "no recorder");
    Path trace = folder.resolve("t.hst");

    Outcome outcome =
        Outcome.heapstakes(
            "trace", "record", "-o", trace.toString(), "--", "env", "-i", "/bin/true");

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.errors())
        .contains("env went on to a program that was not recorded", "t.hst is not written");
    assertThat(trace).doesNotExist();
    assertThat(folder.resolve("t.image0.hst")).exists();
  }

  @Test
  void anErrorIsOneParagraphAndUsage() throws IOException {
    Path file = Files.writeString(folder.resolve("t.hst"), "m 0 100\nf 0\nf 0\n");

    assertThat(run("info", file.toString())).isEqualTo(2);
    assertThat(run("import", file.toString(), folder.resolve("t.csv").toString())).isEqualTo(2);
    assertThat(run("import", folder.resolve("no.hst").toString(), "t.hsb")).isEqualTo(2);
    assertThat(run()).isEqualTo(2);

    assertThat(err.toString(UTF_8))
        .contains("heapstakes: ", "t.hst, line 3, operation 2: 'f 0'", "t.csv", "does not exist")
        .doesNotContain("\tat ");
  }

  private int run(String... arguments) {
    PrintStream errors = new PrintStream(err, true, UTF_8);
    return new CommandLine(new TraceCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(errors, true, UTF_8))
        .setExecutionExceptionHandler((e, line, result) -> Mistakes.report(e, false, errors))
        .execute(arguments);
  }
}
