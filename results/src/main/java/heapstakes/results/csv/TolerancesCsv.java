package heapstakes.results.csv;

import heapstakes.results.Column;
import heapstakes.results.Decimals;
import heapstakes.results.ResultException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A user's file of tolerances: header {@code column,relative}, e.g. {@code minor_faults,0.01}. */
public final class TolerancesCsv {
  private static final List<String> HEADER = List.of("column", "relative");

  private TolerancesCsv() {}

  /**
   * Reads the file.
   *
   * @throws ResultException naming file, line and what is wrong
   */
  public static Map<Column, Double> read(Path file) {
    Map<Column, Double> tolerances = new TreeMap<>();
    CsvTable.read(
        file,
        HEADER,
        row -> {
          Column column =
              Column.of(row.get("column"))
                  .filter(c -> c.origin() == Column.Origin.METERED)
                  .orElseThrow(() -> wrong(file, row, "no counted column of cells.csv"));
          double relative = Decimals.parse(row.get("relative"));
          if (!(relative <= 1)) {
            throw wrong(
                file,
                row,
                String.format(
                    Locale.ROOT, "followed by '%s', no number from 0 to 1", row.get("relative")));
          }
          tolerances.put(column, relative);
        });
    return tolerances;
  }

  private static ResultException wrong(Path file, CsvTable.Row row, String why) {
    return new ResultException(
        String.format(
            Locale.ROOT,
            "%s, line %d: '%s' is %s.\n  A line is COLUMN,RELATIVE, e.g. minor_faults,0.01 for 1 %%.",
            file,
            row.line(),
            row.get("column"),
            why));
  }
}
