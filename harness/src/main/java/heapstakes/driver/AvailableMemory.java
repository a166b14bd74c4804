package heapstakes.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the machine could hand out without swapping, by its own estimate. */
public final class AvailableMemory {
  private static final String FIELD = "MemAvailable:";
  private static final long BYTES_PER_KB = 1024;

  private AvailableMemory() {}

  /** In bytes; 0, for no limit, where the kernel does not say. */
  public static long bytes() {
    try {
      return Files.readAllLines(Path.of("/proc/meminfo")).stream()
          .filter(line -> line.startsWith(FIELD))
          .map(line -> line.substring(FIELD.length()).replace("kB", "").strip())
          .mapToLong(Long::parseLong)
          .map(kilobytes -> kilobytes * BYTES_PER_KB)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
