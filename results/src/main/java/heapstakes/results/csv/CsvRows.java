package heapstakes.results.csv;

import heapstakes.setting.Printable;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;

/**
 * How every CSV of this program is written: RFC 4180, but lines end in LF alone, since {@code cut},
 * {@code awk} and {@code join} take a CR for a part of the last field. What a spreadsheet would run
 * as a formula has an apostrophe before it ({@link Printable#cell}). The last column says in each
 * row by which {@link #SCHEMA_VERSION} it was written.
 */
public final class CsvRows {
  /**
   * Version of the files of a run directory. 1 had lines that end in CR LF, and did not say so; 2
   * timed real libraries inside of a JVM, and had the clock's cost in latencies.
   */
  public static final int SCHEMA_VERSION = 3;

  /** The column that says so; the last one, so that none moves that somebody counts. */
  public static final String SCHEMA_COLUMN = "schema_version";

  static final CSVFormat FORMAT = CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();

  private CsvRows() {}

  /** Adds the first line. */
  public static void header(Appendable out, List<String> names) throws IOException {
    line(out, names, SCHEMA_COLUMN);
  }

  /** Adds a row; a spreadsheet that opens it runs nothing. */
  public static void row(Appendable out, List<?> values) throws IOException {
    line(
        out,
        values.stream().map(value -> Printable.cell(String.valueOf(value))).toList(),
        SCHEMA_VERSION);
  }

  private static void line(Appendable out, List<?> values, Object last) throws IOException {
    FORMAT.printRecord(out, Stream.concat(values.stream(), Stream.of(last)).toArray());
  }

  /** Whether an earlier version wrote it. */
  static boolean isOlder(CsvTable.Row row) {
    return !row.has(SCHEMA_COLUMN)
        || !row.get(SCHEMA_COLUMN).equals(Integer.toString(SCHEMA_VERSION));
  }

  /**
   * Refuses what a newer program wrote.
   *
   * @throws heapstakes.results.ResultException saying so
   */
  static void requireKnown(CsvTable.Row row) {
    if (!row.has(SCHEMA_COLUMN)) {
      return;
    }
    String version = row.get(SCHEMA_COLUMN);
    if (!version.matches("[1-9][0-9]{0,8}")) {
      throw row.bad(SCHEMA_COLUMN, "no version");
    }
    if (Integer.parseInt(version) > SCHEMA_VERSION) {
      throw row.newer(version);
    }
  }
}
