package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.csv.CellsCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.page.Pictures;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be made of a run's files, and what is said when they are damaged. */
class ReportCommandTest {
  @TempDir static Path whole;
  @TempDir Path folder;

  @BeforeAll
  static void run() {
    Outcome outcome =
        heapstakes(
            "run --memory simulated -a ptmalloc2 -a tcmalloc -w tlpi-free-and-sbrk --out"
                .concat(" " + whole.resolve("run"))
                .split(" "));
    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
  }

  @Test
  void thePageGoesWhereItIsToldTo() {
    Path page = folder.resolve("page.html");

    Outcome outcome = heapstakes("report", original().toString(), "--html", "-o", page.toString());

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(page).content().contains("<html");
  }

  private static Path original() {
    return whole.resolve("run");
  }

  @ParameterizedTest
  @ValueSource(strings = {"terminal", "markdown", "latex", "csv"})
  void everyFormHasEveryContestant(String format) {
    Outcome outcome = heapstakes("report", original().toString(), "--format", format);

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output()).contains("ptmalloc2", "tcmalloc", "tlpi");
  }

  @Test
  void whatARecordingCouldNotSeeIsSaidBeforeOneIsAdvised() throws IOException {
    Path deep =
        Files.writeString(folder.resolve("deep.hst"), "#heapstakes-deepbind 2\nm 0 8\nf 0\n");
    Path run = folder.resolve("run");
    String command = "run --memory simulated -a ptmalloc2 -a tcmalloc -w %s -w tlpi-free-and-sbrk";
    Outcome outcome =
        heapstakes((String.format(Locale.ROOT, command, deep) + " --out " + run).split(" "));
    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    String caution = "2 of the program's libraries were loaded with RTLD_DEEPBIND";

    String report = heapstakes("report", run.toString()).output();
    assertThat(report).containsSubsequence("caution", caution, "best of");
    assertThat(report.split("RTLD_DEEPBIND", -1)).hasSize(2);
    assertThat(heapstakes("report", run.toString(), "--format", "markdown").output())
        .contains("deep: " + caution.replace("_", "\\_"));
    assertThat(heapstakes("report", run.toString(), "-w", "tlpi-free-and-sbrk").output())
        .doesNotContain("RTLD_DEEPBIND");
    heapstakes("report", run.toString(), "--html");
    assertThat(run.resolve("report.html")).content().contains("deep: " + caution);
  }

  @Test
  void pageAndPicturesAreWrittenAndNamed() {
    Assumptions.assumeTrue(Pictures.lack().isEmpty(), () -> Pictures.lack().orElseThrow());
    Path page = folder.resolve("page.html");
    Path charts = folder.resolve("charts");

    Outcome outcome =
        heapstakes(
            "report", original().toString(), "--html", page.toString(), "--png", charts.toString());

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output().lines().map(Path::of))
        .contains(page, charts.resolve("memory@tlpi-free-and-sbrk@1.png"))
        .allSatisfy(file -> assertThat(file).isNotEmptyFile());
    assertThat(page).content().contains("tlpi-free-and-sbrk").contains("--memory simulated");
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage(CellsCsv.NAME, s -> s.replace("retained_bytes", "kept_bytes"), "retained_bytes"),
        damage(CellsCsv.NAME, s -> s.substring(0, s.length() - 40), "line 3"),
        damage(CellsCsv.NAME, s -> s.replaceFirst("ok,\\d+,", "ok,\"1,5\","), "ops"),
        damage(CellsCsv.NAME, s -> "\u0000".repeat(5000), "cells.csv"),
        damage(
            Environment.NAME,
            s -> s.replaceFirst("\"schema_version\" : \\d+", "\"schema_version\" : 9"),
            "9"),
        damage(Environment.NAME, s -> s.substring(0, 100), "environment.json"),
        damage("timeline.csv", s -> s.substring(0, s.length() - 30), "timeline.csv"));
  }

  private static Arguments damage(String file, UnaryOperator<String> how, String expected) {
    return Arguments.of(file, how, expected);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("damages")
  void whatIsDamagedIsNamedAndNothingIsWritten(
      String file, UnaryOperator<String> how, String expected) throws IOException {
    for (String name : new String[] {CellsCsv.NAME, Environment.NAME, "timeline.csv"}) {
      Files.copy(original().resolve(name), folder.resolve(name));
    }
    Path damaged = folder.resolve(file);
    String text = Files.readString(damaged);
    Files.writeString(damaged, how.apply(text));
    assertThat(damaged).content().isNotEqualTo(text);

    Outcome outcome = heapstakes("report", folder.toString(), "--html");

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.errors()).contains(expected).doesNotContain("\tat ");
    assertThat(folder.resolve("report.html")).doesNotExist();
  }

  @Test
  void aGibibyteOfGarbageIsRefusedInLittleMemory() throws IOException {
    try (RandomAccessFile garbage =
        new RandomAccessFile(folder.resolve(CellsCsv.NAME).toFile(), "rw")) {
      garbage.setLength(1L << 30); // a hole: zeros that take no space
    }

    Outcome outcome = heapstakes("report", folder.toString());

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.errors()).contains(CellsCsv.NAME).doesNotContain("\tat ");
  }
}
