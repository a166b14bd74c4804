package heapstakes.upgrade;

import heapstakes.allocator.Contestant;
import heapstakes.results.Cell;
import heapstakes.setting.SettingException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds out what an upgrade does to a trace, why, and what helps. */
public final class UpgradeStudy {
  /** A figure has changed where it moved by this share of the peak. */
  private static final double LEAST_SHARE = 0.005;

  private static final double LEAST_BYTES = 16 << 10;

  private final Side before;
  private final Side after;
  private final int repeats;
  private final int budget;

  /**
   * A study of any number of traces.
   *
   * @param repeats runs of each real library, at least 1
   * @param budget most replays in search of settings; 0: none is searched for
   * @throws SettingException when both cannot be compared
   */
  public UpgradeStudy(Side before, Side after, int repeats, int budget) {
    this.before = before;
    this.after = after;
    this.repeats = repeats;
    this.budget = budget;
    requireComparable(before, after);
  }

  /**
   * Checks that both ends are here in the same way.
   *
   * @throws SettingException when one has the library only and the other the model only
   */
  public static void requireComparable(Side before, Side after) {
    boolean real = before.library().isPresent() && after.library().isPresent();
    if (!real && (before.model().isEmpty() || after.model().isEmpty())) {
      Side missing = before.library().isEmpty() ? before : after;
      Side other = missing == before ? after : before;
      throw new SettingException(
          String.format(
              Locale.ROOT,
              """
              %s is here as a model only and %s as a library only, which cannot be compared.
                Add the library: heapstakes library add FILE\
              """,
              missing.name(),
              other.name()));
    }
  }

  private boolean areReal() {
    return before.library().isPresent() && after.library().isPresent();
  }

  /** Carries it out on a trace. */
  public Upgrade on(Replays replays) throws InterruptedException {
    Optional<Contestant> from = before.model().filter(model -> after.model().isPresent());
    Optional<Contestant> to = after.model().filter(model -> from.isPresent());
    List<Cell> models =
        from.isEmpty()
            ? List.of()
            : List.of(
                replays.model(from.get(), from.get().toString()),
                replays.model(to.orElseThrow(), to.get().toString()));
    // No real library runs on a machine that was asked for.
    boolean real = areReal() && (replays.isUsualMachine() || models.isEmpty());
    List<Cell> old = real ? replays.library(library(before), repeats) : models.subList(0, 1);
    List<Cell> young = real ? replays.library(library(after), repeats) : models.subList(1, 2);
    List<Figure> changed = changed(models);
    List<Figure> worse =
        changed.stream().filter(f -> grows(f, models.getFirst(), models.getLast())).toList();
    List<Difference> differences =
        from.isEmpty() ? List.of() : Difference.between(from.get(), to.orElseThrow());
    List<Attribution.Effect> effects = List.of();
    List<Attribution.Cause> causes = List.of();
    List<Remedy> remedies = List.of();
    if (!changed.isEmpty()) {
      Contestant model = to.orElseThrow();
      Attribution attribution =
          new Attribution(from.orElseThrow(), model, models.getFirst(), models.getLast(), replays);
      attribution.run(differences);
      effects = attribution.effects(changed);
      causes =
          differences.isEmpty() ? List.of() : changed.stream().map(attribution::cause).toList();
      remedies =
          budget == 0
              ? List.of()
              : new Remedies(worse, models.getFirst(), replays)
                  .find(model, models.getLast(), after.library().filter(library -> real), budget);
    }
    return new Upgrade(
        replays.trace().info(),
        before,
        after,
        old,
        young,
        real,
        models,
        differences,
        effects,
        causes,
        worse,
        budget > 0,
        remedies);
  }

  private static Contestant library(Side side) {
    return side.library().orElseThrow();
  }

  private static List<Figure> changed(List<Cell> models) {
    if (models.isEmpty() || !models.stream().allMatch(Attribution::hasEnded)) {
      return List.of();
    }
    double peak = Figure.PEAK.value(models.getFirst()).orElse(0);
    double least = Math.max(LEAST_BYTES, LEAST_SHARE * peak);
    return Figure.EXPLAINED.stream()
        .filter(f -> Math.abs(moved(f, models.getFirst(), models.getLast())) >= least)
        .toList();
  }

  private static boolean grows(Figure figure, Cell old, Cell young) {
    return moved(figure, old, young) > 0;
  }

  private static double moved(Figure figure, Cell old, Cell young) {
    return figure.value(young).orElse(0) - figure.value(old).orElse(0);
  }
}
