package heapstakes.results.run;

import heapstakes.results.CellKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Names of files that belong to one cell. */
public final class CellFiles {
  private static final int LONGEST = 150;
  private static final int DIGEST_DIGITS = 12;
  private static final String HISTOGRAMS = ".hlog";

  private CellFiles() {}

  /**
   * Where a run has the histograms of a cell; by an earlier version, under a name without trace.
   */
  public static Path histograms(Path run, CellKey key) {
    Path file = histogramsToWrite(run, key);
    Path older = run.resolve(name(key) + HISTOGRAMS);
    return !Files.exists(file) && Files.exists(older) ? older : file;
  }

  /** Where a run puts the histograms of a cell. */
  static Path histogramsToWrite(Path run, CellKey key) {
    String trace = key.trace();
    return run.resolve(
        name(key)
            + (trace.isEmpty() ? "" : "@")
            + trace.substring(0, Math.min(DIGEST_DIGITS, trace.length()))
            + HISTOGRAMS);
  }

  /**
   * {@code contestant@workload@threads} in characters that every file system takes; unique among
   * cells whose traces have different names.
   */
  public static String name(CellKey key) {
    String plain =
        String.format(Locale.ROOT, "%s@%s@%d", key.contestant(), key.workload(), key.threads());
    return safe(plain, hash(key));
  }

  /** {@code name} in characters that every file system and link takes; two names never meet. */
  public static String safe(String name) {
    return safe(name, name.hashCode());
  }

  private static String safe(String plain, int hash) {
    String safe = plain.replaceAll("[^A-Za-z0-9@=,.+-]+", "_");
    // Names that differ only in what is not allowed in a file name must not meet.
    return safe.equals(plain) && safe.length() <= LONGEST
        ? safe
        : safe.substring(0, Math.min(LONGEST, safe.length()))
            + String.format(Locale.ROOT, "-%08x", hash);
  }

  /** Spelled out, so that files of every version and every Java are found. */
  private static int hash(CellKey key) {
    int hash = 0;
    for (String part : List.of(key.allocator(), key.settings(), key.workload(), key.memory())) {
      hash = 31 * hash + part.hashCode();
    }
    return 31 * hash + key.threads();
  }
}
