package heapstakes.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a command line did. */
record Outcome(int exitCode, String output, String errors) {
  /** Runs the program in this JVM, with what it prints caught. */
  static Outcome heapstakes(String... words) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    PrintStream outputBefore = System.out;
    PrintStream errorsBefore = System.err;
    try {
      System.setOut(new PrintStream(output, true, UTF_8));
      System.setErr(new PrintStream(errors, true, UTF_8));
      int code = Heapstakes.run(words);
      return new Outcome(code, output.toString(UTF_8), errors.toString(UTF_8));
    } finally {
      System.setOut(outputBefore);
      System.setErr(errorsBefore);
    }
  }

  /**
   * The program in a JVM of its own.
   *
   * @param options of the JVM
   */
  static ProcessBuilder inAJvm(List<String> options, List<String> words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Heapstakes.class.getName());
    command.addAll(words);
    return new ProcessBuilder(command).redirectErrorStream(true);
  }
}
