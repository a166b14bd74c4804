package heapstakes.results.judge;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Status;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What an allocator is chosen for. */
public enum Objective {
  ONE_LIFE("one life", Column.ONE_LIFE_NS_PER_OP, 0),
  THROUGHPUT("throughput", Column.THROUGHPUT_OPS_PER_S, 0),
  TAIL_LATENCY("tail latency (p99.9)", Column.LATENCY_P99_9_NS, 1),
  FORECAST_ONE_LIFE("foretold one life", Column.FORECAST_ONE_LIFE_NS_PER_OP, 1),
  FORECAST_STEADY("foretold steady time", Column.FORECAST_STEADY_NS_PER_OP, 1),
  MODELLED_COST("modelled cost", Column.MODELLED_NS_PER_OP, 1),
  PEAK("peak memory", Column.PEAK_RESIDENT_BYTES, Floors.PAGE_BYTES),
  RETAINED("retained memory", Column.RETAINED_BYTES, Floors.PAGE_BYTES),
  TIME_TO_RETURN("time to return half", Column.TIME_TO_RETURN_HALF_NS, Floors.AT_ONCE_NANOS),
  BILL("memory bill", Column.RESIDENT_BYTE_SECONDS, 1);

  private static final class Floors {
    // One page: keeps a ratio finite where somebody holds nothing, and tells 0 from 1 page.
    private static final double PAGE_BYTES = 4096;

    // Nobody waits for a millisecond.
    private static final double AT_ONCE_NANOS = 1e6;
  }

  private final String title;
  private final Column column;
  private final double floor;

  Objective(String title, Column column, double floor) {
    this.title = title;
    this.column = column;
    this.floor = floor;
  }

  /** As tables name it. */
  public String title() {
    return title;
  }

  /** Where its figures stand. */
  public Column column() {
    return column;
  }

  /** Whether it is priced, not measured. */
  public boolean isForetold() {
    return this == FORECAST_ONE_LIFE || this == FORECAST_STEADY;
  }

  /**
   * A ratio that tells two contestants apart where their figures have no interval: the median
   * errors of forecasts are 10.6 % and 22.3 % (docs/adr/0019-forecast.md), counts have none.
   */
  public double tellable() {
    return switch (this) {
      case FORECAST_ONE_LIFE -> 1.15;
      case FORECAST_STEADY -> 1.32;
      default -> 1.005; // what prints as 1.00
    };
  }

  /** Whether the clock of a busy machine tells it wrongly. */
  public boolean isByTheClock() {
    return this == ONE_LIFE || this == THROUGHPUT || this == TAIL_LATENCY;
  }

  /** Whether figures in {@code column} are those of an objective by the clock, or its kin. */
  public static boolean isByTheClock(Column column) {
    return column.equals(Column.STEADY_NS_PER_OP)
        || column.header().startsWith("latency_")
        || Arrays.stream(values()).anyMatch(o -> o.isByTheClock() && o.column.equals(column));
  }

  /** The objective with that name in lower case, words joined by hyphens: {@code tail-latency}. */
  public static Optional<Objective> of(String word) {
    for (Objective objective : values()) {
      if (objective.word().equals(word)) {
        return Optional.of(objective);
      }
    }
    return Optional.empty();
  }

  /** Its name on the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * By the first row that has it. Lower is better, and never 0; empty where it was not measured,
   * never reached, or the replay came to no end.
   */
  public OptionalDouble cost(Standing standing) {
    return standing.first(this::cost);
  }

  /** The same for a single row. */
  public OptionalDouble cost(Cell cell) {
    if (!ended(cell)) {
      return OptionalDouble.empty(); // who was killed on the way used little
    }
    OptionalDouble value = cell.number(column);
    if (value.isPresent()) {
      return OptionalDouble.of(cost(value.getAsDouble()));
    }
    // Who gives back while it frees leaves little, and that little may stay for ever.
    boolean atOnce = this == TIME_TO_RETURN && cell.number(Column.RETURNED_SHARE).orElse(0) >= 0.5;
    return atOnce ? OptionalDouble.of(cost(0)) : value;
  }

  /**
   * Whether it was waited for in vain: the replay ended with less than half given back. That is no
   * figure that is missing, but worse than any.
   */
  public boolean isNever(Standing standing) {
    return this == TIME_TO_RETURN
        && cost(standing).isEmpty()
        && standing.first(Objective::shareAtItsEnd).isPresent();
  }

  private static OptionalDouble shareAtItsEnd(Cell cell) {
    return ended(cell) ? cell.number(Column.RETURNED_SHARE) : OptionalDouble.empty();
  }

  private static boolean ended(Cell cell) {
    String status = cell.text(Column.STATUS);
    return status.isEmpty() || status.equals(Status.OK.word());
  }

  private double cost(double value) {
    return column.better() == Column.Better.HIGHER
        ? 1 / Math.max(value, 1e-9)
        : Math.max(value, 0) + floor;
  }
}
