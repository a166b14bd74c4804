package heapstakes.results.gate;

import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.WorkloadNames;
import java.util.List;
import java.util.Locale;

/** A comparison as Markdown, for a job summary or a comment. */
public final class GateMarkdown {
  private static final int MOST_ROWS = 300; // a job summary ends at 1 MiB

  private GateMarkdown() {}

  /** The whole text. */
  public static String of(Comparison comparison) {
    StringBuilder out = new StringBuilder();
    long failing = comparison.failures().size();
    out.append("## Heapstakes: ")
        .append(
            comparison.passes() ? "passed" : failing + (failing == 1 ? " failure" : " failures"))
        .append("\n\n`")
        .append(escape(comparison.base().path().toString()))
        .append("` → `")
        .append(escape(comparison.next().path().toString()))
        .append("`\n");
    if (!comparison.elsewhere().isEmpty()) {
      out.append("\n> **Measured in different places**, so times are shown and do not gate: ")
          .append(escape(String.join("; ", comparison.elsewhere())))
          .append('\n');
    }
    WorkloadNames names = comparison.names();
    table(out, names, "Fails", comparison.failures());
    table(out, names, "Moved, and does not fail", comparison.moved());
    means(out, comparison);
    keys(out, names, "Only in new", comparison.added());
    return out.toString();
  }

  private static void table(
      StringBuilder out, WorkloadNames names, String title, List<Finding> findings) {
    if (findings.isEmpty()) {
      return;
    }
    out.append("\n### ").append(title).append("\n\n");
    out.append("| contestant | workload | memory | figure | base | new | change | p | |\n");
    out.append("|---|---|---|---|--:|--:|--:|--:|---|\n");
    for (Finding finding : findings.subList(0, Math.min(MOST_ROWS, findings.size()))) {
      CellKey key = finding.key();
      out.append("| ")
          .append(
              String.join(
                  " | ",
                  escape(key.contestant()),
                  escape(names.of(key)),
                  escape(key.memory()),
                  finding.column().header(),
                  escape(Wording.value(finding, finding.base())),
                  escape(Wording.value(finding, finding.next())),
                  Wording.change(finding),
                  Wording.p(finding),
                  Wording.verdict(finding)
                      + (finding.remark().isEmpty() ? "" : ": " + escape(finding.remark()))))
          .append(" |\n");
    }
    if (findings.size() > MOST_ROWS) {
      out.append(String.format(Locale.ROOT, "\n… and %d more.\n", findings.size() - MOST_ROWS));
    }
  }

  private static void means(StringBuilder out, Comparison comparison) {
    if (!comparison.meanRatios().isEmpty()) {
      comparison
          .relativeTo()
          .ifPresent(name ->
              out.append(
                  String.format(
                      Locale.ROOT, "\nTimes are multiples of those of %s.\n", escape(name))));
      out.append("\n| timed figure | geometric mean of changes |\n|---|--:|\n");
      comparison
          .meanRatios()
          .forEach((Column column, Double mean) ->
              out.append(
                  String.format(
                      Locale.ROOT, "| %s | %s |%n", column.header(), Wording.ratio(mean))));
    }
    if (comparison.discovery().tests() > 1) {
      out.append(String.format(Locale.ROOT, "\n%s.\n", comparison.discovery().text()));
    }
  }

  private static void keys(
      StringBuilder out, WorkloadNames names, String title, List<CellKey> keys) {
    if (!keys.isEmpty()) {
      out.append("\n### ").append(title).append("\n\n");
      keys.forEach(key -> out.append("* ").append(escape(key.text(names.of(key)))).append('\n'));
    }
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ");
  }
}
