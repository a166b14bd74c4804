package heapstakes.results.table;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.WorkloadNames;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.WorkloadResults;
import heapstakes.results.table.TextTable.Entry;
import heapstakes.results.table.TextTable.Heading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/** One table a workload: contestants as rows, the best value of a column marked. */
public final class ComparisonTable {
  private static final int WIDEST_CONTESTANT = 26;

  /** By how much a real library's peak differs from its model's. */
  private static final String TWIN = "twin";

  private final Style style;
  private final Choice choice;

  /** Tables for what {@code style} describes. */
  public ComparisonTable(Style style) {
    this(style, Choice.ALL);
  }

  /** The same with the columns and in the order that {@code choice} wants. */
  public ComparisonTable(Style style, Choice choice) {
    this.style = style;
    this.choice = choice;
  }

  /**
   * Every workload of {@code cells} in their order.
   *
   * @param remarks what to say below a row, complete sentences
   */
  public String render(List<Cell> cells, Function<CellKey, List<String>> remarks) {
    return render(cells, WorkloadNames.ofCells(cells), remarks);
  }

  /** The same where {@code cells} are not all that is shown. */
  public String render(
      List<Cell> cells, WorkloadNames names, Function<CellKey, List<String>> remarks) {
    StringBuilder out = new StringBuilder();
    for (WorkloadResults results : WorkloadResults.of(cells, names, remarks)) {
      out.append(render(results)).append('\n');
    }
    return style.fit(out.toString());
  }

  /** All workloads in one table, as multiples of a baseline; empty for a single workload. */
  public String overAll(List<Cell> cells) {
    List<WorkloadResults> workloads = WorkloadResults.of(cells, key -> List.of());
    return Means.of(workloads, choice).map(means -> style.fit(render(means, workloads))).orElse("");
  }

  private String render(Means means, List<WorkloadResults> workloads) {
    List<Heading> headings = new ArrayList<>(List.of(Heading.texts("contestant")));
    means.heads().forEach(head -> headings.add(inTwoLines(head)));
    TextTable table = new TextTable(headings);
    for (String contestant : means.rows().keySet()) {
      Standing any =
          workloads.stream()
              .flatMap(results -> results.standings().stream())
              .filter(standing -> standing.contestant().equals(contestant))
              .findFirst()
              .orElseThrow();
      add(
          table,
          label(any, ""),
          means.texts(contestant).stream().map(t -> new Entry(t, false)).toList());
    }
    return style.bold(means.title()) + "\n" + table.render(style) + "\n";
  }

  /** {@code tail latency} above {@code (p99.9)}. */
  private static Heading inTwoLines(String title) {
    int last = title.lastIndexOf(' ');
    return last < 0
        ? Heading.numbers("", title)
        : Heading.numbers(title.substring(0, last), title.substring(last + 1));
  }

  private String render(WorkloadResults results) {
    List<Metric> shown = new ArrayList<>(choice.metrics(results));
    boolean twins =
        choice.metrics().isEmpty() && choice.rows(results).stream().anyMatch(s -> s.twin() != null);
    TextTable table = table(results, shown, twins);
    List<Metric> dropped = new ArrayList<>();
    while (table.width() > style.width() && shown.stream().anyMatch(m -> m.rank() > 0)) {
      Metric least = shown.stream().max(Comparator.comparingInt(Metric::rank)).orElseThrow();
      shown.stream().filter(m -> m.rank() == least.rank()).forEach(dropped::add);
      shown.removeIf(m -> m.rank() == least.rank());
      table = table(results, shown, twins);
    }
    List<String> left = new ArrayList<>(Metric.names(dropped));
    if (table.width() > style.width() && twins) {
      left.add(TWIN);
      table = table(results, shown, false);
    }
    String all = style.bold(results.workload()) + heading(results) + "\n" + table.render(style);
    String legend = Badges.legend(List.of(results)).map(line -> style.dim(line) + "\n").orElse("");
    return all + legend + (left.isEmpty() ? "" : tooNarrow(left));
  }

