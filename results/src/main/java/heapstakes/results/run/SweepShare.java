package heapstakes.results.run;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.ResultException;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.KeyedCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of a sweep that is merged. Its files have the cells in the order of the plan, and are read
 * in step, a cell at a time: but for cells that failed and were tried again by {@code --resume},
 * whose last lines come later. Those alone are held.
 *
 * @param directory of the part
 * @param part which it is
 * @param environment where it was run
 */
record SweepShare(Path directory, SweepPart part, Environment environment) {
  static SweepShare read(Path directory) {
    return new SweepShare(
        directory,
        SweepPart.read(directory),
        EnvironmentJson.read(directory.resolve(Environment.NAME)));
  }

  /** Whether there is any memory over time. */
  boolean hasTimelines() {
    return Files.exists(directory.resolve(TimelineCsv.NAME));
  }

  /**
   * A cell with all that is kept of it.
   *
   * @param rows of {@code timeline.csv}; none where it gave no figures
   */
  record Kept(Cell cell, JournalEntry entry, List<List<String>> rows) {}

  /** A pass over the cells, which have the same order in all files. */
  final class Pass implements AutoCloseable {
    private final CellsCsv.Walk cells = CellsCsv.walk(directory);
    private final Journal.Lines journal = new Journal.Lines(directory.resolve(Journal.NAME));
    private final KeyedCsv.@Nullable Cells timelines;
    private final Late late;

    /**
     * @param late what the files have out of order
     * @param withTimelines whether these are read too, which takes the longest
     */
    Pass(Late late, boolean withTimelines) {
      this.late = late;
      timelines = withTimelines ? TimelineCsv.in(directory).cells() : null;
    }

    /**
     * The next cell; null after the last.
     *
     * @throws ResultException when it is not finished, or the files do not belong together
     */
    @Nullable Kept next() {
      Cell cell = cells.next();
      if (cell == null) {
        return null;
      }
      JournalEntry first = journal.next();
      while (first != null && late.entries.containsKey(first.key()) && !isOf(first, cell)) {
        first = journal.next();
      }
      if (first == null || !isOf(first, cell)) {
        throw new ResultException(
            String.format(
                Locale.ROOT,
                "%s does not say how %s ended.%n"
                    + "  Go on with that part: heapstakes sweep --resume --out %s",
                directory.resolve(Journal.NAME),
                cell.key(),
                directory));
      }
      return new Kept(cell, late.entries.getOrDefault(cell.key(), first), rows(cell.key()));
    }

    private static boolean isOf(JournalEntry entry, Cell cell) {
      return entry.key().equals(cell.key());
    }

    private List<List<String>> rows(CellKey key) {
      if (timelines == null) {
        return List.of();
      }
      if (late.entries.containsKey(key)) {
        return Objects.requireNonNullElse(late.rows.remove(key), List.of());
      }
      return key.equals(keyOfRows(timelines)) ? timelines.rows() : List.of();
    }

    /** Whose rows come next, behind those of cells that were tried again, which are held. */
    private @Nullable CellKey keyOfRows(KeyedCsv.Cells timelines) {
      CellKey key = timelines.key();
      while (key != null && late.entries.containsKey(key)) {
        timelines.rows();
        key = timelines.key();
      }
      return key;
    }

    /**
     * After the last cell: that no rows are left over.
     *
     * @throws ResultException when some are
     */
    void requireEnd() {
      CellKey key = timelines == null ? null : keyOfRows(timelines);
      if (key != null) {
        throw new ResultException(
            String.format(
                Locale.ROOT,
                "%s has rows of %s where they do not belong: it was edited or damaged.%n"
                    + "  Run that part again.",
                directory.resolve(TimelineCsv.NAME),
                key));
      }
    }

    @Override
    public void close() {
      cells.close();
      journal.close();
      if (timelines != null) {
        timelines.close();
      }
    }
  }

  /** What cells have in the files that were tried again: their last lines, and their rows. */
  static final class Late {
    private final Map<CellKey, JournalEntry> entries = new HashMap<>();
    private final Map<CellKey, List<List<String>>> rows = new HashMap<>();

    private Late() {}
  }

  /** Finds the cells that were tried again: those whose line is not the next cell's. */
  Late late() {
    Late late = new Late();
    try (CellsCsv.Walk cells = CellsCsv.walk(directory);
        Journal.Lines journal = new Journal.Lines(directory.resolve(Journal.NAME))) {
      Cell due = cells.next();
      for (JournalEntry entry = journal.next(); entry != null; entry = journal.next()) {
        if (due != null && entry.key().equals(due.key())) {
          due = cells.next();
        } else {
          late.entries.put(entry.key(), entry);
        }
      }
    }
    if (!late.entries.isEmpty()) {
      try (KeyedCsv.Cells timelines = TimelineCsv.in(directory).cells()) {
        for (CellKey key = timelines.key(); key != null; key = timelines.key()) {
          List<List<String>> rows = timelines.rows();
          if (late.entries.containsKey(key)) {
            late.rows.put(key, rows);
          }
        }
      }
    }
    return late;
  }
}
