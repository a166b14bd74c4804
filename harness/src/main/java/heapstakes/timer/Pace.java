package heapstakes.timer;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * How fast the processor was in each turn of a workload, by the pulse beside it, and what it cost:
 * another machine's thread at work on the same core makes the same work up to twice as long (ADR
 * 0008). Of memory that is waited for it costs less than of the pulse; how much is told from the
 * turns themselves.
 *
 * @param calm ns of a pulse in the calmest turn
 * @param cost how much longer turns take where a pulse takes twice as long, 1 being as long again
 */
public record Pace(double calm, double cost) {
  /** Mostly no contestant is further from what those of a workload have in common (ADR 0008). */
  private static final double DOUBT = 0.25;

  private static final double LEAST_COST = 0.2;
  private static final double USUAL_COST = 0.7;
  private static final double MOST_COST = 1.3;

  /** Turns that are closer say more of their noise than of the processor. */
  private static final double APART = 0.1;

  /**
   * Of turns on one workload.
   *
   * @param alike lists of turns, each of the same contestant and kind
   * @return empty where the pulse of one is not known
   */
  public static Optional<Pace> of(Collection<List<Turn>> alike) {
    double calm =
        alike.stream().flatMap(List::stream).mapToDouble(Turn::pulse).min().orElse(Double.NaN);
    if (Double.isNaN(calm)) { // as the least of several is where one is
      return Optional.empty();
    }
    double[] costs = alike.stream().flatMapToDouble(turns -> costs(turns, calm)).sorted().toArray();
    double median = costs.length == 0 ? USUAL_COST : costs[costs.length / 2];
    return Optional.of(new Pace(calm, Math.clamp(median, LEAST_COST, MOST_COST)));
  }

  /** What every two turns that are apart say. */
  private static DoubleStream costs(List<Turn> turns, double calm) {
    return turns.stream()
        .flatMapToDouble(slow ->
            turns.stream()
                .filter(quick -> (slow.pulse() - quick.pulse()) / calm > APART)
                .mapToDouble(quick -> cost(slow, quick, calm)));
  }

  /** That makes both the same once it is taken off. */
  private static double cost(Turn slow, Turn quick, double calm) {
    double less =
        quick.nanosPerOperation() * (slow.pulse() / calm - 1)
            - slow.nanosPerOperation() * (quick.pulse() / calm - 1);
    double more = slow.nanosPerOperation() - quick.nanosPerOperation();
    return less > 0 ? more / less : MOST_COST;
  }

  /** ns an operation of each, as if the processor had been as fast as in the calmest. */
  public double[] nanos(List<Turn> turns) {
    return nanos(turns, cost);
  }

  /** The least that they may be. */
  public double[] least(List<Turn> turns) {
    return nanos(turns, cost * (1 + DOUBT));
  }

  /** The most that they may be. */
  public double[] most(List<Turn> turns) {
    return nanos(turns, cost * (1 - DOUBT));
  }

  private double[] nanos(List<Turn> turns, double by) {
    return turns.stream()
        .mapToDouble(turn -> turn.nanosPerOperation() / (1 + by * (turn.pulse() / calm - 1)))
        .toArray();
  }
}
