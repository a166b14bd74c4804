package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole commands on small inputs that once went wrong: the right values were counted by hand in the
 * inputs.
 */
class FoundCasesTest {
  private static final String HEAD = "#heapstakes-trace 1\n";

  @TempDir private Path folder;

  /** {@code -T} appends a duration, {@code -ttt} begins with the time, {@code @SYS} is no call. */
  @ParameterizedTest
  @CsvSource({
    "ltrace, ltrace-ttt-T.log, m 0 65536;c 1 3 40;f 0",
    "ltrace, ltrace-pid-noproto.log, m 0 64;m 1 1104;m 2 1536;f 2;f 1;f 0",
    "heaptrack, heaptrack-raw-newline.txt, m 0 64;m 1 256;f 0;f 1",
    "heaptrack, heaptrack-interpreted.txt, m 0 40;m 1 64;m 2 40;f 2;f 1;f 0"
  })
  void aForeignTraceIsReadCallByCall(String format, String name, String events) throws IOException {
    Path trace = folder.resolve("o.hst");

    Outcome outcome =
        heapstakes("trace", "import", format + ":" + resource(name), trace.toString());

    assertThat(outcome.errors() + outcome.output()).contains("read as", format);
    assertThat(outcome.exitCode()).isZero();
    assertThat(Files.readAllLines(trace).stream().filter(line -> line.matches("[mcrf] .*")))
        .containsExactly(events.split(";"));
  }

  /** Written without a checksum by an older version: one bit of it makes {@code m 60 12098}. */
  @Test
  void aCompressedTraceWithoutAChecksumIsNotTrusted() throws IOException {
    Outcome outcome =
        heapstakes(
            "trace", "import", "hst:" + resource("flipped.hst.zst"), folder + "/flipped.hsb");

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.errors()).contains("flipped.hst.zst", "without a checksum");
    assertThat(folder.resolve("flipped.hsb")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "zip"})
  void aCutCompressedFileIsSaidToEndTooEarlyAndWhere(String kind) throws IOException {
    byte[] whole = packed(kind);
    Path cut = folder.resolve("s.hst." + kind);
    Files.write(cut, Arrays.copyOf(whole, whole.length * 2 / 3));

    String format = kind.equals("zip") ? "android:" : "hst:";
    Outcome outcome = heapstakes("trace", "import", format + cut, folder + "/o.hsb");

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.errors())
        .contains("s.hst." + kind, "end before they are complete", "compressed bytes")
        .doesNotContain("null");
  }

  private static byte[] packed(String kind) throws IOException {
    StringBuilder text = new StringBuilder(HEAD);
    for (int i = 0; i < 300; i++) {
      text.append("m ").append(i).append(' ').append(i * i % 977 + 1).append('\n');
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = kind.equals("gz") ? new GZIPOutputStream(bytes) : zip(bytes)) {
      out.write(text.toString().getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static OutputStream zip(OutputStream to) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(to);
    zip.putNextEntry(new ZipEntry("s.hst"));
    return zip;
  }

  /** More than PTRDIFF_MAX is refused by the allocator, not by the reader. */
  @Test
  void aRequestOfTwoToTheSixtyThirdIsRefusedByTheAllocator() throws IOException {
    Path trace = trace("size", "m 0 9223372036854775808\n");

    Outcome outcome = heapstakes("replay", "-a", "ptmalloc2", "-t", trace.toString());

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output())
        .containsPattern("1 of 1 operations, ok")
        .containsPattern("refused +1\n");
  }

  @Test
  void aPhaseBehindAForkIsReached() throws IOException {
    Path trace = trace("fork", "m 0 100000\nF 1\nP forked\n");

    Outcome outcome = heapstakes("replay", "-a", "ptmalloc2", "-t", trace.toString());

    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void controlCharactersOfAPhaseDoNotReachTheTerminal() throws IOException {
    Path trace = trace("esc", "m 0 10\nP \033[31mred\033[0m\nP =cmd|'/c calc'!A0\nf 0\n");

    Outcome outcome = heapstakes("trace", "info", trace.toString());

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output() + outcome.errors()).contains("red").doesNotContain("\033");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run --threads , -w larson -a bump | --threads ,: it takes numbers from 1 on",
        "run --threads 0 -w larson -a bump | --threads",
        "verify -a ptmalloc2 --random -1 | --random"
      })
  void aNumberThatIsNoneIsRefused(String command, String answer) {
    Outcome outcome = heapstakes(command.split(" "));

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.errors()).contains(answer);
  }

  /** 100 000 bytes requested by one, 900 010 by the other. */
  @Test
  void twoTracesOfOneNameAreTwoRowsWithTheirOwnFigures() throws IOException {
    Path first = trace("a/x", "m 0 100000\nf 0\n");
    Path second = trace("b/x", "m 0 900000\nm 1 10\nf 0\n");
    Path run = folder.resolve("run");

    Outcome outcome =
        heapstakes(
            "run",
            "-a",
            "bump",
            "--memory",
            "simulated",
            "-w",
            first.toString(),
            "-w",
            second.toString(),
            "--out",
            run.toString());

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    List<List<String>> rows =
        Files.readAllLines(run.resolve("cells.csv")).stream()
            .map(line -> List.of(line.split(",", -1)))
            .toList();
    int peak = rows.getFirst().indexOf("peak_requested_bytes");
    assertThat(rows.stream().skip(1).map(row -> row.get(peak))).containsExactly("100000", "900010");
  }

  private Path trace(String name, String events) throws IOException {
    Path file = folder.resolve(name + ".hst");
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    return Files.writeString(file, HEAD + events);
  }

  private Path resource(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("/heapstakes/cli/cases/" + name))) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }
}
