package heapstakes.results.gate;

import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.WorkloadNames;
import heapstakes.results.environment.Environment;
import heapstakes.results.table.Style;
import heapstakes.results.table.Units;
import heapstakes.setting.Printable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A comparison as text for a terminal or a log. */
public final class GateText {
  private static final int MOST_LINES = 200;

  private final Comparison comparison;
  private final WorkloadNames names;
  private final Style style;
  private final StringBuilder out = new StringBuilder();

  private GateText(Comparison comparison, Style style) {
    this.comparison = comparison;
    this.names = comparison.names();
    this.style = style;
  }

  /** The whole text, each line ended. */
  public static String of(Comparison comparison, Style style) {
    return new GateText(comparison, style).text();
  }

  private String text() {
    line("base  " + place(comparison.base()));
    line("new   " + place(comparison.next()));
    if (!comparison.elsewhere().isEmpty()) {
      line("");
      line(style.bold("measured in different places: times are shown and do not gate"));
      comparison.elsewhere().forEach(difference -> line("  " + Printable.line(difference)));
    }
    section("fails", comparison.failures());
    section("moved, and does not fail", comparison.moved());
    times();
    keys("only in new", comparison.added());
    summary();
    return style.fit(out.toString());
  }

  private void line(String text) {
    out.append(text.stripTrailing()).append('\n');
  }

  private static String place(RunFiles run) {
    return Printable.line(
        run.path() + run.environment().map(Environment::started).map(s -> "   " + s).orElse(""));
  }

  private void section(String title, List<Finding> findings) {
    if (findings.isEmpty()) {
      return;
    }
    line("");
    line(style.bold(title));
    CellKey last = null;
    for (Finding finding : findings.subList(0, Math.min(MOST_LINES, findings.size()))) {
      if (!finding.key().equals(last)) {
        line("  " + name(finding.key()));
        last = finding.key();
      }
      line("    " + figure(finding));
    }
    if (findings.size() > MOST_LINES) {
      line(String.format(Locale.ROOT, "  and %d more", findings.size() - MOST_LINES));
    }
  }

  private String name(CellKey key) {
    return key.text(names.of(key));
  }

  private static String figure(Finding finding) {
    return String.format(
        Locale.ROOT,
        "%-26s %s → %s   %s  %s  %s%s",
        finding.column().header(),
        Wording.value(finding, finding.base()),
        Wording.value(finding, finding.next()),
        Wording.change(finding),
        Wording.p(finding),
        Wording.verdict(finding),
        finding.remark().isEmpty() ? "" : ": " + finding.remark());
  }

  /** One line for each timed column, as benchmarks are compared elsewhere. */
  private void times() {
    Map<Column, List<Finding>> timed =
        comparison.those(Finding::isTimed).stream()
            .collect(
                Collectors.groupingBy(Finding::column, LinkedHashMap::new, Collectors.toList()));
    if (timed.isEmpty()) {
      return;
    }
    line("");
    String relative =
        comparison
            .relativeTo()
            .map(name -> String.format(Locale.ROOT, ", as multiples of %s's", name))
            .orElse("");
    line(style.bold("times" + relative));
    Map<Column, Double> means = comparison.meanRatios();
    timed.forEach((column, findings) -> {
      Double mean = means.get(column);
      line(
          String.format(
              Locale.ROOT,
              "  %-22s %s   %s",
              column.header(),
              mean == null ? "" : "geometric mean " + Wording.ratio(mean),
              counts(findings)));
    });
    if (comparison.discovery().tests() > 1) {
      line("  " + comparison.discovery().text());
    }
    timed.values().stream()
        .flatMap(List::stream)
        .filter(f -> f.verdict() == Verdict.UNCLEAR)
        .findFirst()
        .ifPresent(f -> line("  unclear: " + f.remark() + " (run --forks 10)"));
  }

  private static String counts(List<Finding> findings) {
    Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);
    findings.forEach(f -> counts.merge(f.verdict(), 1L, Long::sum));
    List<String> words = new ArrayList<>();
    counts.forEach((verdict, count) -> words.add(count + " " + verdict.word()));
    return String.join(", ", words);
  }

  private void keys(String title, List<CellKey> keys) {
    if (!keys.isEmpty()) {
      line("");
      line(style.bold(title));
      keys.forEach(key -> line("  " + name(key)));
    }
  }

  private void summary() {
    long cells = comparison.findings().stream().map(Finding::key).distinct().count();
    long failing = comparison.failures().size();
    line("");
    line(
        String.format(
            Locale.ROOT,
            "%s   %s figures of %s cells compared, %s, %s",
            style.bold(comparison.passes() ? "PASSED" : "FAILED"),
            Units.count(comparison.findings().size()),
            Units.count(cells),
            failing == 1 ? "1 fails" : Units.count(failing) + " fail",
            Units.count(comparison.those(f -> f.verdict() == Verdict.IMPROVED).size())
                + " improved"));
  }
}
