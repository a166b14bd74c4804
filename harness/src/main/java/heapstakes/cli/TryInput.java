package heapstakes.cli;

import heapstakes.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What each run of a program gets as its standard input. */
final class TryInput {
  private static final Path OURS = Path.of("/proc/self/fd/0");

  private TryInput() {}

  /**
   * Our own, if that is a file; nothing, if it is a terminal or has ended.
   *
   * @throws UsageException when it is a pipe with something in it, which only one run could read
   */
  static Path path() {
    if (!Files.exists(OURS)) {
      return Program.NO_INPUT;
    }
    if (Files.isRegularFile(OURS)) {
      return real();
    }
    if (hasContent()) {
      throw new UsageException(
          """
          standard input is a pipe, which only the first run could read.
            Put what comes through it into a file, and give that: heapstakes try -- COMMAND < FILE\
          """);
    }
    return Program.NO_INPUT;
  }

  private static Path real() {
    try {
      return OURS.toRealPath();
    } catch (IOException e) {
      return Program.NO_INPUT; // it was deleted: no run can open it again
    }
  }

  private static boolean hasContent() {
    try {
      return OURS.toRealPath().toString().startsWith("/proc/") && System.in.available() > 0;
    } catch (IOException e) {
      return false;
    }
  }
}
