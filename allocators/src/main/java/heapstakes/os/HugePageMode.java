package heapstakes.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * To which mappings a kernel gives transparent huge pages: {@code
 * /sys/kernel/mm/transparent_hugepage/enabled}.
 */
public enum HugePageMode {
  /** To none. */
  NEVER,
  /** To those that were advised {@link Advice#HUGEPAGE}. */
  MADVISE,
  /** To all but those that were advised {@link Advice#NOHUGEPAGE}. */
  ALWAYS;

  private static final Path ENABLED = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

  /** This machine's. */
  public static HugePageMode ofThisMachine() {
    try {
      String modes = Files.readString(ENABLED);
      return Stream.of(values())
          .filter(mode -> modes.contains("[" + mode + "]"))
          .findFirst()
          .orElse(NEVER);
    } catch (IOException e) {
      return NEVER; // a kernel without huge pages has no such file
    }
  }

  /** As the kernel writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
