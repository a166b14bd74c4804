package heapstakes.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.csv.CellsCsv;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine on which nothing can be compiled, and nothing has been before. */
@Tag("long")
class NoCompilerTest {
  private static final String NO_COMPILER = "no C compiler: CC=/nonexistent";

  @TempDir Path folder;
  private Path trace;

  private record Ended(int exitCode, String output, String errors) {}

  /** Of too few operations to be timed. */
  @BeforeEach
  void writeTrace() throws IOException {
    trace = folder.resolve("few.hst");
    Files.writeString(trace, "m 0 100\nm 1 5000\nf 0\nf 1\n");
  }

  private Ended heapstakes(String... words) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Heapstakes.class.getName()));
    command.addAll(List.of(words));
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("CC", "/nonexistent");
    environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    int exitCode = builder.start().waitFor();
    return new Ended(exitCode, text(output), text(errors));
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  @Test
  void aFirstRunHasTheModelsAndSaysOnceWhatIsMissing() throws Exception {
    Path run = folder.resolve("run");

    Ended ended = heapstakes("run", "-w", trace.toString(), "--out", run.toString());

    assertThat(ended.exitCode()).as(ended.errors()).isZero();
    assertThat(ended.output())
        .contains("ptmalloc2", "mimalloc", NO_COMPILER, "Correct CC")
        .containsOnlyOnce(NO_COMPILER)
        .doesNotContain("failed");
    assertThat(CellsCsv.ofRun(run)).hasSizeGreaterThan(5);
  }

  @Test
  void whoIsNamedFailsAndAtLengthOnlyOnce() throws Exception {
    Ended ended =
        heapstakes(
            "run",
            "-a",
            "ptmalloc2",
            "-a",
            "native-glibc",
            "-a",
            "native-glibc:tcache_count=0",
            "-w",
            trace.toString(),
            "--out",
            folder.resolve("run").toString());

    assertThat(ended.exitCode()).as(ended.errors()).isEqualTo(ExitCode.CELL_FAILED);
    assertThat(ended.output())
        .containsOnlyOnce("Correct CC")
        .contains("ptmalloc2", "(more above)", "2 cells, see above");
  }

  @Test
  void whatCannotBeDoneAtAllSaysWhatToInstall() throws Exception {
    for (String words :
        List.of(
            "replay -a native-glibc -t " + trace,
            "try -n 1 -- true",
            "trace record -o " + folder.resolve("none.hsb") + " -- true",
            "verify --decisions",
            "calibrate -o " + folder.resolve("none.costs"))) {
      Ended ended = heapstakes(words.split(" "));

      assertThat(ended.exitCode()).as(words).isEqualTo(ExitCode.USAGE);
      assertThat(ended.errors()).contains(NO_COMPILER, "Correct CC");
      assertThat(ended.output()).isEmpty();
    }
  }
}
