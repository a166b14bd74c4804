package heapstakes.results.program;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A program under several libraries, which took turns.
 *
 * @param command the program and its arguments
 * @param rounds how many there were
 * @param seed of the order in each round
 * @param standings by contestant; the first is the baseline, the program as it is run now
 */
public record ProgramContest(
    List<String> command, int rounds, long seed, List<ProgramStanding> standings) {
  public ProgramContest {
    command = List.copyOf(command);
    standings = List.copyOf(standings);
  }

  /**
   * Who takes least.
   *
   * @param winner least median of those that behave
   * @param level others of those whom the rounds do not part from the winner
   */
  public record Best(ProgramStanding winner, List<ProgramStanding> level) {}

  /** The program as it is run now. */
  public ProgramStanding baseline() {
    return standings.getFirst();
  }

  /** How the program ends under the baseline: the most frequent way. */
  public String usualEnding() {
    return endings(baseline()).firstEntry().getKey();
  }

  /** Whether every run under the baseline wrote the same; a single run cannot tell. */
  public boolean isOutputSteady() {
    return baseline().runs().size() > 1 && outputs(baseline()).size() == 1;
  }

  /**
   * What the program does otherwise under {@code standing} than under the baseline, in words; empty
   * where nothing.
   */
  public Optional<String> fault(ProgramStanding standing) {
    String usual = usualEnding();
    SequencedMap<String, Long> others = endings(standing);
    if (!hasTrouble(standing)) {
      others.remove(usual);
    }
    if (!others.isEmpty()) {
      String ended =
          others.entrySet().stream()
              .map(entry -> entry.getKey() + " in " + entry.getValue())
              .collect(Collectors.joining(", "));
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%s of %d runs%s",
              ended,
              standing.runs().size(),
              others.containsKey(usual) ? "" : ", where it is " + usual + " otherwise"));
    }
    if (isOutputSteady() && !outputs(standing).equals(outputs(baseline()))) {
      return Optional.of("its standard output is another");
    }
    boolean absent =
        standing.runs().stream()
            .flatMap(run -> run.atEnd().stream())
            .flatMap(end -> end.hasLibrary().stream())
            .anyMatch(has -> !has);
    return absent
        ? Optional.of("the library was not in the program when it ended: it did not replace malloc")
        : Optional.empty();
  }

  private static boolean hasTrouble(ProgramStanding standing) {
    return standing.runs().stream().anyMatch(run -> !run.outcome().trouble().isEmpty());
  }

  private static SequencedMap<String, Long> endings(ProgramStanding standing) {
    SequencedMap<String, Long> counts = new LinkedHashMap<>();
    standing.runs().stream()
        .collect(
            Collectors.groupingBy(
                run -> run.outcome().ending(), TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .sorted(Comparator.comparing(entry -> -entry.getValue()))
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    return counts;
  }

  private static List<String> outputs(ProgramStanding standing) {
    return standing.runs().stream()
        .map(run -> run.outcome().outputSha256())
        .distinct()
        .sorted()
        .toList();
  }

  /** Those under which the program behaves as under the baseline. */
  public List<ProgramStanding> sound() {
    return standings.stream().filter(standing -> fault(standing).isEmpty()).toList();
  }

  /** As a multiple of the baseline's, round by round; empty where a figure is missing or 0. */
  public Optional<Spread> ratio(ProgramStanding standing, ProgramFigure figure) {
    return ratio(standing, baseline(), figure);
  }

  /** As a multiple of {@code other}'s in the same round. */
  public Optional<Spread> ratio(
      ProgramStanding standing, ProgramStanding other, ProgramFigure figure) {
    List<Double> ratios = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      OptionalLong own = standing.inRound(round, figure);
      OptionalLong others = other.inRound(round, figure);
      if (own.isPresent() && others.isPresent() && others.getAsLong() > 0) {
        ratios.add((double) own.getAsLong() / others.getAsLong());
      }
    }
    return ratios.isEmpty()
        ? Optional.empty()
        : Optional.of(Spread.of(ratios.stream().mapToDouble(Double::doubleValue).toArray()));
  }

  /** The best of those that behave; empty where there are fewer than two. */
  public Optional<Best> best(ProgramFigure figure) {
    List<ProgramStanding> known =
        sound().stream().filter(standing -> standing.spread(figure).isPresent()).toList();
    if (known.size() < 2) {
      return Optional.empty();
    }
    ProgramStanding winner = least(known, s -> s.spread(figure).orElseThrow().median());
    List<ProgramStanding> level =
        known.stream()
            .filter(other -> other != winner)
            .filter(
                other -> ratio(winner, other, figure).filter(ratio -> ratio.isBelow(1)).isEmpty())
            .toList();
    return Optional.of(new Best(winner, level));
  }

  private static ProgramStanding least(
      List<ProgramStanding> standings, Function<ProgramStanding, Double> cost) {
    return standings.stream().min(Comparator.comparing(cost)).orElseThrow();
  }

  /**
   * The program's peak as foretold, in bytes: malloc's by the replay, and beside it what the
   * program has beside it under the baseline.
   */
  public OptionalDouble foretoldPeak(ProgramStanding standing) {
    OptionalDouble besides = besides(baseline());
    return standing.forecast().isEmpty() || besides.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(standing.forecast().get().peakBytes() + besides.getAsDouble());
  }

  /**
   * The program's peak without malloc's by the replay: code, stacks, what it maps itself; and where
   * the replay errs, its error. May be negative.
   */
  public OptionalDouble besides(ProgramStanding standing) {
    Optional<Spread> peak = standing.spread(ProgramFigure.PEAK);
    return peak.isEmpty() || standing.forecast().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(peak.get().median() - standing.forecast().get().peakBytes());
  }

  /** Who was foretold to have the lowest peak of those that behave; empty without a forecast. */
  public Optional<ProgramStanding> foretold() {
    List<ProgramStanding> known =
        sound().stream().filter(standing -> foretoldPeak(standing).isPresent()).toList();
    return known.size() < 2
        ? Optional.empty()
        : Optional.of(least(known, standing -> foretoldPeak(standing).orElseThrow()));
  }

  /**
   * By how much the foretold one's peak is above the least one, as a share; 0 where it is the
   * least. Empty without a forecast.
   */
  public OptionalDouble regret() {
    Optional<ProgramStanding> foretold = foretold();
    Optional<Best> best = best(ProgramFigure.PEAK);
    if (foretold.isEmpty() || best.isEmpty()) {
      return OptionalDouble.empty();
    }
    double least = best.get().winner().spread(ProgramFigure.PEAK).orElseThrow().median();
    double own = foretold.get().spread(ProgramFigure.PEAK).orElseThrow().median();
    return OptionalDouble.of(own / least - 1);
  }
}
