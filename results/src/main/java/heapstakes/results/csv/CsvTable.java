package heapstakes.results.csv;

import heapstakes.results.ResultException;
import heapstakes.setting.Printable;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVRecord;

/** What the CSV files of a run have in common. */
final class CsvTable {
  private CsvTable() {}

  /** Writes the header and the rows. */
  static void write(Writer writer, List<String> header, Iterable<List<String>> rows)
      throws IOException {
    CsvRows.header(writer, header);
    append(writer, rows);
  }

  /** Writes rows alone. */
  static void append(Writer writer, Iterable<List<String>> rows) throws IOException {
    for (List<String> row : rows) {
      CsvRows.row(writer, row);
    }
  }

  /**
   * Reads a file whose header must have every name of {@code header}; further columns are skipped.
   *
   * @param eachRow gets a view of every row
   * @return every name of the file's header
   * @throws ResultException naming file, line and column
   */
  static List<String> read(Path file, List<String> header, Consumer<Row> eachRow) {
    try (CsvCursor cursor = new CsvCursor(file, header)) {
      for (Row row = cursor.next(); row != null; row = cursor.next()) {
        eachRow.accept(row);
      }
      return cursor.present();
    }
  }

  /**
   * Refuses a file that this program wrote and whose last row has no line end: its last figure may
   * have been cut.
   */
  static void requireEnd(Path file) {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      channel.position(Math.max(0, channel.size() - 1)).read(last);
      if (last.get(0) != '\n') {
        throw new ResultException(
            String.format(
                Locale.ROOT,
                """
                %s: the last row has no line end, so that it may have been cut.
                  Is it being written? Else go on with that run: heapstakes run --resume --out %s\
                """,
                file,
                file.toAbsolutePath().getParent()));
      }
    } catch (IOException e) {
      throw new ResultException(
          String.format(Locale.ROOT, "cannot read %s: %s.", file, e.getMessage()), e);
    }
  }

  /** One row with where it stands. */
  record Row(Path file, long line, CSVRecord fields) {
    /** Every column of the file. */
    List<String> columns() {
      return fields.getParser().getHeaderNames();
    }

    /** Its text, safe to be shown whoever wrote the file. */
    String get(String column) {
      return Printable.lines(Printable.ofCell(fields.get(column)));
    }

    /** Whether the file has that column. */
    boolean has(String column) {
      return fields.isMapped(column);
    }

    int threads(String column) {
      String text = get(column);
      if (!text.matches("[0-9]{1,10}")
          || Long.parseLong(text) < 1
          || Long.parseLong(text) > Integer.MAX_VALUE) {
        throw bad(column, "no number from 1 to " + Integer.MAX_VALUE);
      }
      return Integer.parseInt(text);
    }

    ResultException newer(String version) {
      return new ResultException(
          String.format(
              Locale.ROOT,
              "%s, line %d, has schema version %s, this program knows up to %d.\n"
                  + "  Use a newer heapstakes.",
              file,
              line,
              version,
              CsvRows.SCHEMA_VERSION));
    }

    ResultException bad(String column, String why) {
      return new ResultException(
          String.format(
              Locale.ROOT,
              "%s, line %d, column %s: '%s' is %s.\n  The file was edited or damaged. Run again.",
              file,
              line,
              column,
              get(column),
              why));
    }
  }
}
