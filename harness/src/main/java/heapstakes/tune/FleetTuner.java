package heapstakes.tune;

import heapstakes.allocator.Contestant;
import heapstakes.results.Cell;
import heapstakes.results.judge.Objective;
import heapstakes.setting.Spec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * Looks for the one set of settings that serves many programs best, by steepest descent from stock:
 * of all single changes to the best so far, the best is taken, until none helps or the budget is
 * spent. Changes are tried on shortened programs first, and only a third of them, the best ones, on
 * whole programs. What is measured is deterministic, and so is the search.
 */
public final class FleetTuner {
  private static final int PART_THAT_GOES_ON = 3;
  private static final int FEWEST_THAT_GO_ON = 4;

  private final Contestant stock;
  private final Measure measure;
  private final Objective objective;
  private final double[] weights;
  private final boolean shortens;
  private final int budget;
  private final SequencedMap<Spec, FleetTrial> trials = new LinkedHashMap<>();
  private final SequencedSet<Spec> passedOver = new LinkedHashSet<>();
  private boolean exhausted;

  /** Replays contestants on every program. */
  @FunctionalInterface
  public interface Measure {
    /**
     * Replays them all, in any order; what it throws ends the search.
     *
     * @param shortened whether programs end early
     * @return figures of each contestant, in the order of the programs
     */
    List<List<Cell>> of(List<Contestant> contestants, boolean shortened);
  }

  /**
   * A search to be made.
   *
   * @param stock from which it starts, without settings
   * @param weights of the programs, above 0
   * @param shortens whether shortened programs are any shorter; without, all changes are tried on
   *     whole ones
   * @param budget most sets of settings that are tried on whole programs, at least 1
   */
  public FleetTuner(
      Contestant stock,
      Measure measure,
      Objective objective,
      double[] weights,
      boolean shortens,
      int budget) {
    this.shortens = shortens;
    this.stock = stock;
    this.measure = measure;
    this.objective = objective;
    this.weights = weights.clone();
    this.budget = budget;
  }

  /** Searches; the best of all. */
  public FleetTrial best() {
    Spec settings = stock.spec();
    List<Cell> whole = measure.of(List.of(stock), false).getFirst();
    List<Cell> shortened = shortens ? measure.of(List.of(stock), true).getFirst() : whole;
    FleetTrial best = new FleetTrial(stock, whole, mean(whole, whole));
    trials.put(settings, best);
    while (true) {
      FleetTrial next = best;
      for (Spec change : promising(settings, shortened)) {
        FleetTrial tried = trials.get(change);
        if (tried != null && tried.mean() < next.mean()) {
          next = tried;
          settings = change;
        }
      }
      if (next == best || exhausted) {
        return next;
      }
      best = next;
    }
  }

  /** Tries changes to {@code from}; those that were tried on whole programs. */
  private List<Spec> promising(Spec from, List<Cell> stockShortened) {
    List<Spec> changes =
        SettingChanges.of(stock, from).stream()
            .distinct()
            .filter(change -> !trials.containsKey(change))
            .toList();
    int wanted =
        shortens ? Math.max(FEWEST_THAT_GO_ON, changes.size() / PART_THAT_GOES_ON) : changes.size();
    int affordable = budget - trials.size();
    exhausted = affordable < Math.min(wanted, changes.size());
    if (affordable == 0) {
      return List.of();
    }
    List<Spec> kept =
        (shortens ? byMean(changes, stockShortened) : changes)
            .stream().limit(Math.min(wanted, affordable)).toList();
    List<FleetTrial> second = measured(kept, trials.firstEntry().getValue().cells(), false);
    for (int i = 0; i < kept.size(); i++) {
      trials.put(kept.get(i), second.get(i));
    }
    if (shortens) {
      passedOver.addAll(changes);
    }
    passedOver.removeAll(trials.keySet());
    return kept;
  }

  /** The best on shortened programs first. */
  private List<Spec> byMean(List<Spec> changes, List<Cell> stockShortened) {
    List<FleetTrial> all = measured(changes, stockShortened, true);
    SequencedMap<Spec, Double> means = new LinkedHashMap<>();
    for (int i = 0; i < changes.size(); i++) {
      means.put(changes.get(i), all.get(i).mean());
    }
    return changes.stream().sorted(Comparator.comparingDouble(means::get)).toList();
  }

  private List<FleetTrial> measured(List<Spec> settings, List<Cell> by, boolean shortened) {
    List<Contestant> contestants =
        settings.stream().map(set -> SettingChanges.made(stock, set)).toList();
    List<List<Cell>> cells = measure.of(contestants, shortened);
    List<FleetTrial> all = new ArrayList<>();
    for (int i = 0; i < contestants.size(); i++) {
      all.add(new FleetTrial(contestants.get(i), cells.get(i), mean(cells.get(i), by)));
    }
    return all;
  }

  private double mean(List<Cell> cells, List<Cell> by) {
    double logarithms = 0;
    double all = 0;
    for (int i = 0; i < cells.size(); i++) {
      OptionalDouble cost = objective.cost(cells.get(i));
      if (cost.isEmpty()) {
        return Double.POSITIVE_INFINITY;
      }
      // Where stock came to no end, whoever does is told by its own cost.
      double unit = objective.cost(by.get(i)).orElse(1);
      logarithms += weights[i] * Math.log(cost.getAsDouble() / unit);
      all += weights[i];
    }
    return Math.exp(logarithms / all);
  }

  /** What was tried on whole programs, stock first. */
  public List<FleetTrial> trials() {
    return List.copyOf(trials.values());
  }

  /** How many sets of settings were tried on shortened programs only. */
  public int passedOver() {
    return passedOver.size();
  }

  /** Whether the budget ended the search. */
  public boolean isExhausted() {
    return exhausted;
  }
}
