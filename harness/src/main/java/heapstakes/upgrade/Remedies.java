package heapstakes.upgrade;

import heapstakes.allocator.Contestant;
import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.setting.Settings;
import heapstakes.tune.Trial;
import heapstakes.tune.Tuner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The settings of the version after that bring back what became worse. */
final class Remedies {
  /** Fewer than so much of it is no remedy. */
  private static final double LEAST = 0.5;

  /** Of more remedies the best so many. */
  private static final int MOST = 3;

  private final List<Figure> worse;
  private final Cell old;
  private final Replays replays;

  /**
   * A search to be made.
   *
   * @param worse figures that grew
   * @param old figures of the version before
   */
  Remedies(List<Figure> worse, Cell old, Replays replays) {
    this.worse = worse;
    this.old = old;
    this.replays = replays;
  }

  /**
   * The best, each tried on the library too where that is here.
   *
   * @param after model of the version after
   * @param young its figures
   * @param library the real one
   * @param budget most replays of the model
   */
  List<Remedy> find(Contestant after, Cell young, Optional<Contestant> library, int budget)
      throws InterruptedException {
    if (worse.isEmpty() || after.provider().worthTrying().isEmpty()) {
      return List.of();
    }
    Tuner tuner =
        new Tuner(
            after,
            contestants ->
                contestants.stream().map(c -> replays.model(c, "setting " + c.settings())).toList(),
            this::excess,
            budget);
    tuner.best();
    double stock = excess(young);
    List<Trial> trials =
        tuner.trials().stream()
            .filter(trial -> 1 - excess(trial.cell()) / stock >= LEAST)
            .sorted(
                Comparator.<Trial>comparingLong(
                        trial -> Math.round(100 * excess(trial.cell()) / stock))
                    .thenComparing(trial -> trial.contestant().settings().given().size())
                    .thenComparingDouble(Remedies::cost))
            .toList();
    List<Remedy> remedies = new ArrayList<>();
    for (Trial trial : trials) {
      if (remedies.size() == MOST || remedies.stream().anyMatch(r -> isPartOf(r, trial))) {
        continue; // a setting more than is needed
      }
      remedies.add(
          new Remedy(
              trial.contestant(),
              trial.cell(),
              1 - excess(trial.cell()) / stock,
              library.isPresent()
                  ? Optional.of(
                      replays.library(set(library.get(), trial.contestant()), 1).getFirst())
                  : Optional.empty()));
    }
    return remedies;
  }

  private static boolean isPartOf(Remedy remedy, Trial trial) {
    return trial
        .contestant()
        .settings()
        .given()
        .entrySet()
        .containsAll(remedy.model().settings().given().entrySet());
  }

  private static double cost(Trial trial) {
    return trial.cell().number(Column.MODELLED_NS_PER_OP).orElse(0);
  }

  /** The library set as the model is. */
  private static Contestant set(Contestant library, Contestant model) {
    return new Contestant(
        library.provider(),
        library.version(),
        Settings.of(
            library.allocator(),
            library.provider().settings(),
            model.provider().optionsFor(model.settings())));
  }

  /** Bytes by which what grew is above the version before; infinite for what failed. */
  private double excess(Cell cell) {
    return Attribution.hasEnded(cell)
        ? worse.stream()
            .mapToDouble(f -> f.value(cell).orElse(0) - f.value(old).orElse(0))
            .map(bytes -> Math.max(0, bytes))
            .sum()
        : Double.POSITIVE_INFINITY;
  }
}
