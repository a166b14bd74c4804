package heapstakes.results.table;

import heapstakes.results.Cell;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.WorkloadResults;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The comparison of a run for papers, issues and pages: a table a workload, the best value bold.
 */
public enum PublishedTable {
  /** GitHub's Markdown. */
  MARKDOWN("## %s%n%n", "| ", " | ", " |", "**", "**", PublishedTable::escapeMarkdown) {
    @Override
    String rule(int columns) {
      return "|---" + "|--:".repeat(columns - 1) + "|\n";
    }

    @Override
    String begin(int columns) {
      return "";
    }

    @Override
    String end() {
      return "\n";
    }
  },
  /** LaTeX without packages. */
  LATEX("\\section*{%s}%n", "", " & ", " \\\\", "\\textbf{", "}", PublishedTable::escapeLatex) {
    @Override
    String rule(int columns) {
      return "\\hline\n";
    }

    @Override
    String begin(int columns) {
      return "\\begin{tabular}{l" + "r".repeat(columns - 1) + "}\n";
    }

    @Override
    String end() {
      return "\\end{tabular}\n\n";
    }
  };

  private final String title;
  private final String start;
  private final String between;
  private final String stop;
  private final String bold;
  private final String plain;
  private final UnaryOperator<String> escape;

  PublishedTable(
      String title,
      String start,
      String between,
      String stop,
      String bold,
      String plain,
      UnaryOperator<String> escape) {
    this.title = title;
    this.start = start;
    this.between = between;
    this.stop = stop;
    this.bold = bold;
    this.plain = plain;
    this.escape = escape;
  }

  abstract String begin(int columns);

  abstract String rule(int columns);

  abstract String end();

  /** Every workload of {@code cells} in their order, then all of them together. */
  public String render(List<Cell> cells, Choice choice) {
    List<WorkloadResults> workloads = WorkloadResults.of(cells, key -> List.of());
    StringBuilder out = new StringBuilder();
    workloads.forEach(results -> out.append(render(results, choice)));
    Means.of(workloads, choice).ifPresent(means -> out.append(render(means)));
    Badges.all(workloads).ifPresent(line -> out.append(escape.apply(line)).append("\n"));
    return out.toString();
  }

  /** A paragraph that may follow the tables. */
  public String paragraph(String text) {
    return "\n" + escape.apply(text) + "\n";
  }

  private String render(WorkloadResults results, Choice choice) {
    List<Metric> metrics = choice.metrics(results);
    String unit = Metric.memoryUnit(results, metrics);
    List<List<String>> rows = new ArrayList<>();
    for (Standing standing : choice.rows(results)) {
      List<String> row = new ArrayList<>(List.of(escape.apply(standing.contestant())));
      for (Metric metric : metrics) {
        String text = escape.apply(choice.text(results, standing, metric, unit));
        row.add(metric.isBest(results, standing, unit) ? bold + text + plain : text);
      }
      rows.add(row);
    }
    return table(results.workload(), metrics.stream().map(m -> m.title(unit)).toList(), rows);
  }

  private String render(Means means) {
    List<List<String>> rows = new ArrayList<>();
    means
        .rows()
        .keySet()
        .forEach(contestant ->
            rows.add(
                Stream.concat(Stream.of(contestant), means.texts(contestant).stream())
                    .map(escape)
                    .toList()));
    return table(means.title(), means.heads(), rows);
  }

  private String table(String name, List<String> heads, List<List<String>> rows) {
    StringBuilder out = new StringBuilder();
    out.append(String.format(Locale.ROOT, title, escape.apply(name)));
    out.append(begin(heads.size() + 1));
    out.append(line(Stream.concat(Stream.of("contestant"), heads.stream()).map(escape).toList()));
    out.append(rule(heads.size() + 1));
    rows.forEach(row -> out.append(line(row)));
    return out.append(end()).toString();
  }

  private String line(List<String> entries) {
    return start + String.join(between, entries) + stop + "\n";
  }

  private static String escapeMarkdown(String text) {
    return text.replaceAll("([\\\\|*_`<])", "\\\\$1");
  }

  private static String escapeLatex(String text) {
    return text.replace("\\", "\\textbackslash ")
        .replaceAll("([&%$#_{}])", "\\\\$1")
        .replace("~", "\\textasciitilde ")
        .replace("^", "\\textasciicircum ")
        .replace("µ", "$\\mu$")
        .replace("×", "$\\times$");
  }
}
