package heapstakes.cli;

import heapstakes.bench.Interruption;
import heapstakes.bench.PlanRunner;
import heapstakes.bench.RunPlan;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.run.RunDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A run that another command needs: measured as {@code run} does, with nothing printed but
 * progress.
 */
final class SideRun {
  private SideRun() {}

  /**
   * Runs {@code words} into {@code path}.
   *
   * @param path missing or an empty directory
   * @param before the run whose traces are meant, if there was one
   * @return whether every stage gave figures
   * @throws heapstakes.results.ResultException when a workload is another trace now
   */
  static boolean into(Path path, Environment.Plan words, Optional<Environment> before) {
    RunPlan plan = Plans.of(words);
    Environment now = RunEnvironment.of(plan, words, List.of("heapstakes"));
    before.ifPresent(now::requireTracesOf);
    try (RunDirectory directory = RunDirectory.create(path);
        Progress progress = new Progress(workload -> "", plan)) {
      EnvironmentJson.write(path.resolve(Environment.NAME), now);
      return new PlanRunner(plan, directory, progress, new Interruption(), new Jobs().limits())
          .run();
    }
  }
}
