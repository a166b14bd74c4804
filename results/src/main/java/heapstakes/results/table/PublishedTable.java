package heapstakes.results.table;

import heapstakes.results.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

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

  /** Every workload of {@code cells} in their order. */
  public String render(List<Cell> cells) {
    StringBuilder out = new StringBuilder();
    for (Race race : Race.of(cells, key -> List.of())) {
      List<Metric> metrics = Metric.measured(race);
      String unit = Metric.memoryUnit(race, metrics);
      List<String> head = new ArrayList<>(List.of("contestant"));
      metrics.forEach(metric -> head.add(escape.apply(metric.title(unit))));
      out.append(title.formatted(escape.apply(race.workload())));
      out.append(begin(head.size())).append(line(head)).append(rule(head.size()));
      for (Standing standing : race.standings()) {
        out.append(line(row(race, standing, metrics, unit)));
      }
      out.append(end());
    }
    return out.toString();
  }

  private String line(List<String> entries) {
    return start + String.join(between, entries) + stop + "\n";
  }

  private List<String> row(Race race, Standing standing, List<Metric> metrics, String unit) {
    List<String> row = new ArrayList<>(List.of(escape.apply(standing.contestant())));
    for (Metric metric : metrics) {
      OptionalDouble value = standing.number(metric.column());
      String text = value.isEmpty() ? "" : escape.apply(metric.write(value.getAsDouble(), unit));
      row.add(metric.isBest(race, standing, unit) ? bold + text + plain : text);
    }
    return row;
  }

  private static String escapeMarkdown(String text) {
    return text.replaceAll("([\\\\|*_`<])", "\\\\$1");
  }

  private static String escapeLatex(String text) {
    return text.replace("\\", "\\textbackslash ")
        .replaceAll("([&%$#_{}])", "\\\\$1")
        .replace("~", "\\textasciitilde ")
        .replace("^", "\\textasciicircum ")
        .replace("µ", "$\\mu$");
  }
}
