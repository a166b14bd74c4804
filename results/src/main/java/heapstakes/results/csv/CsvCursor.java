package heapstakes.results.csv;

import heapstakes.results.ResultException;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** The rows of a file one by one, as it may be larger than memory. */
final class CsvCursor implements AutoCloseable {
  private static final CSVFormat FORMAT =
      CsvRows.FORMAT
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setAllowMissingColumnNames(true)
          .get();

  private final Path file;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;

  /**
   * @param header names that the file's must have; further columns are skipped
   * @throws ResultException naming file, line and column, as every call
   */
  CsvCursor(Path file, List<String> header) {
    this.file = file;
    try {
      Reader reader = new ShortLines(Files.newBufferedReader(file));
      parser = CSVParser.builder().setReader(reader).setFormat(FORMAT).get();
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw unreadable(e);
    }
    records = parser.iterator();
    for (String name : header) {
      if (!present().contains(name)) {
        close();
        throw new ResultException(
            String.format(
                Locale.ROOT,
                """
                %s has no column '%s'.
                  It was written by another version, or cut. Run again with this version.\
                """,
                file,
                name));
      }
    }
  }

  /** Every name of the file's header. */
  List<String> present() {
    return parser.getHeaderNames();
  }

  /** The next row; null after the last. */
  CsvTable.@Nullable Row next() {
    try {
      if (!records.hasNext()) {
        return null;
      }
      CSVRecord record = records.next();
      if (!record.isConsistent()) {
        throw new ResultException(
            String.format(
                Locale.ROOT,
                """
                %s, line %d: the row has %d fields, the header has %d.
                  The file was cut or edited. Remove that row, or run again.\
                """,
                file,
                parser.getCurrentLineNumber(),
                record.size(),
                present().size()));
      }
      CsvTable.Row row = new CsvTable.Row(file, parser.getCurrentLineNumber(), record);
      CsvRows.requireKnown(row);
      return row;
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw unreadable(e);
    }
  }

  private ResultException unreadable(Exception e) {
    return new ResultException(
        String.format(
            Locale.ROOT,
            "cannot read %s: %s.\n  Is it a run directory's file? Try: heapstakes run",
            file,
            reason(e)),
        e);
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static String reason(Exception e) {
    boolean coding =
        e instanceof CharacterCodingException || e.getCause() instanceof CharacterCodingException;
    return coding ? "it is no text in UTF-8" : String.valueOf(e.getMessage());
  }

  /** Ends the reading of a file that has no lines before it fills this program's memory. */
  private static final class ShortLines extends FilterReader {
    private static final int LONGEST = 1 << 20;

    private int length;

    ShortLines(Reader reader) {
      super(reader);
    }

    @Override
    public int read() throws IOException {
      int c = super.read();
      count(c);
      return c;
    }

    @Override
    public int read(char[] buffer, int from, int most) throws IOException {
      int read = super.read(buffer, from, most);
      for (int i = 0; i < read; i++) {
        count(buffer[from + i]);
      }
      return read;
    }

    private void count(int c) throws IOException {
      length = c == '\n' ? 0 : length + 1;
      if (length > LONGEST) {
        throw new IOException(
            String.format(Locale.ROOT, "it has a line of more than %d characters", LONGEST));
      }
    }
  }
}
