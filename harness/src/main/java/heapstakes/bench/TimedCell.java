package heapstakes.bench;

import heapstakes.bench.ForkOutcome.Measured;
import heapstakes.meter.LatencyMeter;
import heapstakes.results.Fork;
import heapstakes.results.Latency;
import heapstakes.results.Throughput;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.util.ListStatistics;
import org.openjdk.jmh.util.Statistics;

/** The forks of a timed cell, put together: each replay of each fork is a sample. */
final class TimedCell {
  /** JMH's own confidence level. */
  private static final double CONFIDENCE = 0.999;

  private final List<Measured> forks = new ArrayList<>();

  void add(Measured fork) {
    forks.add(fork);
  }

  int forks() {
    return forks.size();
  }

  /** What each of them measured. */
  List<Fork> figures() {
    return forks.stream()
        .map(fork ->
            new Fork(
                fork.throughput(),
                fork.operations().size(),
                fork.latency().all(),
                fork.reference()))
        .toList();
  }

  private static Statistics statistics(List<Double> samples) {
    return new ListStatistics(samples.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Most operations of a replay. */
  long operations() {
    return forks.stream()
        .flatMap(fork -> fork.operations().stream())
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
  }

  /** Mean over the replays of all forks. */
  Throughput throughput() {
    List<Double> samples =
        forks.stream().flatMap(fork -> fork.operationsPerSecond().stream()).toList();
    Statistics statistics = statistics(samples);
    double error = statistics.getMeanErrorAt(CONFIDENCE);
    return new Throughput(
        operations(),
        statistics.getMean(),
        Double.isFinite(error) ? OptionalDouble.of(error) : OptionalDouble.empty());
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
