package heapstakes.bench;

import heapstakes.bench.ForkOutcome.Measured;
import heapstakes.bench.TurnLine.Round;
import heapstakes.meter.LatencyMeter;
import heapstakes.results.Fork;
import heapstakes.results.Latency;
import heapstakes.results.Times;
import heapstakes.timer.Turn;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/** The forks of a timed cell, put together: each replay of each fork is a sample. */
final class TimedCell {
  private final List<Measured> forks = new ArrayList<>();

  void add(Measured fork) {
    forks.add(fork);
  }

  int forks() {
    return forks.size();
  }

  /**
   * What each of them measured.
   *
   * @param reference of the contestant that figures are taken relative to; without forks: none
   */
  List<Fork> figures(TimedCell reference) {
    return IntStream.range(0, forks.size())
        .mapToObj(i -> forks.get(i).figures(reference.figures(i)))
        .toList();
  }

  private Optional<Fork> figures(int number) {
    return number < forks.size()
        ? Optional.of(forks.get(number).figures(Optional.empty()))
        : Optional.empty();
  }

  /** Of all forks, one after the other. */
  List<Round> rounds() {
    return forks.stream().flatMap(fork -> fork.rounds().stream()).toList();
  }

  /** What each of those came to. */
  List<Times.Round> roundTimes() {
    return rounds().stream()
        .map(round ->
            new Times.Round(
                nanos(round.life()),
                nanos(round.steady()),
                (double) (round.life().wallNanos() + round.steady().wallNanos())
                    / Math.max(1, round.life().nanos() + round.steady().nanos())))
        .toList();
  }

  private static OptionalDouble nanos(Turn turn) {
    return turn.operations() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(turn.nanosPerOperation());
  }

  /** Whether a limit ended a replay of the heap that lives on. */
  boolean isCutShort() {
    return rounds().stream().anyMatch(round -> round.steady().cutShort());
  }

  /** Whether a limit ended a life, of which nothing is told then. */
  boolean hasUnendedLife() {
    return rounds().stream().anyMatch(round -> round.life().cutShort());
  }

  /** The smallest number of operations that a round's replays of the heap that lives on had. */
  long operations() {
    return rounds().stream().mapToLong(round -> round.steady().operations()).min().orElse(0);
  }

  /** Percentiles over the operations of all forks. */
  Latency latency() {
    return LatencyMeter.merge(forks.stream().map(Measured::latency).toList());
  }

  /** All forks as one result in JMH's format. */
  String json() {
    List<BenchmarkResult> all =
        forks.stream().flatMap(fork -> fork.result().getBenchmarkResults().stream()).toList();
    RunResult together = new RunResult(forks.getFirst().result().getParams(), all);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(List.of(together));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
