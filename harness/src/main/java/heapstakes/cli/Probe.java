package heapstakes.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A command that takes a trace and exits with 0, or not.
 *
 * @param words program and arguments, {@code {}} in them stands for the trace's path; a single word
 *     with blanks in it is for the shell
 * @param timeoutSeconds when it is killed
 */
record Probe(List<String> words, long timeoutSeconds) {
  private static final String PLACE = "{}";

  /** POSIX: what a shell exits with when it finds no such program, or may not run it. */
  private static final int NOT_RUN = 126;

  private static final int NOT_FOUND = 127;

  /** How a run ended. */
  enum Outcome {
    /** With 0. */
    PASSED,
    /** With another code. */
    FAILED,
    /** It was killed when its time was over. */
    TIMED_OUT
  }

  Probe {
    words = List.copyOf(words);
    if (words.stream().noneMatch(word -> word.contains(PLACE))) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "--while %s: it must have {} where the path of the trace belongs.",
              String.join(" ", words)));
    }
  }

  /** Runs it on a trace; what it prints is dropped. */
  Outcome run(Path trace) throws InterruptedException {
    Process process = start(trace);
    try {
      if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
        return Outcome.TIMED_OUT;
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    int code = process.waitFor();
    if (isForShell() && (code == NOT_RUN || code == NOT_FOUND)) {
      throw cannotRun(
          String.format(
              Locale.ROOT,
              "the shell exits with %d, which says that there is no such program",
              code));
    }
    return code == 0 ? Outcome.PASSED : Outcome.FAILED;
  }

  private Process start(Path trace) {
    try {
      return new ProcessBuilder(command(trace.toString()))
          .redirectInput(Path.of("/dev/null").toFile())
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw cannotRun(String.valueOf(e.getMessage()));
    }
  }

  private List<String> command(String trace) {
    if (isForShell()) {
      String quoted = "'" + trace.replace("'", "'\\''") + "'";
      return List.of("sh", "-c", words.getFirst().replace(PLACE, quoted));
    }
    return words.stream().map(word -> word.replace(PLACE, trace)).toList();
  }

  private boolean isForShell() {
    return words.size() == 1 && words.getFirst().indexOf(' ') >= 0;
  }

  private UsageException cannotRun(String why) {
    return new UsageException(
        String.format(
            Locale.ROOT,
            "--while %s: it cannot be run: %s. Correct it and try again.",
            String.join(" ", words),
            why));
  }
}
