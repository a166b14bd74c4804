package heapstakes.bench;

import heapstakes.allocator.Contestant;
import heapstakes.cell.LabelledContestant;
import heapstakes.results.WorkloadNames;
import java.util.List;
import java.util.Optional;

/**
 * What a run is to do.
 *
 * @param heats one a workload
 * @param profile how much time a fork of a timed cell gets
 * @param forks JVMs that a timed cell runs in, one after the other, at least 1
 * @param relativeTo contestant that takes turns with the timed one in each fork
 */
public record RacePlan(
    List<Heat> heats, Profile profile, int forks, Optional<Contestant> relativeTo) {
  /** Every workload. */
  public List<Course> courses() {
    return heats.stream().map(Heat::course).toList();
  }

  /** Names under which the workloads are shown. */
  public WorkloadNames names() {
    WorkloadNames names = new WorkloadNames();
    courses().forEach(course -> names.add(course.name(), course.trace().info().sha256()));
    return names;
  }

  /** Everybody who takes part somewhere. */
  public List<LabelledContestant> entrants() {
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
