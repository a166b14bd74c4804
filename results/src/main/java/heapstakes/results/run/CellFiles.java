package heapstakes.results.run;

import heapstakes.results.CellKey;
import java.nio.file.Path;
import java.util.Locale;

/** Names of files that belong to one cell. */
public final class CellFiles {
  private static final int LONGEST = 150;

  private CellFiles() {}

  /** Where a run has the histograms of a cell. */
  public static Path histograms(Path run, CellKey key) {
    return run.resolve(name(key) + ".hlog");
  }

  /** {@code contestant@workload@threads} in characters that every file system takes; unique. */
  public static String name(CellKey key) {
    String plain =
        String.format(Locale.ROOT, "%s@%s@%d", key.contestant(), key.workload(), key.threads());
    String safe = plain.replaceAll("[^A-Za-z0-9@=,.+-]+", "_");
    // Names that differ only in what is not allowed in a file name must not meet.
    return safe.equals(plain) && safe.length() <= LONGEST
        ? safe
        : safe.substring(0, Math.min(LONGEST, safe.length()))
            + String.format(Locale.ROOT, "-%08x", key.hashCode());
  }
}
