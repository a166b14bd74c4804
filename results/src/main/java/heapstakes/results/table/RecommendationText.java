package heapstakes.results.table;

import heapstakes.results.Cell;
import heapstakes.results.Times;
import heapstakes.results.judge.Recommendation;
import heapstakes.results.judge.Recommendation.Pick;
import heapstakes.results.judge.Recommendation.Price;
import heapstakes.results.judge.WorkloadResults;
import heapstakes.results.table.TextTable.Entry;
import heapstakes.results.table.TextTable.Heading;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** "Which one should I take?", answered on a terminal. */
public final class RecommendationText {
  /** Beyond it the smaller of the two is next to nothing, and the ratio says no more. */
  private static final long MOST_TOLD = 1_000_000;

  private final Style style;
  private final UnaryOperator<String> deployableForm;

  /**
   * @param deployableForm how to run a real program with a contestant, or an empty text
   */
  public RecommendationText(Style style, UnaryOperator<String> deployableForm) {
    this.style = style;
    this.deployableForm = deployableForm;
  }

  /**
   * The best for each objective and what that costs; empty where there is nobody to choose from.
   */
  public String render(List<Cell> cells) {
    StringBuilder out = new StringBuilder();
    for (Recommendation advice : Recommendation.of(cells)) {
      out.append(out.isEmpty() ? "" : "\n").append(render(advice));
    }
    return style.fit(out + untold(cells));
  }

  private static String untold(List<Cell> cells) {
    return WorkloadResults.of(cells, key -> List.of()).stream()
        .filter(WorkloadResults::isTooBusy)
        .map(results ->
            String.format(
                Locale.ROOT,
                "nobody is best in speed or latency on %s: rounds disagree by %s, more than"
                    + " ±%.0f %%, the machine was too busy to tell%n",
                results.workload(),
                disagreement(results),
                100 * Times.MOST_SPREAD))
        .collect(Collectors.joining());
  }

  /** By how much rounds disagree; what is beyond a bound never looks like the bound itself. */
  static String disagreement(WorkloadResults results) {
    return String.format(
        Locale.ROOT, "±%.1f %%", Math.ceil(1000 * results.disagreement() - 1e-6) / 10);
  }

  private String render(Recommendation advice) {
    TextTable table =
        new TextTable(
            List.of(
                Heading.texts("best of " + advice.field().title()),
                Heading.texts("contestant"),
                Heading.texts("against the next")));
    Set<String> named = new LinkedHashSet<>();
    for (Pick pick : advice.picks()) {
      table.add(
          List.of(
              new Entry(pick.objective().title(), false),
              new Entry(pick.contestant(), false),
              new Entry(lead(pick), false)));
      if (!pick.price().isEmpty()) {
        table.remark("    behind the best in " + price(pick));
      }
      named.add(pick.contestant());
    }
    named.addAll(advice.unbeaten());
    return table.render(style) + unbeaten(advice) + deploy(named);
  }

  private static String lead(Pick pick) {
    if (Double.isInfinite(pick.lead())) {
      return pick.next() + " never does";
    }
    return pick.isLevel()
        ? "level with " + pick.next()
        : String.format(
            Locale.ROOT, "%s%s ahead of %s", times(pick.lead()), sure(pick), pick.next());
  }

  private static String sure(Pick pick) {
    return pick.sure().isEmpty()
        ? ""
        : String.format(Locale.ROOT, " (%s at least)", times(pick.sure().getAsDouble()));
  }

  private static String price(Pick pick) {
    return pick.price().entrySet().stream()
        .map(entry -> entry.getKey().title() + " " + range(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String range(Price price) {
    return range(price.least(), price.most());
  }

  /** {@code 1.20–3.40 ×}, or the one where both look alike. */
  static String range(double least, double most) {
    String low = times(least);
    String high = times(most);
    return low.equals(high) || Double.isInfinite(most) ? high : low.replace(" ×", "") + "–" + high;
  }

  static String times(double ratio) {
    if (Double.isInfinite(ratio)) {
      return "(never)";
    }
    if (ratio > MOST_TOLD) {
      return "over " + Units.count(MOST_TOLD) + " ×";
    }
    if (ratio >= 100) {
      return Units.count(Math.round(ratio)) + " ×";
    }
    return String.format(Locale.ROOT, ratio < 0.1 ? "%.3f ×" : "%.2f ×", ratio);
  }

  private static String unbeaten(Recommendation advice) {
    return advice.unbeaten().isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            "unbeaten in both %s and retained memory: %s%n",
            advice.speed().title(),
            String.join(", ", advice.unbeaten()));
  }

  private String deploy(Set<String> named) {
    List<String> lines = new ArrayList<>();
    for (String contestant : named) {
      String form = deployableForm.apply(contestant);
      if (!form.isEmpty()) {
        lines.add(String.format(Locale.ROOT, "  deploy %s: %s%n", contestant, form));
      }
    }
    return String.join("", lines);
  }
}
