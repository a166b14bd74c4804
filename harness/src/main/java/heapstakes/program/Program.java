package heapstakes.program;

import heapstakes.driver.DriverException;
import heapstakes.record.ProgramFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A command that is run again and again.
 *
 * @param command the program and its arguments
 * @param input what every run gets as its standard input
 * @param load for a shell: the command that drives a server, at whose end the round ends; empty for
 *     a program that ends by itself
 * @param limit a run is ended after so long
 */
public record Program(List<String> command, Path input, Optional<String> load, Duration limit) {
  /** An input that has ended. */
  public static final Path NO_INPUT = Path.of("/dev/null");

  private static final int LONGEST_SHEBANG = 256;

  /** What this program's launcher sets for itself. */
  private static final String TUNABLES = "GLIBC_TUNABLES";

  private static final String OUR_TUNABLE = "glibc.rtld.optional_static_tls=16384";

  public Program {
    command = List.copyOf(command);
  }

  /**
   * Does nothing if libraries can be preloaded into it.
   *
   * @throws DriverException when it is missing or nothing can be preloaded; says why
   */
  public void check() {
    ProgramFile.check(command.getFirst(), path());
  }

  /** The same with another limit. */
  Program withLimit(Duration other) {
    return new Program(command, input, load, other);
  }

  private static String path() {
    return System.getenv().getOrDefault("PATH", "");
  }

  /**
   * The command as a loader takes it, which looks at no path and starts no script: the file, behind
   * its interpreter if it has one.
   */
  List<String> forLoader() {
    Path file = ProgramFile.find(command.getFirst(), path()).toAbsolutePath();
    List<String> words = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      String head = new String(in.readNBytes(LONGEST_SHEBANG), StandardCharsets.ISO_8859_1);
      if (head.startsWith("#!")) {
        String line = head.substring(2).lines().findFirst().orElse("").strip();
        words.addAll(List.of(line.split("[ \t]+", 2))); // as the kernel: one argument at most
      }
    } catch (IOException e) {
      throw new DriverException(
          String.format(Locale.ROOT, "%s cannot be read: %s", file, e.getMessage()));
    }
    words.add(file.toString());
    words.addAll(command.subList(1, command.size()));
    return words;
  }

  /**
   * A builder for it: the environment is ours, without what our launcher has set for itself.
   *
   * @param words to start
   * @param output takes what it writes
   */
  ProcessBuilder builder(List<String> words, Path output) {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(input.toFile())
            .redirectOutput(output.toFile())
            .redirectError(
                ProcessBuilder.Redirect.appendTo(output.resolveSibling("errors").toFile()));
    Map<String, String> environment = builder.environment();
    environment.computeIfPresent(TUNABLES, (name, value) -> withoutOurs(value));
    return builder;
  }

  private static String withoutOurs(String tunables) {
    List<String> all = new ArrayList<>(List.of(tunables.split(":")));
    all.remove(OUR_TUNABLE);
    return String.join(":", all);
  }
}
