package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.RealLibrary;
import heapstakes.driver.NativeBuild;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs whose memory and behaviour are known, under the libraries that are installed here. */
@Timeout(240)
class TryCommandTest {
  private static final long MIB = 1 << 20;

  /** Takes 64 MiB, gives it back, and keeps 8 MiB; given a file's name, makes it and serves. */
  private static final String SOURCE =
      """
      #include <signal.h>
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>
      #include <unistd.h>
      static char *volatile kept;
      int main(int count, char **words) {
        char *all = malloc(64 << 20);
        memset(all, 1, 64 << 20);
        free(all);
        kept = malloc(8 << 20);
        memset(kept, 1, 8 << 20);
        puts("done");
        fflush(stdout);
        if (count > 1 && fopen(words[1], "w")) for (;;) pause();
        return 0;
      }
      """;

  /** Has a watcher wait a second before it does anything, but not the one of a load. */
  private static final String SLOW_WATCHER =
      """
      #include <fcntl.h>
      #include <string.h>
      #include <unistd.h>
      __attribute__((constructor)) static void wait_a_second(void) {
        char words[4096] = {0};
        int file = open("/proc/self/cmdline", O_RDONLY);
        int length = read(file, words, sizeof words - 1);
        close(file);
        if (length > 0 && strstr(words, "/watcher-") && strcmp(words + strlen(words) + 1, "/dev/null"))
          sleep(1);
      }
      """;

  @TempDir static Path built;
  @TempDir Path folder;

  @BeforeAll
  static void compile() throws Exception {
    Optional<String> lack = NativeBuild.of(NativeBuild.Program.WATCHER).unavailable();
    assumeTrue(lack.isEmpty(), () -> lack.orElse(""));
    Files.writeString(built.resolve("known.c"), SOURCE);
    Files.writeString(built.resolve("slow.c"), SLOW_WATCHER);
    cc("known.c", "-o", known());
    cc("known.c", "-static", "-o", built.resolve("static").toString());
    cc("slow.c", "-shared", "-fPIC", "-o", built.resolve("slow.so").toString());
  }

