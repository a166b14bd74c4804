package heapstakes.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What each count costs, in ns.
 *
 * @param shared of what hardware and kernel do, by {@link Feature#word}
 * @param libraries of the instructions of each library, by its name and {@link Feature#word}
 */
public record Prices(
    SequencedMap<String, Double> shared,
    SequencedMap<String, SequencedMap<String, Double>> libraries) {
  // So many times the largest errors have their weight reduced: half of the traces decide, not the
  // worst.
  private static final int REWEIGHTED = 8;
  private static final double SMALL_ERROR = 0.05;

  // Of a price's distance from what is usual, where that of a time from what was measured has 20.
  private static final double WEIGHT_OF_USUAL = 0.1;

  /** By {@link Feature#ordinal}; empty for a library that was not part of the calibration. */
  public Optional<double[]> of(String library) {
    Map<String, Double> own = libraries.get(library);
    if (own == null) {
      return Optional.empty();
    }
    double[] prices = new double[Feature.values().length];
    for (Feature feature : Feature.values()) {
      prices[feature.ordinal()] =
          (feature.isOfLibrary() ? own : shared).getOrDefault(feature.word(), 0.0);
    }
    return Optional.of(prices);
  }

  /**
   * Those that come nearest to what was observed, by relative error.
   *
   * @param pulseNanos what the {@link heapstakes.meter.Pulse} takes, in ns an operation
   */
  public static Prices fitted(List<Observation> observations, double pulseNanos) {
    List<String> libraries = observations.stream().map(Observation::library).distinct().toList();
    List<Column> columns = columns(libraries);
    List<double[]> rows = new ArrayList<>();
    for (Observation observation : observations) {
      rows.add(row(observation.library(), observation.oneLife(), columns, pulseNanos));
      rows.add(row(observation.library(), observation.steady(), columns, pulseNanos));
    }
    int observed = rows.size();
    for (int i = 0; i < columns.size(); i++) {
      double[] usual = new double[columns.size()];
      usual[i] = 1 / columns.get(i).feature().usualNanos();
      rows.add(usual);
    }
    double[] solution = robust(rows.toArray(double[][]::new), observed);
    SequencedMap<String, Double> shared = new LinkedHashMap<>();
    SequencedMap<String, SequencedMap<String, Double>> own = new LinkedHashMap<>();
    libraries.forEach(library -> own.put(library, new LinkedHashMap<>()));
    for (int i = 0; i < solution.length; i++) {
      Column column = columns.get(i);
      Map<String, Double> to =
          column.library().map(own::get).map(m -> (Map<String, Double>) m).orElse(shared);
      to.put(column.feature().word(), solution[i]);
    }
    return new Prices(shared, own);
  }

  /**
   * Rows are shares of what each should come to: of a time that was measured, or, behind those, of
   * a price that is usual.
   */
  private static double[] robust(double[][] rows, int observed) {
    double[] ones = new double[rows.length];
    Arrays.fill(ones, 1);
    double[] weights = ones.clone();
    Arrays.fill(weights, observed, rows.length, WEIGHT_OF_USUAL);
    double[] solution = NonNegativeFit.solve(rows, ones, weights);
    for (int i = 0; i < REWEIGHTED; i++) {
      for (int row = 0; row < observed; row++) {
        weights[row] = 1 / Math.max(SMALL_ERROR, Math.abs(dot(rows[row], solution) - 1));
      }
      solution = NonNegativeFit.solve(rows, ones, weights);
    }
    return solution;
  }

  private static double dot(double[] row, double[] solution) {
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      sum += row[i] * solution[i];
    }
    return sum;
  }

  private record Column(Feature feature, Optional<String> library) {}

  private static List<Column> columns(List<String> libraries) {
    List<Column> columns = new ArrayList<>();
    for (Feature feature : Feature.values()) {
      if (feature.isOfLibrary()) {
        libraries.forEach(library -> columns.add(new Column(feature, Optional.of(library))));
      } else {
        columns.add(new Column(feature, Optional.empty()));
      }
    }
    return columns;
  }

  private static double[] row(
      String library, Observation.Stretch stretch, List<Column> columns, double pulseNanos) {
    CountedWork work = stretch.work();
    double nanos = stretch.beatsPerOperation() * pulseNanos;
    return columns.stream()
        .mapToDouble(column ->
            column.library().filter(of -> !of.equals(library)).isPresent()
                ? 0
                : work.perOperation(column.feature()) / nanos)
        .toArray();
  }
}
