package heapstakes.results.table;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.table.TextTable.Entry;
import heapstakes.results.table.TextTable.Heading;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/**
 * Who is best for what over all workloads: by the geometric mean of the ratios to the best of each
 * workload. Wall-clock time is compared between real libraries only where there are two of them: a
 * model's own speed cannot be deployed.
 */
public final class Winners {
  // One page: keeps a ratio finite where somebody holds nothing, and tells 0 from 1 page.
  private static final double PAGE_BYTES = 4096;

  private enum Objective {
    FASTEST("fastest", Column.THROUGHPUT_OPS_PER_S, 0),
    STEADIEST("steadiest (p99.9)", Column.LATENCY_P99_9_NS, 1),
    LEAST_KERNEL_WORK("least modelled cost", Column.MODELLED_NS_PER_OP, 1),
    SMALLEST_PEAK("smallest peak", Column.PEAK_RESIDENT_BYTES, PAGE_BYTES),
    LEAST_RETAINED("least kept afterwards", Column.RETAINED_BYTES, PAGE_BYTES),
    SMALLEST_BILL("smallest memory bill", Column.RESIDENT_BYTE_SECONDS, 1);

    private final String title;
    private final Column column;
    private final double floor;

    Objective(String title, Column column, double floor) {
      this.title = title;
      this.column = column;
      this.floor = floor;
    }
  }

  private final Style style;
  private final UnaryOperator<String> deployableForm;

  /**
   * @param deployableForm how to run a real program with a contestant, or an empty text
   */
  public Winners(Style style, UnaryOperator<String> deployableForm) {
    this.style = style;
    this.deployableForm = deployableForm;
  }

  /** A line for each objective that has a winner; empty when none has. */
  public String render(List<Cell> cells) {
    List<Race> races = Race.of(cells, key -> List.of());
    TextTable table =
        new TextTable(
            List.of(
                Heading.texts("best over all workloads"),
                Heading.texts("contestant"),
                Heading.texts("against the next")));
    List<String> deploy = new ArrayList<>();
    boolean any = false;
    for (Objective objective : Objective.values()) {
      List<Map.Entry<String, Double>> ranking = ranking(races, objective);
      if (ranking.size() > 1) {
        any = true;
        table.add(row(objective, ranking));
        note(deploy, ranking.getFirst().getKey());
      }
    }
    return any ? style.fit(table.render(style) + String.join("", deploy)) : "";
  }

  private void note(List<String> deploy, String contestant) {
    String form = deployableForm.apply(contestant);
    String line = "  deploy %s: %s%n".formatted(contestant, form);
    if (!form.isEmpty() && !deploy.contains(line)) {
      deploy.add(line);
    }
  }

  private static List<Entry> row(Objective objective, List<Map.Entry<String, Double>> ranking) {
    double lead = ranking.get(1).getValue() / ranking.getFirst().getValue();
    String next = ranking.get(1).getKey();
    return List.of(
        new Entry(objective.title, false),
        new Entry(ranking.getFirst().getKey(), false),
        new Entry(
            lead < 1.005
                ? "level with " + next
                : String.format(Locale.ROOT, "%.2f × ahead of %s", lead, next),
            false));
  }

  /** Contestants with their mean ratio to the best of each workload, 1 or more; best first. */
  private static List<Map.Entry<String, Double>> ranking(List<Race> races, Objective objective) {
    SequencedMap<String, Double> logarithms = new LinkedHashMap<>();
    SequencedMap<String, Integer> taken = new LinkedHashMap<>();
    int counted = 0;
    for (Race race : races) {
      List<Standing> eligible = eligible(race, objective);
      OptionalDouble best = eligible.stream().mapToDouble(s -> cost(s, objective)).min();
      if (best.isEmpty()) {
        continue;
      }
      counted++;
      for (Standing standing : eligible) {
        double ratio = Math.log(cost(standing, objective) / best.getAsDouble());
        logarithms.merge(standing.contestant(), ratio, Double::sum);
        taken.merge(standing.contestant(), 1, Integer::sum);
      }
    }
    int all = counted;
    return logarithms.entrySet().stream()
        .filter(e -> taken.getOrDefault(e.getKey(), 0) == all)
        .map(e -> Map.entry(e.getKey(), Math.exp(e.getValue() / all)))
        .sorted(Map.Entry.comparingByValue())
        .toList();
  }

  private static List<Standing> eligible(Race race, Objective objective) {
    List<Standing> measured =
        race.standings().stream()
            .filter(s -> s.competes() && s.number(objective.column).isPresent())
            .toList();
    List<Standing> real = measured.stream().filter(Standing::isNative).toList();
    boolean wallClock = objective.column.origin() == Column.Origin.WALL_CLOCK;
    return wallClock && real.size() > 1 ? real : measured;
  }

  /** Lower is better, and never 0. */
  private static double cost(Standing standing, Objective objective) {
    double value = standing.number(objective.column).orElseThrow();
    return objective.column.better() == Column.Better.HIGHER
        ? 1 / Math.max(value, 1e-9)
        : Math.max(value, 0) + objective.floor;
  }
}
