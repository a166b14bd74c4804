package heapstakes.bench;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import heapstakes.cell.LabelledContestant;
import heapstakes.os.Machine;
import heapstakes.results.run.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimingStageTest {
  /** With no time at all a fork has the fewest rounds, and who goes on has as many more. */
  @Test
  void roundsOfWhatIsTakenUpAgainAddUp(@TempDir Path directory) {
    TracedWorkload workload = TracedWorkload.of("four-byte-flood:n=1000");
    List<LabelledContestant> contestants = List.of(LabelledContestant.of(Allocators.parse("bump")));
    WorkloadPlan heat =
        new WorkloadPlan(
            workload,
            contestants,
            Optional.empty(),
            Optional.of(Machine.parse("linux")),
            WorkloadPlan.Timed.ALL);
    RunPlan plan =
        new RunPlan(
            List.of(heat),
            Profile.QUICK,
            1,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of(Duration.ZERO));
    List<StageTask> tasks =
        plan.tasks(workload).stream().filter(task -> task.stage() == Stage.TIMING).toList();
    TimingStage stage =
        new TimingStage(
            plan,
            new TimedFork(directory, plan),
            tasks,
            RunListener.NONE,
            task -> Duration.ofMinutes(5));

    stage.run(() -> true, (task, died) -> assertThat(died).isNull());
    assertThat(stage.fewestRounds()).isEqualTo(Profile.LEAST_ROUNDS);
    stage.run(() -> true, (task, died) -> assertThat(died).isNull());

    assertThat(stage.fewestRounds()).isEqualTo(2 * Profile.LEAST_ROUNDS);
    assertThat(stage.timed()).containsOnlyKeys(tasks);
    assertThat(stage.timed().values())
        .allSatisfy(cell -> assertThat(cell.figures(stage.reference())).hasSize(2));
    assertThat(stage.rounds().steady(tasks.getFirst())).isPresent();
  }
}
