package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.csv.CellsCsv;
import heapstakes.results.environment.Environment;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareCommandTest {
  @TempDir Path folder;

  /** A metered run of two contestants. */
  private Path run(String name) {
    Path path = folder.resolve(name);
    Outcome outcome =
        heapstakes(
            "run",
            "-a",
            "bump",
            "-a",
            "ptmalloc2",
            "-w",
            "tlpi-free-and-sbrk",
            "--memory",
            "simulated",
            "--out",
            path.toString());
    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    return path;
  }

  private static void change(Path run, String from, String to) throws IOException {
    Path file = run.resolve(CellsCsv.NAME);
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }

  @Test
  void twoRunsOfOneBuildAreEqualAndOneByteMoreIsNamed() throws IOException {
    Path base = run("base");
    Path next = run("next");
    Path junit = folder.resolve("gate.xml");
    Path markdown = folder.resolve("gate.md");

    assertThat(heapstakes("compare", base.toString(), next.toString()).exitCode()).isZero();

    // Of 1 000 blocks of 10 240 bytes, half are freed: what ptmalloc2 keeps of them.
    change(next, ",5140480,", ",5140481,");
    Outcome outcome =
        heapstakes(
            "compare",
            base.toString(),
            next.toString(),
            "--junit",
            junit.toString(),
            "--markdown",
            markdown.toString());

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output())
        .contains("ptmalloc2 × tlpi-free-and-sbrk on simulated")
        .containsPattern("retained_bytes +5140480 → 5140481")
        .contains("FAILED");
    assertThat(junit).content().contains("<failure message=\"retained_bytes REGRESSED");
    assertThat(markdown).content().contains("| retained_bytes | 5140480 | 5140481 |");
  }

  @Test
  void whatIsGoneFromTheNewRunFailsUnlessThatIsAllowed() throws IOException {
    Path base = run("base");
    Path next = run("next");
    Path file = next.resolve(CellsCsv.NAME);
    List<String> lines = Files.readAllLines(file);
    Files.write(file, lines.stream().filter(line -> !line.startsWith("ptmalloc2")).toList());

    Outcome outcome = heapstakes("compare", base.toString(), next.toString());
    Outcome allowed = heapstakes("compare", base.toString(), next.toString(), "--allow-missing");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output())
        .contains("ptmalloc2 × tlpi-free-and-sbrk on simulated", "MISSING", "FAILED");
    assertThat(allowed.exitCode()).as(allowed.output()).isZero();
  }

  /** The journal says that all is done; the rows are not there. */
  @Test
  void rowsThatWereDeletedAreMeasuredAgain() throws IOException {
    Path base = run("base");
    Path next = run("next");
    Files.delete(next.resolve(CellsCsv.NAME));

    Outcome outcome = heapstakes("run", "--resume", "--out", next.toString());

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(CellsCsv.read(next.resolve(CellsCsv.NAME)))
        .isEqualTo(CellsCsv.read(base.resolve(CellsCsv.NAME)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "retained_bytes;kept_bytes;no column 'retained_bytes'",
        ",5140480,;,5.140.480,;column retained_bytes: '5.140.480' is no whole number",
        ",5140480,;,\"5,14\",;column retained_bytes: '5,14' is no whole number",
        ",5140480,;,;fields, the header has"
      })
  void aDamagedTableIsNamedWithItsPlace(String from, String to, String message) throws IOException {
    Path base = run("base");
    change(base, from, to);

    Outcome outcome = heapstakes("compare", base.toString(), base.toString());

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.errors()).contains("cells.csv").contains(message);
    assertThat(outcome.errors()).doesNotContain("Exception");
  }

  @Test
  void aFileWithoutLinesIsNotReadToItsEnd() throws IOException {
    Path base = run("base");
    try (RandomAccessFile file = new RandomAccessFile(base.resolve("cells.csv").toFile(), "rw")) {
      file.setLength(0);
      file.setLength(1L << 30);
    }

    Outcome outcome = heapstakes("compare", base.toString(), base.toString());

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.errors()).contains("a line of more than 1048576 characters");
  }

  @Test
  void anotherSchemaAndNoRunAtAllAreRefused() throws IOException {
    Path base = run("base");
    Path environment = base.resolve(Environment.NAME);
    Files.writeString(
        environment,
        Files.readString(environment)
            .replaceFirst("\"schema_version\" : [0-9]+", "\"schema_version\" : 9"));

    assertThat(heapstakes("compare", base.toString(), base.toString()).errors())
        .contains("schema version 9");
    Outcome none = heapstakes("compare", folder.toString(), base.toString());
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.errors()).contains("there is no cells.csv in " + folder);
  }

  @Test
  void aBaselineHoldsUntilAFigureChangesAndKeepsTheReasons() throws IOException {
    Path baseline = folder.resolve("baseline");
    List<String> words = List.of("baseline", "update", "--dir", baseline.toString());
    Outcome none = heapstakes("baseline", "check", "--dir", baseline.toString());
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.errors()).contains("baseline.json", "baseline update");

    assertThat(
            heapstakes(
                    "baseline",
                    "update",
                    "--dir",
                    baseline.toString(),
                    "--reason",
                    "first",
                    "-a",
                    "ptmalloc2",
                    "-w",
                    "tlpi-free-and-sbrk")
                .exitCode())
        .isZero();
    assertThat(heapstakes("baseline", "check", "--dir", baseline.toString()).exitCode()).isZero();

    change(baseline, ",5140480,", ",5140481,");
    Outcome better = heapstakes("baseline", "check", "--dir", baseline.toString());
    assertThat(better.exitCode()).isEqualTo(1);
    assertThat(better.output()).contains("retained_bytes", "baseline update --reason");

    String[] again =
        java.util.stream.Stream.concat(
                words.stream(), java.util.stream.Stream.of("--reason", "second"))
            .toArray(String[]::new);
    assertThat(heapstakes(again).exitCode()).isZero();
    assertThat(heapstakes("baseline", "check", "--dir", baseline.toString()).exitCode()).isZero();
    assertThat(baseline.resolve("baseline.json")).content().contains("first", "second");
  }
}
