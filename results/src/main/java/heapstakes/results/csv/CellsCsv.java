package heapstakes.results.csv;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** {@code cells.csv}: one row a cell, columns as in {@link Column}. */
public final class CellsCsv {
  /** Name of the file in a run directory. */
  public static final String NAME = "cells.csv";

  /**
   * Rows that go over those of the same cells in {@link #NAME}, the last of several first: in a run
   * that is under way, or that was killed.
   */
  public static final String CHANGED = "cells.changed.csv";

  private static final List<String> HEADER = headers(Column.standard());

  /** Added later, behind the others: files without them stay readable. */
  private static final List<Column> LATER =
      Column.standard().stream().filter(c -> c.compareTo(Column.TWIN_OF) >= 0).toList();

  private static final List<String> REQUIRED =
      HEADER.stream().filter(name -> !headers(LATER).contains(name)).toList();

  private CellsCsv() {}

  /** Replaces the file at once; it is never seen half written. */
  public static void write(Path file, Collection<Cell> cells) {
    List<Column> columns = Column.of(cells);
    List<List<String>> rows = cells.stream().map(cell -> row(columns, cell)).toList();
    AtomicFile.write(file, writer -> CsvTable.write(writer, headers(columns), rows));
  }

  /**
   * Adds a row, or makes the file with it; the row is on disk when this returns.
   *
   * @param columns of the file
   */
  public static void append(Path file, List<Column> columns, Cell cell) {
    boolean fresh = !Files.exists(file);
    AppendedFile.append(
        file,
        writer -> {
          if (fresh) {
            CsvRows.header(writer, headers(columns));
          }
          CsvRows.row(writer, row(columns, cell));
        });
  }

  private static List<String> headers(List<Column> columns) {
    return columns.stream().map(Column::header).toList();
  }

  private static List<String> row(List<Column> columns, Cell cell) {
    return columns.stream().map(cell::text).toList();
  }

  /**
   * Reads every row, in the file's order.
   *
   * @throws ResultException naming file, line and column of what is missing or wrong
   */
  public static List<Cell> read(Path file) {
    Set<CellKey> seen = new HashSet<>();
    return read(
        file,
        (cell, row) -> {
          if (!seen.add(cell.key())) {
            throw new ResultException(
                String.format(
                    Locale.ROOT,
                    "%s, line %d: a second row for %s.\n  Remove one of the two.",
                    file,
                    row.line(),
                    cell.key()));
          }
        });
  }

  private static List<Cell> read(Path file, BiConsumer<Cell, CsvTable.Row> check) {
    List<Cell> cells = new ArrayList<>();
    List<String> header =
        CsvTable.read(
            file,
            REQUIRED,
            row -> {
              Cell cell = parse(row);
              check.accept(cell, row);
              cells.add(cell);
            });
    CsvTable.requireEnd(file);
    return header.contains(Column.TWIN_OF.header()) ? cells : FormerTwins.told(cells);
  }

  /**
   * Reads the rows of a run.
   *
   * @param run its directory
   * @throws ResultException when it is none, or as {@link #read} does
   */
  public static List<Cell> ofRun(Path run) {
    Path file = run.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "there is no %s in %s.\n"
                  + "  Give a run directory, as heapstakes run --out DIR makes it.",
              NAME,
              run));
    }
    List<Cell> cells = read(file);
    Path changed = run.resolve(CHANGED);
    return Files.exists(changed) ? over(cells, read(changed, (cell, row) -> {})) : cells;
  }

  /** The rows of a run one by one, in the order of {@link #ofRun}. */
  public static final class Walk implements AutoCloseable {
    private final @Nullable CsvCursor cursor;
    private final Iterator<Cell> held;

    private Walk(Path run) {
      Path file = run.resolve(NAME);
      CsvCursor rows = Files.isRegularFile(file) ? new CsvCursor(file, REQUIRED) : null;
      boolean isPlain =
          rows != null
              && rows.present().contains(Column.TWIN_OF.header())
              && !Files.exists(run.resolve(CHANGED));
      if (isPlain) {
        CsvTable.requireEnd(file);
      } else if (rows != null) {
        rows.close();
      }
      cursor = isPlain ? rows : null;
      held = isPlain ? Collections.emptyIterator() : ofRun(run).iterator();
    }

    /** The next one; null after the last. */
    public @Nullable Cell next() {
      if (cursor == null) {
        return held.hasNext() ? held.next() : null;
      }
      CsvTable.Row row = cursor.next();
      return row == null ? null : parse(row);
    }

    @Override
    public void close() {
      if (cursor != null) {
        cursor.close();
      }
    }
  }

  /**
   * Reads the rows of a run one by one, as there may be more than fit into memory; those of a
   * killed run, or of an earlier version, are held. Second rows for one cell are not looked for.
   *
   * @throws ResultException as {@link #ofRun} does
   */
  public static Walk walk(Path run) {
    return new Walk(run);
  }

  /** Writes the header. */
  public static void header(Writer writer, List<Column> columns) throws IOException {
    CsvRows.header(writer, headers(columns));
  }

  /** Writes a row. */
  public static void row(Writer writer, List<Column> columns, Cell cell) throws IOException {
    CsvRows.row(writer, row(columns, cell));
  }

  private static List<Cell> over(List<Cell> cells, List<Cell> changed) {
    SequencedMap<CellKey, Cell> rows = new LinkedHashMap<>();
    cells.forEach(cell -> rows.put(cell.key(), cell));
    changed.forEach(cell -> rows.put(cell.key(), cell));
    return List.copyOf(rows.values());
  }

  private static Cell parse(CsvTable.Row row) {
    Cell.Builder cell =
        Cell.of(
            new CellKey(
                row.get(Column.ALLOCATOR.header()),
                row.get(Column.SETTINGS.header()),
                row.get(Column.WORKLOAD.header()),
                row.get(Column.TRACE_SHA256.header()),
                row.get(Column.MEMORY.header()),
                row.threads(Column.THREADS.header())));
    for (String header : row.columns()) {
      Column.of(header)
          .flatMap(column -> cell.parse(column, row.get(header)))
          .ifPresent(why -> {
            throw row.bad(header, why);
          });
    }
    return cell.build();
  }
}
