package heapstakes.bench;

import heapstakes.os.Machine;
import heapstakes.results.run.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run is to do.
 *
 * @param entrants who takes part
 * @param courses on what
 * @param simulated memory for footprints of models; empty: not wanted
 * @param linux memory for timing, and for real libraries; empty: not wanted
 * @param profile how much time a fork of a timed cell gets
 * @param forks JVMs that a timed cell runs in, one after the other, at least 1
 */
public record RacePlan(
    List<Entrant> entrants,
    List<Course> courses,
    Optional<Machine> simulated,
    Optional<Machine> linux,
    Profile profile,
    int forks) {

  /** Every stage of every cell of {@code course}, in the order in which they are run. */
  public List<RaceTask> tasks(Course course) {
    List<RaceTask> tasks = new ArrayList<>();
    for (Stage stage : Stage.values()) {
      for (Entrant entrant : entrants) {
        memory(stage, entrant, course)
            .map(memory -> task(entrant, course, memory, stage))
            .ifPresent(tasks::add);
      }
    }
    return tasks;
  }

  private static RaceTask task(Entrant entrant, Course course, Machine memory, Stage stage) {
    return new RaceTask(
        entrant, course, entrant.key(course, memory.toString()), memory.toString(), stage);
  }

  /** Where the stage is run, if it is. */
  private Optional<Machine> memory(Stage stage, Entrant entrant, Course course) {
    boolean realAllowed = course.simulatedOnly().isEmpty();
    if (stage != Stage.FOOTPRINT) {
      return course.untimed().isEmpty() ? linux : Optional.empty();
    }
    if (entrant.isNative()) {
      return realAllowed ? linux : Optional.empty();
    }
    return simulated.or(() -> realAllowed ? linux : Optional.empty());
  }
}
