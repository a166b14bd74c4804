package heapstakes.bench;

import heapstakes.allocator.Capability;
import heapstakes.cell.LabelledContestant;
import heapstakes.meter.Turns;
import heapstakes.os.Machine;
import heapstakes.results.run.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A workload with who runs on it, and where.
 *
 * @param workload what
 * @param contestants who takes part
 * @param simulated memory for footprints of models; empty: not wanted
 * @param linux memory for timing, and for real libraries; empty: not wanted
 * @param timed who is timed, of those that can be
 */
public record WorkloadPlan(
    TracedWorkload workload,
    List<LabelledContestant> contestants,
    Optional<Machine> simulated,
    Optional<Machine> linux,
    Timed timed) {

  /** Who is timed. */
  public enum Timed {
    /** Models beside real libraries in processes of their own, too. */
    ALL,
    /**
     * Real libraries alone where there are any: the speed of models is that of Java, and no answer
     * to who asks for a library.
     */
    LIBRARIES,
    /** Nobody. */
    NOBODY
  }

  /** Every stage of every cell, in the order in which they are run. */
  List<StageTask> tasks() {
    List<StageTask> tasks = new ArrayList<>();
    for (Stage stage : Stage.values()) {
      for (LabelledContestant contestant : contestants) {
        memory(stage, contestant)
            .map(memory -> task(contestant, memory, stage))
            .ifPresent(tasks::add);
      }
    }
    return tasks;
  }

  private StageTask task(LabelledContestant contestant, Machine memory, Stage stage) {
    return new StageTask(
        contestant,
        workload,
        contestant.key(workload.trace().info(), memory.toString()),
        memory.toString(),
        stage);
  }

  private boolean isTimed(LabelledContestant contestant) {
    if (timed == Timed.NOBODY) {
      return false;
    }
    boolean inAProcess = Turns.inAProcess(contestant.contestant());
    return contestant.takesAnyMemory()
        ? timed == Timed.ALL
            || contestants.stream().noneMatch(c -> Turns.inAProcess(c.contestant()))
        : inAProcess || !contestant.contestant().provider().needsAProcess();
  }

  /** Where the stage is run, if it is. */
  private Optional<Machine> memory(Stage stage, LabelledContestant contestant) {
    boolean realAllowed = workload.simulatedOnly().isEmpty();
    if (stage != Stage.FOOTPRINT) {
      return workload.untimed().isEmpty() && isTimed(contestant) ? linux : Optional.empty();
    }
    boolean canFollow = !workload.forks() || contestant.contestant().can(Capability.FORKS);
    if (!contestant.takesAnyMemory()) {
      return realAllowed && canFollow ? linux : Optional.empty();
    }
    return simulated.or(() -> realAllowed && !workload.forks() ? linux : Optional.empty());
  }
}
