package heapstakes.stress;

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
import org.openjdk.jcstress.Main;

/**
 * Runs a jcstress test whose source is a resource of this package. It is compiled here and not in
 * the build, whose other tests jcstress's processor has no business with.
 */
final class Jcstress {
  private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

  /** How it ended, and what it said. */
  record Run(int exitCode, String output) {}

  private Jcstress() {}

  /**
   * A short run: mistakes that there could be show in thousands of its samples.
   *
   * @param test name of the class; its source says the package
   * @param option of the JVM that runs it; may be empty
   */
  static Run run(Path folder, String test, String option) throws Exception {
    String classes = System.getProperty("java.class.path");
    compile(folder, test + ".java", classes);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(NATIVE, "-cp", folder + ":" + classes, Main.class.getName()));
    command.addAll(List.of("-t", test, "-r", folder.resolve("report").toString()));
    command.addAll(List.of("-f", "1", "-fsm", "1", "-sc", "false", "-iters", "1", "-time", "300"));
    command.addAll(List.of("-jvmArgs", NATIVE + " " + option));
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    return new Run(process.waitFor(), Files.readString(said));
  }

  private static void compile(Path folder, String name, String classes) throws IOException {
    Path source = folder.resolve(name);
    try (InputStream in = Jcstress.class.getResourceAsStream(name)) {
      Files.write(source, Objects.requireNonNull(in, name).readAllBytes());
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
}
