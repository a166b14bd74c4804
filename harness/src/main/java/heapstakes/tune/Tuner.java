package heapstakes.tune;

import heapstakes.allocator.Contestant;
import heapstakes.results.Cell;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.ParetoSet;
import heapstakes.setting.Spec;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Looks for the settings that serve an objective best, by steepest descent from stock: of all
 * single changes to the best so far, the best is taken, until none helps or the budget is spent.
 * What is measured is deterministic, and so is the search. It finds what single steps lead to;
 * settings that help only together it may miss.
 */
public final class Tuner {
  private final Contestant stock;
  private final Function<List<Contestant>, List<Cell>> measure;
  private final ToDoubleFunction<Cell> cost;
  private final Objective work;
  private final Objective other;
  private final int budget;
  private final SequencedMap<Spec, Trial> trials = new LinkedHashMap<>();

  /**
   * @param stock from which the search starts, without settings
   * @param measure replays them all, in any order, for as many figures; what it throws ends the
   *     search
   * @param objective what for; less of its cost is better
   * @param budget most replays, at least 1
   */
  public Tuner(
      Contestant stock,
      Function<List<Contestant>, List<Cell>> measure,
      Objective objective,
      int budget) {
    this(
        stock,
        measure,
        cell -> cost(cell, objective),
        objective.isForetold() ? objective : Objective.MODELLED_COST,
        objective.isForetold() || objective == Objective.MODELLED_COST
            ? Objective.RETAINED
            : objective,
        budget);
  }

  /**
   * The same for what is no objective of its own.
   *
   * @param cost of a replay; less is better, infinity for what gave no figure
   */
  public Tuner(
      Contestant stock,
      Function<List<Contestant>, List<Cell>> measure,
      ToDoubleFunction<Cell> cost,
      int budget) {
    this(stock, measure, cost, Objective.MODELLED_COST, Objective.RETAINED, budget);
  }

  private Tuner(
      Contestant stock,
      Function<List<Contestant>, List<Cell>> measure,
      ToDoubleFunction<Cell> cost,
      Objective work,
      Objective other,
      int budget) {
    this.stock = stock;
    this.work = work;
    this.measure = measure;
    this.cost = cost;
    this.other = other;
    this.budget = budget;
  }

  /** Searches; the best of all. */
  public Trial best() {
    Spec settings = stock.spec();
    tryOut(List.of(settings));
    Trial best = trials.firstEntry().getValue();
    while (true) {
      List<Spec> changes =
          SettingChanges.of(stock, settings).stream()
              .distinct()
              .filter(c -> !trials.containsKey(c))
              .toList();
      List<Spec> affordable = changes.subList(0, Math.min(changes.size(), budget - trials.size()));
      tryOut(affordable);
      Trial next = best;
      for (Spec change : affordable) {
        Trial tried = Objects.requireNonNull(trials.get(change));
        if (order().compare(tried, next) < 0) {
          next = tried;
          settings = change;
        }
      }
      if (next == best || affordable.size() < changes.size()) {
        return next;
      }
      best = next;
    }
  }

  private void tryOut(List<Spec> settings) {
    List<Contestant> contestants =
        settings.stream().map(set -> SettingChanges.made(stock, set)).toList();
    List<Cell> cells = measure.apply(contestants);
    for (int i = 0; i < settings.size(); i++) {
      trials.put(settings.get(i), new Trial(contestants.get(i), cells.get(i)));
    }
  }

  /** Best first; of those that serve the objective alike, the one of less work for the kernel. */
  private Comparator<Trial> order() {
    return Comparator.<Trial>comparingDouble(t -> cost.applyAsDouble(t.cell()))
        .thenComparingDouble(t -> cost(t.cell(), Objective.MODELLED_COST));
  }

  /** What was never reached costs more than anything. */
  private static double cost(Cell cell, Objective objective) {
    return objective.cost(cell).orElse(Double.POSITIVE_INFINITY);
  }

  /** What was tried so far, stock first. */
  public List<Trial> trials() {
    return List.copyOf(trials.values());
  }

  /**
   * Those that nobody beats in both modelled cost and the objective; where that is a time or the
   * modelled cost, in that and retained memory. Of equals the first that was tried.
   */
  public List<Trial> unbeaten() {
    SequencedMap<List<Double>, Trial> distinct = new LinkedHashMap<>();
    for (Trial trial : trials.values()) {
      distinct.putIfAbsent(List.of(cost(trial.cell(), work), cost(trial.cell(), other)), trial);
    }
    return ParetoSet.of(
        List.copyOf(distinct.values()),
        trial -> cost(trial.cell(), work),
        trial -> cost(trial.cell(), other));
  }
}
