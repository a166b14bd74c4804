package heapstakes.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.RealLibrary;
import heapstakes.fidelity.Counterpart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyCommandTest {
  @TempDir Path folder;

  private static Outcome verify(String... arguments) {
    return Outcome.heapstakes(
        Stream.concat(Stream.of("verify"), Stream.of(arguments)).toArray(String[]::new));
  }

  private static void assumeGlibc() {
    Counterpart counterpart = Counterpart.of(Allocators.parse("ptmalloc2"));
    assumeTrue(
        counterpart instanceof Counterpart.Library,
        () -> counterpart instanceof Counterpart.Missing missing ? missing.reason() : "");
  }

  @Test
  void aTwinThatHoldsExitsWithZero() {
    assumeGlibc();
    Outcome outcome = verify("-a", "ptmalloc2", "--random", "2", "--operations", "3000");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output())
        .contains("ptmalloc2 against native-glibc (glibc 2.36)")
        .contains("random:seed=1,operations=3000,sizes=any")
        .contains("random:seed=2,operations=3000,sizes=tiny")
        .contains("total: 2 traces")
        .contains("0 differ, 0 skipped");
  }

  @Test
  @Tag("long")
  void whatIsToldIsTheSameOnAnyNumberOfCores() {
    assumeGlibc();
    String[] words = {
      "-a",
      "ptmalloc2",
      "-a",
      "ptmalloc2:tcache_count=3",
      "--random",
      "2",
      "--operations",
      "2000",
      "-t",
      "process-per-task",
      "--refuse",
      "1-3",
      "--format",
      "json",
      "-j"
    };
    Outcome alone = verify(Stream.concat(Stream.of(words), Stream.of("1")).toArray(String[]::new));
    Outcome beside = verify(Stream.concat(Stream.of(words), Stream.of("3")).toArray(String[]::new));

    assertThat(beside).isEqualTo(alone);
    assertThat(alone.output()).contains("call 3 refused");
  }

  @Test
  void aPlantedDifferenceExitsWithOne() {
    assumeGlibc();
    Outcome outcome =
        verify(
            "-a",
            "ptmalloc2:tcache_count=3",
            "--against",
            "native-glibc",
            "-t",
            "random:seed=1,operations=3000,sizes=tiny");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output()).contains("addresses differ first in operation", "1 differ");
  }

  /**
   * As jemalloc(3) has it: with dirty_decay_ms:0 a free page goes at once, and without it stays.
   */
  @Tag("long")
  @Test
  void aLibraryNamedByItsFileTakesTheSettingsOfItsFamily() {
    Optional<Path> file =
        Allocators.parse("native-jemalloc")
            .provider()
            .library()
            .flatMap(RealLibrary::file)
            .filter(Files::exists);
    assumeTrue(file.isPresent(), "libjemalloc.so.2 is not installed");
    String library = "native:" + file.get();
    String trace = "random:seed=1,operations=20000,sizes=large";
    String twin = "jemalloc:dirty_decay_ms=0";

    assumeTrue(verify("-a", twin, "-t", trace).output().contains("0 skipped"));
    assertThat(
            verify("-a", twin, "--against", library + ":dirty_decay_ms=0", "-t", trace).exitCode())
        .isZero();
    assertThat(verify("-a", twin, "--against", library, "-t", trace).exitCode()).isEqualTo(1);
    assertThat(verify("-a", twin, "--against", library + ":mxfast=0", "-t", trace).errors())
        .contains("has no setting 'mxfast'", "dirty_decay_ms");
  }

  @Test
  void whatCannotBeComparedIsSkippedWithTheReason() {
    assumeGlibc();
    Outcome outcome = verify("-a", "bump", "-a", "ptmalloc2", "-t", "tlpi-free-and-sbrk");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output())
        .contains("bump skipped: it is the twin of no real library")
        .contains("0 differ, 1 skipped");
  }

  /** A check that looked at nothing has not passed, whatever a script reads of it. */
  @ParameterizedTest
  @ValueSource(strings = {"text", "csv", "json"})
  void whereAllIsSkippedNothingWasVerified(String format) {
    assumeGlibc();
    Outcome noTwin = verify("-a", "bump", "-t", "jq", "--format", format);
    Outcome noTrace = verify("-a", "ptmalloc2", "-t", "gib-until-null", "--format", format);

    for (Outcome outcome : List.of(noTwin, noTrace)) {
      assertThat(outcome.exitCode()).as(outcome.output()).isEqualTo(ExitCode.CHECK_FAILED);
      assertThat(outcome.errors()).contains("nothing was verified: all was skipped");
    }
  }

  @Test
  void theConditionsOfAgreementStandWhereItIsClaimed() {
    assertThat(verify("-a", "bump", "-t", "jq").output())
        .contains("modulo 1 GiB", "list of live blocks", "bytes that were resident");
  }

  @Test
  void numbersThatAreNoneAreRefused() {
    assertThat(verify("-a", "bump", "--random", "-1").exitCode()).isEqualTo(2);
    assertThat(verify("-a", "bump", "--random", "1", "--threads", "0").exitCode()).isEqualTo(2);
    assertThat(verify("-a", "bump", "--random", "1", "--operations", "-5").exitCode()).isEqualTo(2);
  }

  @Test
  void aTraceThatComesToNoResultIsAnErrorAndTheNextOneFollows() throws IOException {
    assumeGlibc();
    // No driver is started for so many stacks, and the machine has not the memory for them.
    String threads =
        IntStream.range(0, 900_000).mapToObj(i -> "t " + i + "\n").collect(Collectors.joining());
    Path many = Files.writeString(folder.resolve("many.hst"), threads + "m 0 8\n");
    Path few = Files.writeString(folder.resolve("few.hst"), "m 0 8\n");

    Outcome outcome =
        verify("-a", "ptmalloc2", "--refuse", "1-2", "-t", many.toString(), "-t", few.toString());

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output())
        .contains("many, call 1 refused error: the library behind 0 operations: many has 900000")
        .contains("many, call 2 refused error: ")
        .containsPattern("few, call 2 refused +1 +100 %")
        .contains("total: 2 traces", "0 differ, 0 skipped, 2 in error");
  }

  @Test
  void aMistypedTraceIsAMistakeOfTheUser() {
    assertThat(verify("-a", "ptmalloc2", "-t", "sqlite4").exitCode()).isEqualTo(2);
  }
}
