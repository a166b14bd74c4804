package heapstakes.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Whether processes of this machine can have transparent huge pages. */
public final class HugePagesHere {
  private static final Path ENABLED = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
  private static final Path COLLAPSED =
      ENABLED.resolveSibling("khugepaged").resolve("pages_collapsed");

  private HugePagesHere() {}

  /**
   * Ranges that khugepaged has made huge pages of since the machine started, of whatever process; 0
   * where that is not told.
   */
  public static long collapsed() {
    try {
      return Long.parseLong(Files.readString(COLLAPSED).strip());
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  /** Why they cannot, a sentence; empty if they can, where advised or everywhere. */
  public static Optional<String> obstacle() {
    try {
      String modes = Files.readString(ENABLED).strip();
      return modes.contains("[never]")
          ? Optional.of(
              String.format(
                  Locale.ROOT,
                  "%s says %s: the machine's owner can set it to madvise.",
                  ENABLED,
                  modes))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          String.format(Locale.ROOT, "%s cannot be read: the kernel has none.", ENABLED));
    }
  }
}
