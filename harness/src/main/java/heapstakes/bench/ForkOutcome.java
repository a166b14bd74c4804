package heapstakes.bench;

import heapstakes.results.Fork;
import heapstakes.results.Latency;
import heapstakes.results.Status;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.openjdk.jmh.results.RunResult;

/** What came of a fork. */
sealed interface ForkOutcome {
  /**
   * It ran to its end.
   *
   * @param result JMH's result
   * @param operations of each measured replay, in order
   * @param latency durations of single operations, of other replays
   * @param reference what the contestant that it took turns with measured
   */
  record Measured(
      RunResult result, List<Long> operations, Latency latency, Optional<Fork> reference)
      implements ForkOutcome {
    /** Operations a second of each measured replay, in order. */
    List<Double> operationsPerSecond() {
      List<Double> millis = millis();
      return IntStream.range(0, millis.size())
          .mapToObj(i -> operations.get(i) / millis.get(i) * 1e3)
          .toList();
    }

    /** Operations a second over all: noise that comes and goes evens out best so, ADR 0011. */
    double throughput() {
      double all = operations.stream().mapToLong(Long::longValue).sum();
      return all / millis().stream().mapToDouble(Double::doubleValue).sum() * 1e3;
    }

    private List<Double> millis() {
      return result.getBenchmarkResults().stream()
          .flatMap(fork -> fork.getIterationResults().stream())
          .map(iteration -> iteration.getPrimaryResult().getScore())
          .toList();
    }
  }

  /**
   * It gave no figures.
   *
   * @param status failed, or oom_killed where the kernel says so
   * @param reason complete text
   * @param interrupted whether it looks as if the user had ended everything
   */
  record Died(Status status, String reason, boolean interrupted) implements ForkOutcome {}
}
