package heapstakes.fidelity;

import heapstakes.allocator.Reference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Counts the processors of this machine as libraries do. */
final class Processors {
  private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");
  private static final Path POSSIBLE = ONLINE.resolveSibling("possible");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ALLOWED = "Cpus_allowed_list:";

  private Processors() {}

  /** How many a library finds that asks like that; what a JVM may use where Linux does not tell. */
  static int counted(Reference.Asks asks) {
    try {
      return switch (asks) {
        case ONLINE -> count(Files.readString(ONLINE));
        case ALLOWED -> count(allowed());
      };
    } catch (IOException e) {
      return Runtime.getRuntime().availableProcessors();
    }
  }

  /** Whether a process may run on every processor that there is, or may be plugged in. */
  static boolean areAllAllowed() {
    try {
      int allowed = count(allowed());
      return count(Files.readString(ONLINE)) == allowed
          && count(Files.readString(POSSIBLE)) == allowed;
    } catch (IOException e) {
      return true;
    }
  }

  private static String allowed() throws IOException {
    return Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1).stream()
        .filter(line -> line.startsWith(ALLOWED))
        .findFirst()
        .map(line -> line.substring(ALLOWED.length()))
        .orElseThrow(() -> new IOException("no affinity mask"));
  }

  /** How many numbers a list such as {@code 0-3,6} has. */
  static int count(String ranges) {
    int count = 0;
    for (String range : ranges.strip().split(",")) {
      int dash = range.indexOf('-');
      count +=
          dash < 0
              ? 1
              : Integer.parseInt(range.substring(dash + 1))
                  - Integer.parseInt(range.substring(0, dash))
                  + 1;
    }
    return count;
  }
}
