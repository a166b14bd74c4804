package heapstakes.bench;

import java.util.List;

/**
 * What a run is to do.
 *
 * @param heats one a workload
 * @param profile how much time a fork of a timed cell gets
 * @param forks JVMs that a timed cell runs in, one after the other, at least 1
 */
public record RacePlan(List<Heat> heats, Profile profile, int forks) {
  /** Every workload. */
  public List<Course> courses() {
    return heats.stream().map(Heat::course).toList();
  }

  /** Everybody who takes part somewhere. */
  public List<Entrant> entrants() {
    return heats.stream().flatMap(heat -> heat.entrants().stream()).distinct().toList();
  }

  /** Every stage of every cell of {@code course}, in the order in which they are run. */
  public List<RaceTask> tasks(Course course) {
    return heats.stream()
        .filter(heat -> heat.course().equals(course))
        .flatMap(heat -> heat.tasks().stream())
        .toList();
  }
}
