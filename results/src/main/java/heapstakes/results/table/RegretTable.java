package heapstakes.results.table;

import heapstakes.results.Cell;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.Regret;
import heapstakes.results.table.TextTable.Entry;
import heapstakes.results.table.TextTable.Heading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Who would be taken if one had to serve for everything, and what that would cost. */
public final class RegretTable {
  private RegretTable() {}

  /**
   * The table.
   *
   * @param most rows
   * @return empty where nobody has a figure
   */
  public static String text(List<Cell> cells, Objective objective, int most, Style style) {
    List<Regret> all = Regret.of(cells, objective);
    if (all.isEmpty()) {
      return "";
    }
    TextTable table =
        new TextTable(
            List.of(
                Heading.texts("one for all, by " + objective.title()),
                Heading.numbers("", "mean loss"),
                Heading.numbers("", "worst loss"),
                Heading.numbers("", "ran"),
                Heading.texts("worst on")));
    for (Regret regret : all.subList(0, Math.min(most, all.size()))) {
      List<Entry> row = new ArrayList<>();
      row.add(new Entry(regret.contestant(), false));
      row.add(new Entry(ratio(regret.mean()), false));
      row.add(new Entry(ratio(regret.worst()), false));
      row.add(new Entry(String.format(Locale.ROOT, "%d/%d", regret.ran(), regret.of()), false));
      row.add(new Entry(regret.worstAt().workload() + ", " + regret.worstAt().memory(), false));
      table.add(row);
    }
    if (all.size() > most) {
      table.remark(String.format(Locale.ROOT, "and %d more", all.size() - most));
    }
    return table.render(style);
  }

  private static String ratio(double ratio) {
    return Units.significant(ratio);
  }
}
