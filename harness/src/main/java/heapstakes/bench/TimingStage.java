package heapstakes.bench;

import heapstakes.allocator.Contestant;
import heapstakes.bench.ForkOutcome.Died;
import heapstakes.bench.ForkOutcome.Measured;
import heapstakes.cell.LabelledContestant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Times all contestants of a workload at the same time, in turns, as often as there are forks. What
 * was ended for want of time can be taken up again: rounds add up.
 */
final class TimingStage {
  private final RunPlan plan;
  private final List<StageTask> alive;
  private final Optional<StageTask> reference;
  private final List<StageTask> starters;
  private final Heat heat;
  private final SequencedMap<StageTask, TimedCell> cells = new LinkedHashMap<>();
  private final HeatRounds rounds = new HeatRounds();
  private int forks;

  /**
   * Of {@code tasks}, all of one workload.
   *
   * @param listener not told of turns if somebody takes part that was not asked for
   * @param limits after which a fork is ended that is not done with one request
   */
  TimingStage(
      RunPlan plan,
      TimedFork fork,
      List<StageTask> tasks,
      RunListener listener,
      Function<StageTask, Duration> limits) {
    this.plan = plan;
    this.alive = List.copyOf(tasks);
    this.reference = plan.relativeTo().flatMap(by -> reference(by, alive));
    boolean isExtra = reference.isPresent() && !alive.contains(reference.get());
    this.starters = new ArrayList<>(alive);
    reference.filter(task -> isExtra).ifPresent(starters::addFirst);
    this.heat = new Heat(plan, fork, isExtra ? RunListener.NONE : listener, limits);
  }

  private static Optional<StageTask> reference(Contestant contestant, List<StageTask> tasks) {
    LabelledContestant labelled = LabelledContestant.of(contestant);
    return tasks.stream()
        .filter(task -> task.contestant().toString().equals(labelled.toString()))
        .findFirst()
        .or(() -> tasks.stream().findFirst().map(task -> task.of(labelled)));
  }

  /**
   * One fork more, and as many as the run is to have.
   *
   * @param isLate whether rounds have had their time
   * @param died is told who takes part no more
   */
  void run(BooleanSupplier isLate, BiConsumer<StageTask, Died> died) {
    boolean isEnough = false;
    for (int more = Math.max(1, plan.forks() - forks); more > 0 && !isEnough; more--) {
      if (!starters.isEmpty()) {
        forks++;
        heat.run(List.copyOf(starters), forks, isLate)
            .forEach((task, outcome) -> {
              switch (outcome) {
                case Died how -> {
                  starters.remove(task);
                  died.accept(task, how);
                }
                case Measured measured -> {
                  cells.computeIfAbsent(task, t -> new TimedCell()).add(measured);
                  rounds.add(task, measured.rounds());
                }
              }
            });
      }
      isEnough = isLate.getAsBoolean();
    }
  }

  /** Rounds of who has had the fewest; 0 if nobody has had any. */
  int fewestRounds() {
    return cells.values().stream().mapToInt(cell -> cell.roundTimes().size()).min().orElse(0);
  }

  /** Who was asked for and has been there in each fork. */
  Map<StageTask, TimedCell> timed() {
    Map<StageTask, TimedCell> timed = new LinkedHashMap<>(cells);
    timed.keySet().retainAll(starters);
    timed.keySet().retainAll(alive);
    return timed;
  }

  /** What figures are taken relative to; without forks: none. */
  TimedCell reference() {
    return reference
        .flatMap(task -> Optional.ofNullable(cells.get(task)))
        .orElseGet(TimedCell::new);
  }

  /** Of everybody. */
  HeatRounds rounds() {
    return rounds;
  }
}
