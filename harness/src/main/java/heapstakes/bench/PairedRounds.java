package heapstakes.bench;

import heapstakes.bench.TurnLine.Round;
import heapstakes.results.Interval;
import heapstakes.timer.Turn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * Rounds of contestants that took turns. A round in which everybody was slower than usual says that
 * the machine was: that part, the geometric mean of what each is off its own median by, is taken
 * out of every figure. Intervals of what is left are those of ratios between contestants, and two
 * that do not overlap are two that differ.
 */
final class PairedRounds {
  private final SequencedMap<StageTask, List<Round>> rounds = new LinkedHashMap<>();

  /** Adds rounds of a contestant, which go on where its last ones ended. */
  void add(StageTask task, Collection<Round> more) {
    rounds.computeIfAbsent(task, unused -> new ArrayList<>()).addAll(more);
  }

  /** ns an operation of one life; empty for whom it was not measured. */
  Optional<Interval> oneLife(StageTask task) {
    return Optional.ofNullable(intervals(Round::life).get(task));
  }

  /** ns an operation of the heap that lives on; empty for whom it was not measured. */
  Optional<Interval> steady(StageTask task) {
    return Optional.ofNullable(intervals(Round::steady).get(task));
  }

  /** Whether the interval of the first and of the second overlap, in either time. */
  boolean isOpenWhoLeads() {
    return isOpen(Round::life) || isOpen(Round::steady);
  }

  private boolean isOpen(Function<Round, Turn> turn) {
    List<Interval> sorted =
        intervals(turn).values().stream().sorted(Comparator.comparing(Interval::median)).toList();
    return sorted.size() > 1 && sorted.get(0).overlaps(sorted.get(1));
  }

  private Map<StageTask, Interval> intervals(Function<Round, Turn> turn) {
    SequencedMap<StageTask, double[]> figures = new LinkedHashMap<>();
    rounds.forEach((task, own) -> {
      double[] nanos = own.stream().map(turn).mapToDouble(Turn::nanosPerOperation).toArray();
      if (DoubleStream.of(nanos).anyMatch(Double::isFinite)) {
        figures.put(task, nanos);
      }
    });
    double[] slowness = slowness(figures.values());
    Map<StageTask, Interval> intervals = new LinkedHashMap<>();
    figures.forEach((task, nanos) -> {
      double[] alike = nanos.clone();
      Arrays.setAll(alike, round -> nanos[round] / slowness[round]);
      intervals.put(
          task, Interval.ofMedian(DoubleStream.of(alike).filter(Double::isFinite).toArray()));
    });
    return intervals;
  }

  /** By how much each round was slower than usual, for those that took part in it. */
  private static double[] slowness(Collection<double[]> figures) {
    int most = figures.stream().mapToInt(nanos -> nanos.length).max().orElse(0);
    double[] logs = new double[most];
    int[] counts = new int[most];
    for (double[] nanos : figures) {
      double median =
          Interval.ofMedian(DoubleStream.of(nanos).filter(Double::isFinite).toArray()).median();
      for (int round = 0; round < nanos.length; round++) {
        if (Double.isFinite(nanos[round])) {
          logs[round] += Math.log(nanos[round] / median);
          counts[round]++;
        }
      }
    }
    double[] slowness = new double[most];
    Arrays.setAll(slowness, round -> counts[round] < 2 ? 1 : Math.exp(logs[round] / counts[round]));
    return slowness;
  }
}
