package heapstakes.decision;

import heapstakes.results.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.DoubleStream;

/**
 * Figures of real libraries on one program, and those that were foretold.
 *
 * @param program name of the trace
 * @param question what the figures are of
 * @param real by library, none negative, at least one; times with how sure they are
 * @param foretold by the same libraries
 */
public record Answer(
    String program,
    Question question,
    SequencedMap<String, Interval> real,
    SequencedMap<String, Double> foretold) {
  /** Figures that differ by less are level. */
  public static final double LEVEL = 0.05;

  /** Who has the least. */
  public String winner() {
    return least(values(real));
  }

  /** Who was foretold to have it. */
  public String foretoldWinner() {
    return least(foretold);
  }

  private static String least(Map<String, Double> figures) {
    return figures.entrySet().stream()
        .min(Comparator.comparing(Map.Entry::getValue))
        .map(Map.Entry::getKey)
        .orElseThrow();
  }

  /** Whether both are the same. */
  public boolean isNamed() {
    return isLevel(0);
  }

  /** Whether who was foretold to win has at most {@link #LEVEL} more than who does. */
  public boolean isNamedOrLevel() {
    return isLevel(LEVEL);
  }

  private boolean isLevel(double tolerance) {
    Map<String, Double> values = values(real);
    return figure(values, foretoldWinner()) <= figure(values, winner()) * (1 + tolerance);
  }

  /**
   * Whether real figures do not say which of the two it is, who was foretold to win or who had the
   * least by more than {@link #LEVEL}: their intervals overlap.
   */
  public boolean isOpen() {
    Interval foretold = real.get(foretoldWinner());
    Interval least = real.get(winner());
    return !isNamedOrLevel() && foretold != null && least != null && foretold.overlaps(least);
  }

  /** Without how sure they are. */
  private static SequencedMap<String, Double> values(SequencedMap<String, Interval> figures) {
    SequencedMap<String, Double> values = new LinkedHashMap<>();
    figures.forEach((library, figure) -> values.put(library, figure.value()));
    return values;
  }

  private static double figure(Map<String, Double> figures, String library) {
    return figures.getOrDefault(library, Double.NaN);
  }

  /**
   * Kendall's τ-b of both orders: 1 for the same, -1 for the opposite; not a number where all
   * figures of one side are equal.
   */
  public double tau() {
    Map<String, Double> values = values(real);
    List<String> libraries = new ArrayList<>(real.keySet());
    double agreeing = 0;
    double untiedReal = 0;
    double untiedForetold = 0;
    for (int i = 0; i < libraries.size(); i++) {
      for (int j = 0; j < i; j++) {
        double inReal = order(values, libraries.get(i), libraries.get(j));
        double inForetold = order(foretold, libraries.get(i), libraries.get(j));
        agreeing += inReal * inForetold;
        untiedReal += Math.abs(inReal);
        untiedForetold += Math.abs(inForetold);
      }
    }
    return agreeing / Math.sqrt(untiedReal * untiedForetold);
  }

  private static double order(Map<String, Double> figures, String one, String other) {
    return Math.signum(figure(figures, one) - figure(figures, other));
  }

  /** What each foretold figure is off by, as a share of the real one, 0.1 for 10 % too high. */
  public double[] errors() {
    return values(real).entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .mapToDouble(entry -> figure(foretold, entry.getKey()) / entry.getValue() - 1)
        .toArray();
  }

  /** Median of absolute errors of {@code answers}; not a number without any. */
  public static double medianError(List<Answer> answers) {
    double[] sorted = absolute(answers).sorted().toArray();
    int count = sorted.length;
    return count == 0 ? Double.NaN : (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
  }

  /** Largest absolute error of {@code answers}; not a number without any. */
  public static double worstError(List<Answer> answers) {
    return absolute(answers).max().orElse(Double.NaN);
  }

  private static DoubleStream absolute(List<Answer> answers) {
    return answers.stream().flatMapToDouble(a -> DoubleStream.of(a.errors())).map(Math::abs);
  }
}
