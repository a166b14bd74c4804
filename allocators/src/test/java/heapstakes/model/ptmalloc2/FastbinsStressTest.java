package heapstakes.model.ptmalloc2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jcstress.Main;

/** jcstress on the stack that threads push to without a lock. */
@Tag("long")
class FastbinsStressTest {
  private static final String SOURCE = "FastbinsStress.java";

  @TempDir Path folder;

  private record Run(int exitCode, String output) {}

  /** A short run: the mistakes that there could be show in thousands of a million samples. */
  private Run stress(String option) throws Exception {
    String classes = System.getProperty("java.class.path");
    compile(classes);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", folder + ":" + classes));
    command.add(Main.class.getName());
    command.addAll(List.of("-t", "FastbinsStress", "-r", folder.resolve("report").toString()));
    command.addAll(List.of("-f", "1", "-fsm", "1", "-sc", "false", "-iters", "1", "-time", "150"));
    command.addAll(List.of("-jvmArgs", "--enable-native-access=ALL-UNNAMED " + option));
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    return new Run(process.waitFor(), Files.readString(said));
  }

  /** Here and not in the build, whose other tests jcstress's processor has no business with. */
  private void compile(String classes) throws IOException {
    Path source = folder.resolve(SOURCE);
    try (InputStream in = getClass().getResourceAsStream(SOURCE)) {
      Files.write(source, Objects.requireNonNull(in).readAllBytes());
    }
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-encoding",
                StandardCharsets.UTF_8.name(),
                "-d",
                folder.toString(),
                "-cp",
                classes,
                "-processor",
                "org.openjdk.jcstress.infra.processors.JCStressTestProcessor",
                source.toString());
    assertThat(failed).isZero();
  }

  @Test
  void noChunkIsLostOrTakenTwiceWhileThreadsPush() throws Exception {
    Run run = stress("");

    assertThat(run.exitCode()).as(run.output()).isZero();
    assertThat(run.output()).contains("All remaining tests: 1 matching", "Failed tests: No match");
  }

  /** The way of a program without threads: a lock-free stack that is none. */
  @Test
  void aStackThatIsNotMadeForThreadsIsFoundOut() throws Exception {
    Run run = stress("-Dheapstakes.unshared=true");

    assertThat(run.exitCode()).as(run.output()).isNotZero();
    assertThat(run.output())
        .contains("Failed tests: 1 matching", "a chunk was lost, or taken twice");
  }
}
