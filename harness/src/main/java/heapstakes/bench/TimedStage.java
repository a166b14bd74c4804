package heapstakes.bench;

import heapstakes.bench.ForkOutcome.Died;
import heapstakes.bench.ForkOutcome.Measured;
import heapstakes.meter.LatencyMeter;
import heapstakes.results.Cell;
import heapstakes.results.Latency;
import heapstakes.results.run.RunDirectory;
import heapstakes.results.run.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A stage that is timed in forks. */
interface TimedStage {
  /** How {@code stage}, which is not the footprint, is timed. */
  static TimedStage of(Stage stage) {
    return stage == Stage.THROUGHPUT ? new OfThroughput() : new OfLatency();
  }

  /** Runs one fork. */
  ForkOutcome run(TimedFork fork, RaceTask task, Path directory);

  /**
   * Keeps what all forks have given.
   *
   * @param detail what should be known of it, complete text; may be empty
   */
  void keep(RunDirectory directory, RaceTask task, TimedCell cell, Cell footprint, String detail);

  /** Whole replays. */
  final class OfThroughput implements TimedStage {
    @Override
    public ForkOutcome run(TimedFork fork, RaceTask task, Path directory) {
      return fork.run(ReplayThroughputBenchmark.class, task, List.of());
    }

    @Override
    public void keep(
        RunDirectory directory, RaceTask task, TimedCell cell, Cell footprint, String detail) {
      directory.finish(task.row(), cell.throughput(), footprint, cell.json(), detail);
    }
  }

  /** Single operations. */
  final class OfLatency implements TimedStage {
    @Override
    public ForkOutcome run(TimedFork fork, RaceTask task, Path directory) {
      Path file = directory.resolve("latency.tmp").toAbsolutePath();
      try {
        Files.deleteIfExists(file);
        ForkOutcome outcome =
            fork.run(
                ReplayLatencyBenchmark.class,
                task,
                List.of(ReplayLatencyBenchmark.FILE + "=" + file));
        if (outcome instanceof Measured measured) {
          String text = Files.readString(file);
          int end = text.indexOf('\n');
          Latency latency =
              LatencyMeter.read(Long.parseLong(text.substring(0, end)), text.substring(end + 1));
          Files.delete(file);
          return new Measured(measured.result(), measured.operations(), Optional.of(latency));
        }
        return outcome;
      } catch (IOException e) {
        return new Died("its durations cannot be read: " + e.getMessage(), false);
      }
    }

    @Override
    public void keep(
        RunDirectory directory, RaceTask task, TimedCell cell, Cell footprint, String detail) {
      directory.finish(task.row(), cell.latency(), footprint, cell.json(), detail);
    }
  }
}
