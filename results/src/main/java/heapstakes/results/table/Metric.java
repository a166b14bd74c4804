package heapstakes.results.table;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Interval;
import heapstakes.results.Locality;
import heapstakes.results.ResultException;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.TimedFigure;
import heapstakes.results.judge.WorkloadResults;
import heapstakes.setting.Spelling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * A column of the terminal's table.
 *
 * @param group over neighbouring columns
 * @param name over the column
 * @param column what it shows
 * @param shape how it is written
 * @param marksBest whether the best value is marked
 * @param rank columns of the highest rank are left out first when the line is too short
 */
public record Metric(
    String group, String name, Column column, Shape shape, boolean marksBest, int rank) {
  /** How values are written. */
  enum Shape {
    /** Millions a second. */
    MILLIONS,
    /** A duration with its own unit. */
    DURATION,
    /** Bytes in the table's unit. */
    BYTES,
    /** A number without a unit. */
    PLAIN;

    /** By the unit at the end of the column's name. */
    static Shape of(Column column) {
      String header = column.header();
      if (header.endsWith("_bytes")) {
        return BYTES;
      }
      return header.endsWith("_ns") || header.endsWith("_ns_per_op") ? DURATION : PLAIN;
    }
  }

  static final String MEMORY = "memory";

  private static final String WALL_CLOCK = "wall clock";
  private static final String FORECAST = "forecast";
  private static final String AFTER = "after";
  private static final String RETURNED = "returned to the kernel by";

  private static final Metric HALF_BACK =
      new Metric("half back", AFTER, Column.TIME_TO_RETURN_HALF_NS, Shape.DURATION, true, 2);

  static final List<Metric> ALL =
      List.of(
          new Metric(WALL_CLOCK, "Mops/s", Column.THROUGHPUT_OPS_PER_S, Shape.MILLIONS, true, 0),
          new Metric(WALL_CLOCK, "one life", Column.ONE_LIFE_NS_PER_OP, Shape.DURATION, true, 0),
          new Metric(WALL_CLOCK, "steady", Column.STEADY_NS_PER_OP, Shape.DURATION, true, 3),
          new Metric(WALL_CLOCK, "p50", Column.LATENCY_P50_NS, Shape.DURATION, true, 1),
          new Metric(WALL_CLOCK, "p99", Column.LATENCY_P99_NS, Shape.DURATION, true, 1),
          new Metric(WALL_CLOCK, "p99.9", Column.LATENCY_P99_9_NS, Shape.DURATION, true, 1),
          new Metric(WALL_CLOCK, "max", Column.LATENCY_MAX_NS, Shape.DURATION, true, 5),
          new Metric("", "instr./op", Column.INSTRUCTIONS_PER_OP, Shape.PLAIN, true, 1),
          new Metric("", "modelled", Column.MODELLED_NS_PER_OP, Shape.DURATION, true, 2),
          new Metric(
              FORECAST, "one life", Column.FORECAST_ONE_LIFE_NS_PER_OP, Shape.DURATION, true, 1),
          new Metric(FORECAST, "steady", Column.FORECAST_STEADY_NS_PER_OP, Shape.DURATION, true, 3),
          touched("lines", "one life"),
          touched("lines", "steady"),
          touched("pages", "one life"),
          touched("pages", "steady"),
          new Metric(MEMORY, "peak", Column.PEAK_RESIDENT_BYTES, Shape.BYTES, true, 0),
          new Metric(MEMORY, "retained", Column.RETAINED_BYTES, Shape.BYTES, true, 0),
          returned(Column.RETURNED_BRK_BYTES),
          returned(Column.RETURNED_MUNMAP_BYTES),
          returned(Column.RETURNED_DONTNEED_BYTES),
          returned(Column.RETURNED_FREE_BYTES),
          HALF_BACK);

  /**
   * The column that a user means: as a table's head names it, alone (what was measured comes before
   * what is foretold) or with its group, or as {@code cells.csv} does.
   *
   * @throws ResultException naming those that come closest
   */
  public static Metric named(String name) {
    for (Metric metric : ALL) {
      if (metric.name.equalsIgnoreCase(name) && !metric.name.equals(AFTER)
          || metric.fullName().equalsIgnoreCase(name)
          || metric.column.header().equals(name)) {
        return metric;
      }
    }
    return Column.of(name)
        .filter(column -> column.type() != Column.Type.TEXT)
        .map(Metric::of)
        .orElseThrow(() ->
            new ResultException(
                String.format(
                    Locale.ROOT,
                    "there is no column '%s' with figures.%s\n  Try: %s.",
                    name,
                    Spelling.didYouMean(name, similar(name)),
                    String.join(", ", similar(name)))));
  }

  private static Metric returned(Column column) {
    return new Metric(RETURNED, column.returnWay().orElseThrow(), column, Shape.BYTES, false, 1);
  }

  private static Metric touched(String what, String time) {
    Column column = Locality.column(time.replace(' ', '_'), what);
    return new Metric(what + " touched", time, column, Shape.PLAIN, true, 1);
  }

  private static Metric of(Column column) {
    String header = column.header();
    String name = header.replaceFirst("_(bytes|ns)$", "").replace('_', ' ');
    return new Metric(
        "", name, column, Shape.of(column), column.better() != Column.Better.NEITHER, 0);
  }

  /** Headers with a part of {@code name} in them; the tables' own names where there is none. */
  private static List<String> similar(String name) {
    List<String> parts =
        Stream.of(name.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"))
            .filter(part -> part.length() > 2)
            .toList();
    List<String> similar =
        Column.standard().stream()
            .filter(column -> column.type() != Column.Type.TEXT)
            .map(Column::header)
            .filter(header -> parts.stream().anyMatch(header::contains))
            .toList();
    return similar.isEmpty() ? ALL.stream().map(Metric::fullName).toList() : similar;
  }

  /** Those that anybody in {@code results} has. */
  static List<Metric> measured(WorkloadResults results) {
    List<Cell> cells = results.standings().stream().flatMap(s -> s.cells().stream()).toList();
    List<Metric> all = new ArrayList<>(ALL);
    Column.of(cells).stream()
        .filter(column -> column.returnWay().isPresent())
        .map(Metric::returned)
        .filter(way -> !ALL.contains(way))
        .forEach(way -> all.add(ALL.indexOf(HALF_BACK), way));
    return all.stream()
        .filter(m -> results.standings().stream().anyMatch(s -> s.number(m.column()).isPresent()))
        .toList();
  }

  /** The unit in which the bytes of a table are written. */
  static String memoryUnit(WorkloadResults results, List<Metric> metrics) {
    double largest =
        metrics.stream()
            .filter(m -> m.shape() == Shape.BYTES)
            // What is returned adds up over the run, and would make the rest look like nothing.
            .filter(m -> !m.group().equals(RETURNED))
            .flatMap(m -> results.standings().stream().map(s -> s.number(m.column())))
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .max()
            .orElse(0);
    return Units.unitFor(largest);
  }

  /** Head of its column where there is one line for it: {@code peak, MiB}. */
  String title(String unit) {
    return shape == Shape.BYTES ? fullName() + ", " + unit : fullName();
  }

  /**
   * What no other column is called: {@code forecast steady} is not the {@code steady} by a clock.
   */
  String fullName() {
    return group.equals(WALL_CLOCK) || group.equals(MEMORY) || group.isEmpty()
        ? name
        : group + " " + name;
  }

  /** Full names of {@code metrics} in the order of a table, a shared beginning said once. */
  static List<String> names(Collection<Metric> metrics) {
    List<Metric> inOrder = ALL.stream().filter(metrics::contains).collect(Collectors.toList());
    metrics.stream().filter(metric -> !inOrder.contains(metric)).forEach(inOrder::add);
    Map<String, String> names = new LinkedHashMap<>();
    for (Metric metric : inOrder) {
      boolean returned = metric.group.equals(RETURNED);
      names.merge(
          returned ? RETURNED : metric.fullName(),
          metric.fullName(),
          (former, next) -> former + "/" + metric.name);
    }
    return List.copyOf(names.values());
  }

  String write(double value, String unit) {
    return switch (shape) {
      case MILLIONS -> Units.significant(value / 1e6);
      case DURATION -> Units.nanos(value);
      // Retained is below 0 where most of what was asked for was never touched.
      case BYTES -> value < 0 ? "-" : Units.bytesIn(unit, value);
      case PLAIN ->
          value == Math.rint(value) ? Units.count((long) value) : Units.significant(value);
    };
  }

  private List<Interval> spreads(WorkloadResults results) {
    return results.standings().stream()
        .filter(Standing::competes)
        .map(standing -> TimedFigure.of(standing, column))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Whether it overlaps with the one of the best median. */
  private boolean isNotBeaten(Interval own, List<Interval> rivals) {
    Comparator<Interval> order = Comparator.comparing(Interval::value);
    return rivals.stream()
        .min(column.better() == Column.Better.HIGHER ? order.reversed() : order)
        .filter(own::overlaps)
        .isPresent();
  }

  /** How sure a figure is, behind it; empty for what has no interval. */
  String spread(Standing standing) {
    return TimedFigure.of(standing, column)
        .map(interval -> String.format(Locale.ROOT, " \u00b1%.0f%%", 100 * interval.spread()))
        .orElse("");
  }

  /**
   * Best as shown, or not surely worse than the best: what looks equal is marked alike, and nothing
   * where all are equal, or the machine was too busy to tell.
   */
  boolean isBest(WorkloadResults results, Standing standing, String unit) {
    boolean untold = Objective.isByTheClock(column) && results.isTooBusy();
    if (!marksBest || !standing.competes() || untold) {
      return false;
    }
    double[] values =
        results.standings().stream()
            .filter(Standing::competes)
            .map(s -> s.number(column))
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .toArray();
    OptionalDouble best =
        column.better() == Column.Better.HIGHER
            ? DoubleStream.of(values).max()
            : DoubleStream.of(values).min();
    OptionalDouble own = standing.number(column);
    if (own.isEmpty() || best.isEmpty()) {
      return false;
    }
    List<Interval> rivals = spreads(results);
    Optional<Interval> spread = TimedFigure.of(standing, column);
    if (spread.isPresent() && rivals.size() == values.length) {
      return isNotBeaten(spread.get(), rivals)
          && rivals.stream().anyMatch(other -> !isNotBeaten(other, rivals));
    }
    String text = write(own.getAsDouble(), unit);
    return write(best.getAsDouble(), unit).equals(text)
        && DoubleStream.of(values).anyMatch(other -> !write(other, unit).equals(text));
  }
}
