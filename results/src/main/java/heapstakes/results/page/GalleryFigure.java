package heapstakes.results.page;

import heapstakes.results.Column;
import heapstakes.results.Interval;
import heapstakes.results.Status;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.TimedFigure;
import heapstakes.results.judge.WorkloadResults;
import heapstakes.results.table.Units;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/** A column of a gallery's tables. */
enum GalleryFigure {
  PEAK("peak", "most memory resident at a time", Column.PEAK_RESIDENT_BYTES, Units::bytes),
  RETAINED(
      "retained",
      "resident beyond what the program holds, when the work is done",
      Column.RETAINED_BYTES,
      Units::bytes),
  RETURNED(
      "returned", "given back to the kernel in all", Column.RETURNED_DONTNEED_BYTES, Units::bytes),
  RETURN_TIME(
      "half back after",
      "from the last free until half of what was left is given back",
      Column.TIME_TO_RETURN_HALF_NS,
      Units::nanos),
  ONE_LIFE(
      "one life",
      "an operation of a fresh process, with the interval of 95 %",
      Column.ONE_LIFE_NS_PER_OP,
      Units::nanos),
  STEADY(
      "steady",
      "an operation once the heap is warm, with the interval of 95 %",
      Column.STEADY_NS_PER_OP,
      Units::nanos),
  FORETOLD_ONE_LIFE(
      "one life, foretold",
      "what the twin's work would take, priced",
      Column.FORECAST_ONE_LIFE_NS_PER_OP,
      Units::nanos),
  FORETOLD_STEADY(
      "steady, foretold",
      "what the twin's work would take, priced",
      Column.FORECAST_STEADY_NS_PER_OP,
      Units::nanos);

  /** Smaller changes from a version to the next are not told. */
  private static final double LEAST_CHANGE = 0.005;

  private static final double PAGE_BYTES = 4096;

  private final String title;
  private final String about;
  private final Column column;
  private final DoubleFunction<String> unit;

  GalleryFigure(String title, String about, Column column, DoubleFunction<String> unit) {
    this.title = title;
    this.about = about;
    this.column = column;
    this.unit = unit;
  }

  String title() {
    return title;
  }

  String about() {
    return about;
  }

  /** As measured; empty where it was not. */
  OptionalDouble value(Standing standing) {
    return this == RETURNED ? returned(standing) : standing.number(column);
  }

  /** What MADV_FREE promises is no less resident for it. */
  private static OptionalDouble returned(Standing standing) {
    List<OptionalDouble> ways =
        Column.of(standing.cells()).stream()
            .filter(of -> of.returnWay().isPresent() && !of.equals(Column.RETURNED_FREE_BYTES))
            .map(standing::number)
            .filter(OptionalDouble::isPresent)
            .toList();
    return ways.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(ways.stream().mapToDouble(OptionalDouble::getAsDouble).sum());
  }

  /** For people; empty where it was not measured. */
  String text(Standing standing) {
    OptionalDouble value = value(standing);
    if (this == RETURN_TIME && value.isEmpty()) {
      return Objective.TIME_TO_RETURN.isNever(standing)
          ? "never"
          : Objective.TIME_TO_RETURN.cost(standing).isPresent() ? "at once" : "";
    }
    return value.isPresent() ? unit.apply(value.getAsDouble()) : "";
  }

  /** The interval of a time; empty for what is counted. */
  String interval(Standing standing) {
    return TimedFigure.of(standing, column)
        .map(of ->
            String.format(Locale.ROOT, "%s to %s", unit.apply(of.low()), unit.apply(of.high())))
        .orElse("");
  }

  /** What changed from the version before in memory: {@code +50.2 MiB}; empty where little did. */
  String change(Standing before, Standing after) {
    if (this != PEAK && this != RETAINED) {
      return "";
    }
    double old = value(before).orElse(Double.NaN);
    double change = value(after).orElse(Double.NaN) - old;
    return Math.abs(change) >= Math.max(PAGE_BYTES, LEAST_CHANGE * Math.abs(old))
        ? (change > 0 ? "+" : "−") + unit.apply(Math.abs(change))
        : "";
  }

  /**
   * Those of its kind, model or real library, than whom nobody is better for all that can be told.
   */
  List<Standing> best(WorkloadResults results, boolean real) {
    boolean timed = this == ONE_LIFE || this == STEADY;
    if (this == RETURNED || timed && results.isTooBusy()) {
      return List.of();
    }
    List<Standing> rivals =
        results.standings().stream()
            .filter(of -> of.isNative() == real && of.competes() && ended(of) && cost(of) < never())
            .toList();
    Optional<Standing> best = rivals.stream().min(Comparator.comparingDouble(this::cost));
    return best.isEmpty() || rivals.size() < 2
        ? List.of()
        : rivals.stream().filter(rival -> isLevel(rival, best.get())).toList();
  }

  private static boolean ended(Standing standing) {
    String status = standing.text(Column.STATUS);
    return status.isEmpty() || status.equals(Status.OK.word());
  }

  private static double never() {
    return Double.POSITIVE_INFINITY;
  }

  private double cost(Standing standing) {
    return this == RETURN_TIME
        ? Objective.TIME_TO_RETURN.cost(standing).orElse(never())
        : value(standing).orElse(never());
  }

  private boolean isLevel(Standing rival, Standing best) {
    Optional<Interval> interval = TimedFigure.of(best, column);
    if (interval.isPresent()) {
      return TimedFigure.of(rival, column)
          .map(of -> of.overlaps(interval.get()))
          .orElse(cost(rival) <= cost(best));
    }
    return switch (this) {
      case FORETOLD_ONE_LIFE -> cost(rival) <= cost(best) * Objective.FORECAST_ONE_LIFE.tellable();
      case FORETOLD_STEADY -> cost(rival) <= cost(best) * Objective.FORECAST_STEADY.tellable();
      default -> text(rival).equals(text(best));
    };
  }
}
