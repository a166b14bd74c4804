package heapstakes.results.csv;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code cells.csv}: one row a cell, columns as in {@link Column}. */
public final class CellsCsv {
  /** Name of the file in a run directory. */
  public static final String NAME = "cells.csv";

  private static final List<String> HEADER = headers(Column.standard());

  /** Added later: files without them stay readable. */
  private static final List<Column> LATER = List.of(Column.TWIN_OF, Column.BADGE);

  private static final List<String> REQUIRED =
      HEADER.stream().filter(name -> !headers(LATER).contains(name)).toList();

  private CellsCsv() {}

  /** Replaces the file at once; it is never seen half written. */
  public static void write(Path file, Collection<Cell> cells) {
    List<Column> columns = Column.of(cells);
    List<List<String>> rows = cells.stream().map(cell -> row(columns, cell)).toList();
    AtomicFile.write(file, writer -> CsvTable.write(writer, headers(columns), rows));
  }

  /** Adds a row, or makes the file with it; the row is on disk when this returns. */
  public static void append(Path file, Cell cell) {
    boolean fresh = !Files.exists(file);
    AppendedFile.append(
        file,
        writer -> {
          if (fresh) {
            CsvRows.header(writer, HEADER);
          }
          CsvRows.row(writer, row(Column.standard(), cell));
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
    List<Cell> cells = new ArrayList<>();
    Set<CellKey> seen = new HashSet<>();
    List<String> header =
        CsvTable.read(
            file,
            REQUIRED,
            row -> {
              Cell cell = parse(row);
              if (!seen.add(cell.key())) {
                throw new ResultException(
                    String.format(
                        Locale.ROOT,
                        "%s, line %d: a second row for %s.\n  Remove one of the two.",
                        file,
                        row.line(),
                        cell.key()));
              }
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
              "there is no %s in %s.\n  Give a run directory, as heapstakes run --out DIR makes it.",
              NAME,
              run));
    }
    return read(file);
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
