package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static heapstakes.cli.TinyRun.trace;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.bench.Interruption;
import heapstakes.bench.PlanRunner;
import heapstakes.bench.RunListener;
import heapstakes.bench.RunPlan;
import heapstakes.os.host.NativeLinuxProvider;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.run.RunDirectory;
import heapstakes.results.table.Style;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunBudgetTest {
  @TempDir Path folder;

  @Test
  void tooLittleIsRefused() {
    Outcome outcome = heapstakes("run", "--budget", "9");

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.errors()).contains("--budget 9", "10 seconds");
  }

  /** A millisecond: nothing is timed; a run that goes on does it all. */
  @Test
  @Tag("long")
  void whatThereWasNoTimeForIsNamedAndDoneByTheRunThatGoesOn() throws IOException {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
    Path run = folder.resolve("run");
    Environment.Plan words =
        new Environment.Plan(
            List.of("bump"),
            List.of(trace(folder).toString()),
            List.of("linux"),
            List.of(),
            "quick",
            0,
            Optional.empty(),
            List.of());
    Optional<Duration> budget = Optional.of(Duration.ofMillis(1));
    RunPlan plan = Plans.of(words).withBudget(budget);
    Environment environment = RunEnvironment.of(plan, words, List.of("heapstakes", "run"));
    try (RunDirectory directory = RunDirectory.create(run)) {
      EnvironmentJson.write(run.resolve(Environment.NAME), environment);
      PlanRunner runner =
          new PlanRunner(
              plan, directory, RunListener.NONE, new Interruption(), new Jobs().limits());
      assertThat(runner.run()).isTrue();

      assertThat(runner.omissions().workloads().size() + runner.omissions().untimed().size())
          .isEqualTo(1);
      assertThat(
              new RunReport(Style.PLAIN, directory, environment, List.of())
                  .closing(runner.omissions(), budget))
          .contains("left out", "tiny", "heapstakes run --resume --out ");
    }

    Outcome outcome = heapstakes("run", "--resume", "--out", run.toString());

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output()).contains("tiny", "Mops/s").doesNotContain("left out");
    assertThat(CellsCsv.ofRun(run)).hasSize(1);
  }
}
