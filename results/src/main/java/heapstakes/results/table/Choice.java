package heapstakes.results.table;

import heapstakes.results.Cell;
import heapstakes.results.ResultException;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.WorkloadResults;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What of a run its tables show, and how.
 *
 * @param metrics columns; empty for those that are usual and were measured
 * @param order of the rows; empty for the run's own
 * @param baseline contestant that others are given as multiples of; empty for plain figures
 * @param usual contestants by whose figures means are given where there is no baseline; the first
 *     that is in the run counts
 */
public record Choice(
    List<Metric> metrics, Optional<Order> order, Optional<String> baseline, List<String> usual) {
  /** Everything as it was measured. */
  public static final Choice ALL =
      new Choice(List.of(), Optional.empty(), Optional.empty(), List.of());

  /**
   * An order of rows.
   *
   * @param metric by which; who lacks it comes last
   * @param descending highest first
   */
  public record Order(Metric metric, boolean descending) {}

  /**
   * From what was typed.
   *
   * @param columns names of columns, empty for the usual ones
   * @param sort a column, with {@code :desc} for the highest first; empty for the run's order
   * @param baseline a contestant, or empty
   * @param cells what there is
   * @throws ResultException naming what is not known, and what is
   */
  public static Choice of(List<String> columns, String sort, String baseline, List<Cell> cells) {
    List<Metric> metrics = columns.stream().map(Metric::named).distinct().toList();
    Optional<Order> order = Optional.empty();
    if (!sort.isEmpty()) {
      boolean descending = sort.endsWith(":desc");
      String name = sort.replaceFirst(":(asc|desc)$", "");
      order = Optional.of(new Order(Metric.named(name), descending));
    }
    List<String> contestants = cells.stream().map(c -> c.key().contestant()).distinct().toList();
    if (!baseline.isEmpty() && !contestants.contains(baseline)) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "nothing can be measured by '%s', which is not in this run.\n  There are: %s.",
              baseline,
              String.join(", ", contestants)));
    }
    return new Choice(
        metrics, order, baseline.isEmpty() ? Optional.empty() : Optional.of(baseline), List.of());
  }

  /** The same with contestants that means are given by where there is no baseline. */
  public Choice withUsual(List<String> contestants) {
    return new Choice(metrics, order, baseline, contestants);
  }

  List<Metric> metrics(WorkloadResults results) {
    return metrics.isEmpty() ? Metric.measured(results) : metrics;
  }

  /** The rows in their order; a real library leaves its model's side for that. */
  List<Standing> rows(WorkloadResults results) {
    if (order.isEmpty()) {
      return results.standings();
    }
    Metric metric = order.get().metric();
    Comparator<Double> direction =
        order.get().descending() ? Comparator.reverseOrder() : Comparator.naturalOrder();
    List<Standing> sorted = new ArrayList<>(results.standings());
    sorted.replaceAll(s -> new Standing(s.contestant(), s.cells(), null, s.remarks()));
    sorted.sort(
        Comparator.comparing(
            s -> {
              OptionalDouble value = s.number(metric.column());
              return value.isEmpty() ? null : value.getAsDouble();
            },
            Comparator.nullsLast(direction)));
    return sorted;
  }

  /** A figure as it is shown; empty where it was not measured. */
  String text(WorkloadResults results, Standing standing, Metric metric, String unit) {
    OptionalDouble value = standing.number(metric.column());
    if (value.isEmpty()) {
      return "";
    }
    OptionalDouble ratio = ratio(results, standing, metric);
    return ratio.isPresent()
        ? RecommendationText.times(ratio.getAsDouble())
        : metric.write(value.getAsDouble(), unit) + metric.spread(standing);
  }

  /** How many times the baseline's figure; empty for the baseline itself, or where it has none. */
  OptionalDouble ratio(WorkloadResults results, Standing standing, Metric metric) {
    OptionalDouble own = standing.number(metric.column());
    if (baseline.isEmpty() || own.orElse(-1) < 0 || standing.contestant().equals(baseline.get())) {
      return OptionalDouble.empty();
    }
    OptionalDouble of =
        results.standings().stream()
            .filter(other -> other.contestant().equals(baseline.get()))
            .map(other -> other.number(metric.column()))
            .findFirst()
            .orElse(OptionalDouble.empty());
    return of.isPresent() && of.getAsDouble() > 0
        ? OptionalDouble.of(own.getAsDouble() / of.getAsDouble())
        : OptionalDouble.empty();
  }
}