  private static void cc(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("cc", "-O1", "-fno-builtin"));
    command.addAll(List.of(arguments));
    assertThat(new ProcessBuilder(command).directory(built.toFile()).inheritIO().start().waitFor())
        .isZero();
  }

  private static String known() {
    return built.resolve("known").toString();
  }

  private static Outcome attempt(String... words) {
    return heapstakes(Stream.concat(Stream.of("try"), Stream.of(words)).toArray(String[]::new));
  }

  private static void assumeLibrary(String name) {
    AllocatorProvider provider = Allocators.parse(name).provider();
    Optional<String> lack = provider.unavailable();
    assumeTrue(lack.isEmpty(), () -> lack.orElse(""));
    assumeTrue(
        provider.library().filter(RealLibrary::replacesMalloc).isPresent(),
        "programs do not call the library that comes along, as its functions have a prefix");
  }

  /** Cells of one contestant, in the order of the rows. */
  private List<String> cells(String file, String contestant, String header) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve(file));
    int index = List.of(lines.getFirst().split(",")).indexOf(header);
    return lines.stream()
        .skip(1)
        .map(line -> line.split(",", -1))
        .filter(row -> row[0].equals(contestant))
        .map(row -> row[index])
        .toList();
  }

  @Test
  void whatAProgramTakesIsWhatItWritesTo() throws IOException {
    Outcome outcome =
        attempt("-n", "2", "-a", "native-glibc", "-o", folder.toString(), "--", known());

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(cells("runs.csv", "native-glibc", "peak_resident_bytes"))
        .hasSize(2)
        .allSatisfy(
            bytes -> assertThat(Long.parseLong(bytes)).isBetween(64 * MIB, 64 * MIB + 4 * MIB));
    assertThat(cells("runs.csv", "native-glibc", "end_anonymous_bytes"))
        .allSatisfy(bytes -> assertThat(Long.parseLong(bytes)).isBetween(8 * MIB, 10 * MIB));
    assertThat(
            Long.parseLong(
                cells("try.csv", "native-glibc", "malloc_peak_resident_bytes").getFirst()))
        .isBetween(64 * MIB, 65 * MIB);
    assertThat(outcome.output()).contains("2 rounds in turns", "no interval can be told");
  }

  @Test
  void aLibraryUnderWhichTheProgramCrashesIsNotAdvised() throws IOException {
    assumeLibrary("native-jemalloc");
    String crashing = "case $LD_PRELOAD in *jemalloc*) kill -SEGV $$;; esac; echo x";

    Outcome outcome =
        attempt(
            "-n",
            "2",
            "-a",
            "native-jemalloc",
            "-o",
            folder.toString(),
            "--",
            "sh",
            "-c",
            crashing);

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.CELL_FAILED);
    assertThat(outcome.output())
        .contains(
            "native-jemalloc: SIGSEGV in 2 of 2 runs, where it is exit code 0 otherwise: not");
    assertThat(cells("runs.csv", "native-jemalloc", "signal")).containsExactly("11", "11");
    assertThat(cells("runs.csv", "native-glibc", "signal")).containsExactly("0", "0");
  }

  /** The program's output goes into the folder, so that it can tell where that is. */
  @Test
  void nothingStaysThatNobodyAskedToKeep() throws IOException {
    Path told = folder.resolve("told");
    String telling = "exec 3>&1; readlink /proc/self/fd/3 > " + told;

    assertThat(attempt("-n", "1", "-a", "native-glibc", "--", "sh", "-c", telling).exitCode())
        .isZero();

    Path output = Path.of(Files.readString(told).strip());
    assertThat(output).hasFileName("output");
    assertThat(output.getParent()).doesNotExist();
  }

  @Test
  void whatAProgramSaysIsComparedAndItsExitCodeMayBeAny() {
    assumeLibrary("native-jemalloc");

    assertThat(attempt("-n", "1", "-a", "native-jemalloc", "--", "sh", "-c", "exit 3").exitCode())
        .isZero();
    assertThat(
            attempt("-n", "2", "-a", "native-jemalloc", "--", "sh", "-c", "echo $LD_PRELOAD")
                .output())
        .contains("native-jemalloc: its standard output is another: not advised");
    assertThat(attempt("-n", "1", "-a", "native-jemalloc", "--", "sh", "-c", "echo $$").exitCode())
        .isZero();
  }

  /** The server has given 64 MiB back before its load ends, and keeps 8. */
  @Test
  void aServerIsReadWhenItsLoadEndsAndThenAskedToGo() throws IOException {
    Path ready = folder.resolve("ready");
    Outcome outcome =
        attempt(
            "-n",
            "1",
            "-a",
            "native-glibc",
            "-o",
            folder.toString(),
            "--until",
            String.format(Locale.ROOT, "until test -e %1$s; do sleep 0.1; done; rm %1$s", ready),
            "--",
            known(),
            ready.toString());

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(cells("runs.csv", "native-glibc", "signal")).containsExactly("15");
    assertThat(cells("runs.csv", "native-glibc", "end_anonymous_bytes"))
        .allSatisfy(bytes -> assertThat(Long.parseLong(bytes)).isBetween(8 * MIB, 10 * MIB));
  }

  @Test
  void aLoadThatFailsAndAServerThatLeavesAreTold() {
    Outcome failing =
        attempt(
            "-n",
            "1",
            "-a",
            "native-glibc",
            "--until",
            "exit 7",
            "--",
            known(),
            folder.resolve("s").toString());
    Outcome leaving =
        attempt("-n", "1", "-a", "native-glibc", "--until", "sleep 60", "--", known());

    assertThat(failing.output()).contains("its load ended with exit code 7 in 1 of 1 runs: not");
    assertThat(leaving.output()).contains("it ended before its load did in 1 of 1 runs: not");
    assertThat(List.of(failing.exitCode(), leaving.exitCode())).containsOnly(ExitCode.CELL_FAILED);
  }

  /** On a busy machine a load may be done before the watcher has begun. */
  @Test
  void aLoadThatEndsAtOnceIsToldThoughItsServerIsSlow() throws Exception {
    List<String> words = new ArrayList<>(List.of("try", "-n", "1", "-a", "native-glibc"));
    words.addAll(List.of("--until", "exit 7", "--", known(), folder.resolve("s").toString()));
    ProcessBuilder builder = Outcome.inAJvm(List.of("-XX:TieredStopAtLevel=1"), words);
    builder.environment().put("LD_PRELOAD", built.resolve("slow.so").toString());

    Process process = builder.start();

    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("its load ended with exit code 7 in 1 of 1 runs: not");
    assertThat(process.waitFor()).isEqualTo(ExitCode.CELL_FAILED);
  }

  @Test
  void whatNothingCanBePreloadedIntoIsRefused() {
    Outcome linked = attempt("--", built.resolve("static").toString());
    Outcome missing = attempt("--", "no-such-program");
    Outcome model = attempt("-a", "ptmalloc2", "--", "true");

    assertThat(linked.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(linked.errors()).contains("is linked statically: nothing can be preloaded into it");
    assertThat(missing.errors()).contains("no-such-program is no program that can be run");
    assertThat(model.errors()).contains("ptmalloc2 is a model", "native-glibc");
  }
}
