package heapstakes.bench;

import heapstakes.bench.TurnLine.Round;
import heapstakes.results.Interval;
import heapstakes.timer.Pace;
import heapstakes.timer.Turn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Rounds of contestants that took turns. Who shares the machine makes a turn slower and never
 * faster, often by a half for half of the time: a median falls now on one side and now on the
 * other, the lower quartile stays. Turns that strike all alike see to it that everybody has the
 * same share of calm ones. Where the pulse beside each turn is known, what the processor was slower
 * by is taken off (ADR 0008).
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

  private Optional<Interval> interval(List<Round> own, Function<Round, Turn> turn) {
    List<Turn> turns = taken(own, turn);
    return turns.isEmpty()
        ? Optional.empty()
        : Optional.of(pace().map(known -> atPace(turns, known)).orElseGet(() -> asTaken(turns)));
  }

  /** None where one is unended: those that were done in time would be the fast ones. */
  private static List<Turn> taken(List<Round> own, Function<Round, Turn> turn) {
    List<Turn> turns = own.stream().map(turn).toList();
    return turns.contains(Turn.UNENDED)
        ? List.of()
        : turns.stream().filter(taken -> taken.operations() > 0).toList();
  }

  private static Interval asTaken(List<Turn> turns) {
    return Interval.ofLowerQuartile(turns.stream().mapToDouble(Turn::nanosPerOperation).toArray());
  }

  private static Interval atPace(List<Turn> turns, Pace pace) {
    return new Interval(
        Interval.ofLowerQuartile(pace.nanos(turns)).value(),
        Interval.ofLowerQuartile(pace.least(turns)).low(),
        Interval.ofLowerQuartile(pace.most(turns)).high());
  }

  /** Empty where somebody's pulse is not known: then nobody's time is lessened. */
  private Optional<Pace> pace() {
    return Pace.of(
        rounds.values().stream()
            .flatMap(own -> Stream.of(taken(own, Round::life), taken(own, Round::steady)))
            .toList());
  }
}
