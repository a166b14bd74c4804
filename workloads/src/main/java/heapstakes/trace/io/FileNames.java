package heapstakes.trace.io;

import heapstakes.setting.Printable;
import java.nio.file.Path;
import java.util.List;

/** What file names say. */
public final class FileNames {
  private static final List<String> SUFFIXES =
      List.of(".gz", ".xz", ".zst", ".bz2", ".lz4", ".zip", ".hst", ".hsb", ".txt");

  private FileNames() {}

  /** {@code jq} for {@code traces/jq.hst.xz}; printable, since every table shows it. */
  public static String withoutSuffixes(Path file) {
    String name = String.valueOf(file.getFileName());
    for (boolean found = true; found; ) {
      found = false;
      for (String suffix : SUFFIXES) {
        if (name.endsWith(suffix) && name.length() > suffix.length()) {
          name = name.substring(0, name.length() - suffix.length());
          found = true;
        }
      }
    }
    return Printable.line(name);
  }
}
