package heapstakes.results.run;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.Footprint;
import heapstakes.results.Fork;
import heapstakes.results.Interval;
import heapstakes.results.Latency;
import heapstakes.results.MemoryUse;
import heapstakes.results.OperationKind;
import heapstakes.results.Percentiles;
import heapstakes.results.Status;
import heapstakes.results.Throughput;
import heapstakes.results.TimelinePoint;
import heapstakes.results.Times;
import heapstakes.results.Timing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What stages of a run come to, made up. */
final class SampleRun {
  private static final String JMH =
      """
      [{"benchmark": "b", "threads": 1, "params": {"allocator": "%s"},
        "primaryMetric": {"score": %s}, "secondaryMetrics": {}}]\
      """;

  private SampleRun() {}

  static Cell row(CellKey key) {
    return Cell.of(key).text(Column.KIND, "floor").build();
  }

  static String jmh(String allocator, int score) {
    return String.format(Locale.ROOT, JMH, allocator, score);
  }

  static Timing timing() {
    Times times =
        new Times(
            Optional.of(new Interval(700, 650, 720)),
            Optional.of(new Interval(500, 490, 510)),
            List.of(new Times.Round(OptionalDouble.of(700), OptionalDouble.of(500), 1.25)));
    Throughput throughput = new Throughput(1000, 2e6, OptionalDouble.of(1e5));
    return new Timing(throughput, times, latency(), forks());
  }

  static List<Fork> forks() {
    return List.of(new Fork(2e6, 2, latency().all()));
  }

  static Latency latency() {
    Percentiles percentiles = new Percentiles(1000, 10, 20, 30, 40, 50, 60);
    return new Latency(25, percentiles, Map.of(OperationKind.MALLOC, percentiles), "histograms");
  }

  static Footprint footprint(long resident) {
    MemoryUse use = MemoryUse.of(100, 112, resident, resident);
    return new Footprint(
        new Footprint.Outcome(Status.OK, "", 1000, 0),
        new Footprint.Space(
            use,
            use,
            use,
            OptionalLong.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty()),
        Footprint.Kernel.NOT_MEASURED,
        Optional.empty(),
        List.of(
            new TimelinePoint(
                1000, 100_000, "end", use, OptionalLong.empty(), OptionalLong.empty())),
        new LinkedHashMap<>());
  }
}
