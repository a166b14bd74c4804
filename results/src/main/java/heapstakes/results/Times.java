package heapstakes.results;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The two times of a contestant on a workload, in ns an operation.
 *
 * @param oneLife of a fresh process, page faults and growth included: what a command-line program
 *     pays
 * @param steady of a heap that lives on: what a service pays
 * @param rounds whose lower quartiles they are, in order
 */
public record Times(Optional<Interval> oneLife, Optional<Interval> steady, List<Round> rounds) {
  /** Rounds that disagree by more, as {@link Interval#spread} has it, name no winner. */
  public static final double MOST_SPREAD = 0.2;

  /**
   * A round.
   *
   * @param oneLife ns an operation; empty where it was not measured
   * @param steady ns an operation; empty where it was not measured
   * @param waited wall time as a multiple of the time that the contestant had a processor
   */
  public record Round(OptionalDouble oneLife, OptionalDouble steady, double waited) {}
}
