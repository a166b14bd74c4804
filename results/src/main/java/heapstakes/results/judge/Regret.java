package heapstakes.results.judge;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What it costs to have one contestant for everything instead of the best for each workload: the
 * ratio of its cost to the best one's, over all workloads and machines.
 *
 * @param contestant who
 * @param mean geometric mean of the ratios, at least 1
 * @param worst highest ratio
 * @param worstAt where that was
 * @param ran on how many workloads and machines it has a figure
 * @param of how many there are
 */
public record Regret(
    String contestant, double mean, double worst, CellKey worstAt, int ran, int of) {

  /** A workload on a machine. */
  private record Course(String workload, String trace, String memory, int threads) {
    static Course of(CellKey key) {
      return new Course(key.workload(), key.trace(), key.memory(), key.threads());
    }
  }

  /**
   * Everybody's, least first; who has no figure somewhere comes behind all who have them all.
   *
   * @param cells of any contestants, workloads and machines
   */
  public static List<Regret> of(List<Cell> cells, Objective objective) {
    Map<Course, Double> best = new LinkedHashMap<>();
    Map<String, List<Cell>> byContestant = new LinkedHashMap<>();
    for (Cell cell : cells) {
      OptionalDouble cost = objective.cost(cell);
      byContestant.computeIfAbsent(cell.key().contestant(), c -> new ArrayList<>());
      if (cost.isPresent()) {
        best.merge(Course.of(cell.key()), cost.getAsDouble(), Math::min);
        byContestant.get(cell.key().contestant()).add(cell);
      }
    }
    List<Regret> all = new ArrayList<>();
    byContestant.forEach((contestant, own) -> {
      if (!own.isEmpty()) {
        all.add(of(contestant, own, objective, best));
      }
    });
    all.sort(
        Comparator.comparingInt((Regret regret) -> -regret.ran())
            .thenComparingDouble(Regret::mean));
    return all;
  }

  private static Regret of(
      String contestant, List<Cell> cells, Objective objective, Map<Course, Double> best) {
    double logarithms = 0;
    double worst = 0;
    CellKey worstAt = cells.getFirst().key();
    for (Cell cell : cells) {
      double ratio =
          objective.cost(cell).orElseThrow() / best.getOrDefault(Course.of(cell.key()), 1.0);
      logarithms += Math.log(ratio);
      if (ratio > worst) {
        worst = ratio;
        worstAt = cell.key();
      }
    }
    return new Regret(
        contestant, Math.exp(logarithms / cells.size()), worst, worstAt, cells.size(), best.size());
  }
}
