package heapstakes.results;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The two times of a contestant on a workload, in ns an operation.
 *
 * @param oneLife of a fresh process, page faults and growth included: what a command-line program
 *     pays
 * @param steady of a heap that lives on: what a service pays
 * @param rounds that they come from, in order
 */
public record Times(Optional<Interval> oneLife, Optional<Interval> steady, List<Round> rounds) {
  /** Rounds that disagree by more, as {@link Interval#spread} has it, name no winner. */
  public static final double MOST_SPREAD = 0.1;

  /**
   * A round.
   *
   * @param oneLife ns an operation; empty where it was not measured
   * @param steady ns an operation; empty where it was not measured
   * @param waited wall time as a multiple of the time that the contestant had a processor
   */
  public record Round(OptionalDouble oneLife, OptionalDouble steady, double waited) {}

  /** What is to be said against them, a clause; empty for nothing. */
  public String doubt() {
    double spread =
        Math.max(
            oneLife.map(Interval::spread).orElse(0.0), steady.map(Interval::spread).orElse(0.0));
    return spread <= MOST_SPREAD
        ? ""
        : String.format(
            Locale.ROOT,
            "its rounds disagree by \u00b1%.0f %%, the machine was too busy to tell",
            100 * spread);
  }
}
