package heapstakes.results.page;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.ParetoSet;
import heapstakes.results.judge.Regret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Contestants over all workloads and machines of a run by two costs, each in multiples of the best
 * of each workload, geometric mean; only who ran everywhere.
 *
 * @param across first cost
 * @param up second cost
 * @param points in the order of the run
 * @param front those that nobody beats in both, the best at the first cost first
 */
record Fleet(Objective across, Objective up, List<Point> points, List<Point> front) {
  /** Costs of time, what is measured before what is priced. */
  private static final List<Objective> TIMES =
      List.of(Objective.ONE_LIFE, Objective.FORECAST_ONE_LIFE, Objective.MODELLED_COST);

  /** A contestant: 1 is the best everywhere. */
  record Point(String contestant, double across, double up) {}

  /**
   * Each pair of costs that at least two contestants have on at least two workloads or machines.
   */
  static List<Fleet> of(List<Cell> cells) {
    List<Fleet> all = new ArrayList<>();
    Optional<Objective> time =
        TIMES.stream()
            .filter(of -> cells.stream().anyMatch(c -> of.cost(c).isPresent()))
            .findFirst();
    time.ifPresent(of -> {
      add(cells, Objective.RETAINED, of, all);
      add(cells, Objective.PEAK, of, all);
    });
    add(cells, Objective.PEAK, Objective.RETAINED, all);
    return all;
  }

  private static void add(List<Cell> cells, Objective across, Objective up, List<Fleet> to) {
    Map<String, Double> first = means(cells, across);
    Map<String, Double> second = means(cells, up);
    List<Point> points = new ArrayList<>();
    first.forEach((contestant, loss) -> {
      Double other = second.get(contestant);
      if (other != null) {
        points.add(new Point(contestant, loss, other));
      }
    });
    if (points.size() > 1) {
      to.add(new Fleet(across, up, points, ParetoSet.of(points, Point::across, Point::up)));
    }
  }

  private static Map<String, Double> means(List<Cell> cells, Objective objective) {
    List<Cell> rivals = cells.stream().filter(Fleet::competes).toList();
    Map<String, Double> means = new LinkedHashMap<>();
    for (Regret regret : Regret.of(rivals, objective)) {
      if (regret.ran() == regret.of() && regret.of() > 1) {
        means.put(regret.contestant(), regret.mean());
      }
    }
    return means;
  }

  private static boolean competes(Cell cell) {
    String kind = cell.text(Column.KIND);
    return !kind.equals("floor") && !kind.equals("experiment");
  }
}
