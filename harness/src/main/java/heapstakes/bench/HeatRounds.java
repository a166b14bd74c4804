package heapstakes.bench;

import heapstakes.bench.TurnLine.Round;
import heapstakes.results.Interval;
import heapstakes.timer.Turn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * Rounds of contestants that took turns. Who shares the machine makes a turn slower and never
 * faster, often by a third for half of the time: a median falls now on one side and now on the
 * other, the lower quartile stays (ADR 0008). Turns that strike all alike see to it that everybody
 * has the same share of calm ones.
 */
final class HeatRounds {
  private final SequencedMap<StageTask, List<Round>> rounds = new LinkedHashMap<>();

  /** Adds rounds of a contestant, which go on where its last ones ended. */
  void add(StageTask task, Collection<Round> more) {
    rounds.computeIfAbsent(task, unused -> new ArrayList<>()).addAll(more);
  }

  /** ns an operation of one life; empty for whom it was not measured. */
  Optional<Interval> oneLife(StageTask task) {
    return interval(rounds.getOrDefault(task, List.of()), Round::life);
  }

  /** ns an operation of the heap that lives on; empty for whom it was not measured. */
  Optional<Interval> steady(StageTask task) {
    return interval(rounds.getOrDefault(task, List.of()), Round::steady);
  }

  /** Whether the interval of the first and of the second overlap, in either time. */
  boolean isOpenWhoLeads() {
    return isOpen(Round::life) || isOpen(Round::steady);
  }

  private boolean isOpen(Function<Round, Turn> turn) {
    List<Interval> sorted =
        rounds.values().stream()
            .flatMap(own -> interval(own, turn).stream())
            .sorted(Comparator.comparing(Interval::value))
            .toList();
    return sorted.size() > 1 && sorted.get(0).overlaps(sorted.get(1));
  }

  private static Optional<Interval> interval(List<Round> rounds, Function<Round, Turn> turn) {
    double[] nanos =
        rounds.stream()
            .map(turn)
            .mapToDouble(Turn::nanosPerOperation)
            .filter(Double::isFinite)
            .toArray();
    return nanos.length == 0 ? Optional.empty() : Optional.of(Interval.ofLowerQuartile(nanos));
  }
}
