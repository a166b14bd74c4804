package heapstakes.results.run;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.OutputException;
import heapstakes.results.csv.AppendedFile;
import heapstakes.results.csv.CellsCsv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code cells.csv} while its run is under way. A new row is added to it. A row that changes is
 * added to {@link CellsCsv#CHANGED} and goes into {@code cells.csv} with others, when these are an
 * eighth of all, and when the run ends: n cells cost some 10 n rows to write, not n².
 */
final class CellRows {
  private static final int CHANGED_AT_MOST = 8; // one row of so many

  private final Path file;
  private final Path changed;
  private final SequencedMap<CellKey, Cell> cells = new LinkedHashMap<>();
  private List<Column> columns = Column.standard();
  private int changes;

  private CellRows(Path run) {
    file = run.resolve(CellsCsv.NAME);
    changed = run.resolve(CellsCsv.CHANGED);
  }

  /** Of a run that begins. */
  static CellRows none(Path run) {
    return new CellRows(run);
  }

  /**
   * Of a run that is taken up again; a row that was being written is dropped.
   *
   * @throws heapstakes.results.ResultException when a file is damaged otherwise
   */
  static CellRows of(Path run) {
    CellRows rows = new CellRows(run);
    AppendedFile.dropUnfinishedLine(rows.file);
    AppendedFile.dropUnfinishedLine(rows.changed);
    if (Files.exists(rows.file)) {
      CellsCsv.ofRun(run).forEach(row -> rows.cells.put(row.key(), row));
    } else {
      rows.dropChanged(); // all of its cells are run again
    }
    return rows;
  }

  Collection<Cell> all() {
    return cells.values();
  }

  @Nullable Cell get(CellKey key) {
    return cells.get(key);
  }

  /** Keeps a row, in the place of one of the same key; it is on disk when this returns. */
  void put(Cell row) {
    boolean isNew = cells.put(row.key(), row) == null;
    if (!columns.containsAll(row.columns())) {
      write();
    } else if (isNew) {
      CellsCsv.append(file, columns, row);
    } else if (++changes * CHANGED_AT_MOST >= cells.size()) {
      write();
    } else {
      CellsCsv.append(changed, columns, row);
    }
  }

  /** Puts all rows into {@code cells.csv}, where there are any. */
  void write() {
    if (cells.isEmpty()) {
      return;
    }
    columns = Column.of(cells.values());
    CellsCsv.write(file, cells.values());
    changes = 0;
    dropChanged();
  }

  private void dropChanged() {
    try {
      Files.deleteIfExists(changed);
    } catch (IOException e) {
      throw new OutputException(changed, e);
    }
  }

  /** Leaves one file. */
  void close() {
    if (changes > 0) {
      write();
    }
  }
}