  /** Names what is left out, in lines that fit where the table did not. */
  private String tooNarrow(List<String> left) {
    StringBuilder out = new StringBuilder();
    String line = String.format(Locale.ROOT, "not shown in %d columns:", style.width());
    for (int i = 0; i < left.size(); i++) {
      String next = " " + left.get(i) + (i + 1 < left.size() ? "," : "");
      if (line.length() + next.length() > style.width()) {
        out.append(style.dim(line)).append('\n');
        line = "   ";
      }
      line += next;
    }
    return out.append(style.dim(line)).append('\n').toString();
  }

  private static String heading(WorkloadResults results) {
    OptionalLong operations = anyCount(results, Column.OPS);
    OptionalLong requested = anyCount(results, Column.PEAK_REQUESTED_BYTES);
    return (operations.isPresent()
            ? "   " + Units.count(operations.getAsLong()) + " operations"
            : "")
        + (requested.isPresent() ? " · peak requested " + Units.bytes(requested.getAsLong()) : "")
        + String.format(
            Locale.ROOT, " · %d thread%s", results.threads(), results.threads() == 1 ? "" : "s");
  }

  private static OptionalLong anyCount(WorkloadResults results, Column column) {
    return results.standings().stream()
        .flatMap(s -> s.cells().stream())
        .map(c -> c.count(column))
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .max();
  }

  private TextTable table(WorkloadResults results, List<Metric> metrics, boolean twins) {
    String unit = Metric.memoryUnit(results, metrics);
    List<Heading> headings = new ArrayList<>();
    headings.add(Heading.texts("contestant"));
    for (Metric metric : metrics) {
      String group = metric.group();
      headings.add(
          new Heading(
              group.equals(Metric.MEMORY) ? group + ", " + unit : group,
              metric.name(),
              true,
              metric.marksBest()));
    }
    if (twins) {
      headings.add(Heading.numbers("", TWIN));
    }
    TextTable table = new TextTable(headings);
    for (Standing standing : choice.rows(results)) {
      addRow(table, results, standing, metrics, unit, twins);
    }
    return table;
  }

  private void addRow(
      TextTable table,
      WorkloadResults results,
      Standing standing,
      List<Metric> metrics,
      String unit,
      boolean twins) {
    List<Entry> row = new ArrayList<>();
    for (Metric metric : metrics) {
      row.add(entry(results, standing, metric, unit));
    }
    if (twins) {
      row.add(new Entry(againstModel(standing), false));
    }
    add(table, label(standing), row);
    standing.remarks().forEach(remark -> table.remark("    " + remark));
  }

  /** A row, its label perhaps of several lines. */
  private static void add(TextTable table, List<String> label, List<Entry> figures) {
    List<Entry> rest = figures;
    for (String line : label) {
      table.add(Stream.concat(Stream.of(new Entry(line, false)), rest.stream()).toList());
      rest = TextTable.blanks(figures.size());
    }
  }

  private static List<String> label(Standing standing) {
    return label(standing, standing.twin() == null ? "" : "  ↳ ");
  }

  /** The name, and the settings on lines of their own where they do not fit. */
  private static List<String> label(Standing standing, String start) {
    String settings = standing.text(Column.SETTINGS);
    String name = start + standing.contestant();
    if (name.length() <= WIDEST_CONTESTANT || settings.isEmpty()) {
      return List.of(name);
    }
    return Stream.concat(
            Stream.of(start + standing.text(Column.ALLOCATOR) + ":"),
            Stream.of(settings.split(",")).map(setting -> "  " + setting))
        .toList();
  }

  private Entry entry(WorkloadResults results, Standing standing, Metric metric, String unit) {
    return new Entry(
        choice.text(results, standing, metric, unit), metric.isBest(results, standing, unit));
  }

  /** By how much the real library's peak differs from what the model foretells. */
  private static String againstModel(Standing standing) {
    Standing model = standing.twin();
    if (model == null) {
      return "";
    }
    OptionalDouble own = standing.number(Column.PEAK_RESIDENT_BYTES);
    OptionalDouble foretold = model.number(Column.PEAK_RESIDENT_BYTES);
    if (own.isEmpty() || foretold.isEmpty() || foretold.getAsDouble() == 0) {
      return "";
    }
    double share = own.getAsDouble() / foretold.getAsDouble() - 1;
    return String.format(Locale.ROOT, "%+.1f %%", 100 * share);
  }
}
