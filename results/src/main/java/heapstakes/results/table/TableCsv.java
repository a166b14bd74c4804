package heapstakes.results.table;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Decimals;
import heapstakes.results.csv.CsvRows;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.WorkloadResults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The comparison as CSV, for a spreadsheet: plain numbers, the unit in the column's name. */
public final class TableCsv {
  private TableCsv() {}

  /** A row for each contestant on each workload; with a baseline, the ratio beside each figure. */
  public static String render(List<Cell> cells, Choice choice) {
    List<WorkloadResults> workloads = WorkloadResults.of(cells, key -> List.of());
    List<String> header =
        new ArrayList<>(List.of("workload", "threads", "contestant", "badge", "version"));
    List<Metric> metrics =
        workloads.stream()
            .flatMap(r -> choice.metrics(r).stream())
            .distinct()
            .filter(metric -> !header.contains(metric.column().header()))
            .toList();
    for (Metric metric : metrics) {
      header.add(metric.column().header());
      choice.baseline().ifPresent(name -> header.add(metric.column().header() + "_ratio"));
    }
    StringBuilder out = new StringBuilder();
    try {
      CsvRows.header(out, header);
      for (WorkloadResults results : workloads) {
        for (Standing standing : choice.rows(results)) {
          CsvRows.row(out, row(results, standing, metrics, choice));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringBuilder takes everything
    }
    return out.toString();
  }

  private static List<String> row(
      WorkloadResults results, Standing standing, List<Metric> metrics, Choice choice) {
    List<String> row =
        new ArrayList<>(
            List.of(
                results.workload(),
                Integer.toString(results.threads()),
                standing.contestant(),
                standing.text(Column.BADGE),
                standing.text(Column.VERSION)));
    for (Metric metric : metrics) {
      row.add(figure(standing, metric.column()));
      if (choice.baseline().isPresent()) {
        OptionalDouble ratio = choice.ratio(results, standing, metric);
        row.add(ratio.isPresent() ? Decimals.plain(ratio.getAsDouble()) : "");
      }
    }
    return row;
  }

  /** As it stands in {@code cells.csv}; empty where it was not measured. */
  private static String figure(Standing standing, Column column) {
    return standing.cells().stream()
        .map(cell -> cell.text(column))
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }
}
