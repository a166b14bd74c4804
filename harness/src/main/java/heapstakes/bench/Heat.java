package heapstakes.bench;

import heapstakes.cell.LabelledContestant;
import heapstakes.os.Machine;
import heapstakes.results.run.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A workload with who runs on it, and where.
 *
 * @param course what
 * @param entrants who takes part
 * @param simulated memory for footprints of models; empty: not wanted
 * @param linux memory for timing, and for real libraries; empty: not wanted
 */
public record Heat(
    Course course,
    List<LabelledContestant> entrants,
    Optional<Machine> simulated,
    Optional<Machine> linux) {

  /** Every stage of every cell, in the order in which they are run. */
  List<RaceTask> tasks() {
    List<RaceTask> tasks = new ArrayList<>();
    for (Stage stage : Stage.values()) {
      for (LabelledContestant entrant : entrants) {
        memory(stage, entrant).map(memory -> task(entrant, memory, stage)).ifPresent(tasks::add);
      }
    }
    return tasks;
  }

  private RaceTask task(LabelledContestant entrant, Machine memory, Stage stage) {
    return new RaceTask(
        entrant,
        course,
        entrant.key(course.trace().info(), memory.toString()),
        memory.toString(),
        stage);
  }

  /** Where the stage is run, if it is. */
  private Optional<Machine> memory(Stage stage, LabelledContestant entrant) {
    boolean realAllowed = course.simulatedOnly().isEmpty();
    if (stage != Stage.FOOTPRINT) {
      return course.untimed().isEmpty() ? linux : Optional.empty();
    }
    if (!entrant.takesAnyMemory()) {
      return realAllowed ? linux : Optional.empty();
    }
    return simulated.or(() -> realAllowed ? linux : Optional.empty());
  }
}
