package heapstakes.cli;

import heapstakes.bench.Interruption;
import heapstakes.bench.RacePlan;
import heapstakes.bench.RaceRunner;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.run.RunDirectory;
import java.nio.file.Path;
import java.util.List;

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
   * @return whether every stage gave figures
   */
  static boolean into(Path path, Environment.Plan words) {
    RacePlan plan = Plans.of(words);
    try (RunDirectory directory = RunDirectory.create(path);
        Progress progress = new Progress(course -> "", plan)) {
      EnvironmentJson.write(
          path.resolve(Environment.NAME), RunEnvironment.of(plan, words, List.of("heapstakes")));
      return new RaceRunner(plan, directory, progress, new Interruption()).run();
    }
  }
}
