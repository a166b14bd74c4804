package heapstakes.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.driver.NativeBuild;
import heapstakes.trace.file.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code trace record} of commands that start others. */
class TraceRecordCommandTest {
  /** Three programs: a shell, and two that it starts, the first of which allocates most. */
  private static final String THREE =
      "perl -e 'push @a, \"x$_\" x 9 for 1..20000'; perl -e 1; true";

  @TempDir Path folder;

  @BeforeEach
  void recorderIsThere() {
    assumeTrue(NativeBuild.of(NativeBuild.Program.RECORDER).unavailable().isEmpty(), "no recorder");
  }

  private Outcome record(List<String> options, String... command) {
    List<String> words = new ArrayList<>(List.of("trace", "record"));
    words.addAll(List.of("-o", folder.resolve("t.hsb").toString()));
    words.addAll(options);
    words.add("--");
    words.addAll(List.of(command));
    return Outcome.heapstakes(words.toArray(String[]::new));
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private long operations() {
    return Traces.open(folder.resolve("t.hsb").toString()).info().operations();
  }

  @Test
  void ofSeveralProgramsTheOneThatCallsMostIsKeptAndNamed() throws IOException {
    Outcome outcome = record(List.of(), "sh", "-c", THREE);

    assertThat(left()).containsExactly("t.hsb");
    assertThat(operations()).isGreaterThan(20_000);
    assertThat(outcome.errors())
        .contains(
            "of 3 programs that it ran this is perl (process ",
            "--follow all",
            ": perl -e push @a");
  }

  @Test
  void allOfThemAreKeptWhereThatIsAskedForAndTheNextLineNamesTheOneThatDidTheWork()
      throws IOException {
    Outcome outcome = record(List.of("--follow", "all"), "sh", "-c", THREE);

    assertThat(left()).hasSize(3).contains("t.hsb");
    assertThat(operations()).isLessThan(20_000);
    assertThat(outcome.errors())
        .contains("3 traces")
        .containsPattern("next .*t\\.\\d+\\.hsb   # perl");
  }

  @Test
  void noneOfWhatTheCommandStartsIsRecordedWhereThatIsAskedFor() throws IOException {
    Outcome outcome = record(List.of("--follow=none"), "sh", "-c", THREE);

    assertThat(left()).containsExactly("t.hsb");
    assertThat(operations()).isLessThan(20_000);
    assertThat(outcome.errors()).contains(": sh -c perl").doesNotContain("programs that it ran");
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void theProcessItselfIsFollowedToItsNextProgramInEveryCase() {
    record(
        List.of("--follow", "none"), "sh", "-c", "exec perl -e 'push @a, \"x\" x 9 for 1..20000'");

    assertThat(operations()).isGreaterThan(20_000);
  }

  @ParameterizedTest
  @CsvSource({"'', CPython, PYTHONMALLOC=malloc", "PYTHONMALLOC=debug, CPython, pools"})
  void pythonsPoolsAreNamedWithTheSettingThatLeavesThemOut(
      String setting, String name, String hint) {
    assumeTrue(Files.exists(Path.of("/usr/bin/python3")), "no python3");

    Outcome outcome =
        record(List.of(), "env", setting.isEmpty() ? "A=1" : setting, "python3", "-c", "0");

    assertThat(outcome.errors()).contains(name, hint);
  }

  @Test
  void pythonWithoutPoolsIsNotWarnedOf() {
    assumeTrue(Files.exists(Path.of("/usr/bin/python3")), "no python3");

    Outcome outcome = record(List.of(), "env", "PYTHONMALLOC=malloc", "python3", "-c", "0");

    assertThat(outcome.errors()).contains("python3 -c 0").doesNotContain("CPython");
  }

  @Test
  void callSitesAreKeptAndTheirDepthIsCheckedBeforeAnythingRuns() {
    Outcome none = record(List.of("--call-sites=9"), "perl", "-e", "1");
    assertThat(none.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(none.errors()).contains("--call-sites=9", "1 to 8");

    record(List.of("--call-sites"), "perl", "-e", "1");
    assertThat(Traces.open(folder.resolve("t.hsb").toString()).callSites().labels())
        .anyMatch(label -> label.startsWith("Perl_"));
  }

  @ParameterizedTest
  @CsvSource({
    "--from=soon, 500ms",
    "--for=SIGUSR2, 500ms",
    "--for=-1s, 500ms",
    "--from=SIGUSR1, or SIGUSR2",
    "--budget=1M, at least 256M",
    "--budget=much, a size such as 2G"
  })
  void whatIsNoTimeOrSizeIsRefusedBeforeAnythingRuns(String option, String hint)
      throws IOException {
    Outcome outcome = record(List.of(option), "touch", folder.resolve("ran").toString());

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.errors()).contains(option, hint);
    assertThat(left()).isEmpty();
  }

  @Test
  void aProgramThatEndsBeforeTheRecordingBeginsLeavesNoneAndThatIsSaid() throws IOException {
    Outcome outcome = record(List.of("--from", "SIGUSR2"), "perl", "-e", "1");

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.errors()).contains("begins at: kill -USR2 ", "ended before the recording");
    assertThat(left()).isEmpty();
  }

  /** The program goes on until it sees the trace. */
  @Test
  void theTraceIsMadeWhenTheWindowClosesWhileTheProgramGoesOn() throws IOException {
    String loop = "until [ -e " + folder.resolve("t.hsb") + " ]; do x=$(echo $x); done; exit 3";
    Outcome outcome = record(List.of("--from", "10ms", "--for", "300ms"), "sh", "-c", loop);

    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(left()).containsExactly("t.hsb");
    assertThat(operations()).isPositive();
  }
}
