package heapstakes.bench;

import heapstakes.bench.TurnLine.Round;
import heapstakes.results.Fork;
import heapstakes.results.Latency;
import heapstakes.results.Status;
import heapstakes.timer.Turn;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.results.RunResult;

/** What came of a fork. */
sealed interface ForkOutcome {
  /**
   * It ran to its end.
   *
   * @param result JMH's, with the times that the contestant's own clock said
   * @param rounds in order
   * @param latency durations of single operations, of other replays
   */
  record Measured(RunResult result, List<Round> rounds, Latency latency) implements ForkOutcome {
    /** The figures of the fork for those who compare forks. */
    Fork figures(Optional<Fork> reference) {
      Turn all = rounds.stream().map(Round::steady).reduce(Turn.NONE, Turn::plus);
      // Over all: noise that comes and goes evens out best so, ADR 0011.
      return new Fork(1e9 / all.nanosPerOperation(), rounds.size(), latency.all(), reference);
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
