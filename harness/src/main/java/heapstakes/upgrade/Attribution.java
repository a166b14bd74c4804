package heapstakes.upgrade;

import heapstakes.allocator.Contestant;
import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Which rules make a change: each is put alone into the version before, and taken alone out of the
 * version after. The models are exact, and so is what comes out; that rules may need one another
 * shows where both disagree.
 */
public final class Attribution {
  /** What a rule does to less than this share of a change is not told. */
  private static final double LEAST = 0.02;

  /** Rules make a change where what they make of it is within this share of the whole. */
  public static final double TOLERANCE = 0.05;

  private static final int MOST_TOGETHER = 6;

  /**
   * What a difference does.
   *
   * @param difference which
   * @param putIn figures of the version before with it alone
   * @param takenOut figures of the version after without it
   */
  public record Effect(Difference difference, Cell putIn, Cell takenOut) {}

  /**
   * The fewest that were found to explain a change.
   *
   * @param figure that changes
   * @param differences put into the version before
   * @param share of the change that they make, 1 for all of it
   */
  public record Cause(Figure figure, List<Difference> differences, double share) {}

  private final Contestant before;
  private final Contestant after;
  private final Cell old;
  private final Cell young;
  private final Replays replays;
  private final List<Effect> effects = new ArrayList<>();
  private final Map<List<Difference>, Cell> mixtures = new LinkedHashMap<>();

  /**
   * An attribution to be made.
   *
   * @param old figures of {@code before}
   * @param young figures of {@code after}
   */
  Attribution(Contestant before, Contestant after, Cell old, Cell young, Replays replays) {
    this.before = before;
    this.after = after;
    this.old = old;
    this.young = young;
    this.replays = replays;
  }

  /** Replays both ways for each of {@code differences}. */
  void run(List<Difference> differences) {
    for (Difference difference : differences) {
      List<Difference> alone = List.of(difference);
      String name = difference.rule().subject();
      Cell putIn = replays.model(Difference.mix(before, after, alone), "put in: " + name);
      mixtures.put(alone, putIn);
      effects.add(
          new Effect(
              difference,
              putIn,
              replays.model(Difference.mix(after, before, alone), "taken out: " + name)));
    }
  }

  /** Those that do something to {@code figures}, the strongest first. */
  List<Effect> effects(List<Figure> figures) {
    return effects.stream()
        .filter(effect -> strength(effect, figures) >= LEAST)
        .sorted(Comparator.comparingDouble(e -> -strength(e, figures)))
        .toList();
  }

  private double strength(Effect effect, List<Figure> figures) {
    return figures.stream().mapToDouble(figure -> strength(effect, figure)).max().orElse(0);
  }

  private double strength(Effect effect, Figure figure) {
    return Math.max(
        Math.abs(share(figure, effect.putIn)), Math.abs(1 - share(figure, effect.takenOut)));
  }

  /** How much of the change is in {@code cell}: 0 as before, 1 as after; 0 where it failed. */
  private double share(Figure figure, Cell cell) {
    OptionalDouble from = figure.value(old);
    OptionalDouble to = figure.value(young);
    OptionalDouble here = figure.value(cell);
    boolean known = from.isPresent() && to.isPresent() && here.isPresent() && hasEnded(cell);
    return known
        ? (here.getAsDouble() - from.getAsDouble()) / (to.getAsDouble() - from.getAsDouble())
        : 0;
  }

  /** Whether its figures are those of the whole trace. */
  static boolean hasEnded(Cell cell) {
    return cell.text(Column.STATUS).equals(Status.OK.word());
  }

  /** The cause of a change: rules are added, the strongest first, until they make all of it. */
  Cause cause(Figure figure) {
    List<Difference> together = new ArrayList<>();
    double share = 0;
    for (Effect effect : effects(List.of(figure))) {
      if (Math.abs(1 - share) <= TOLERANCE || together.size() == MOST_TOGETHER) {
        break;
      }
      List<Difference> more = new ArrayList<>(together);
      more.add(effect.difference);
      double reached = share(figure, mixture(more));
      if (together.isEmpty() || Math.abs(1 - reached) < Math.abs(1 - share)) {
        together = more;
        share = reached;
      }
    }
    return new Cause(figure, List.copyOf(together), share);
  }

  private Cell mixture(List<Difference> differences) {
    return mixtures.computeIfAbsent(
        List.copyOf(differences),
        all ->
            replays.model(
                Difference.mix(before, after, all), "together: " + all.size() + " rules"));
  }
}
