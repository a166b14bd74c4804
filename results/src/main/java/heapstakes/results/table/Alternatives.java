package heapstakes.results.table;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Interval;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.WorkloadResults;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Real libraries beside the one that programs have now.
 *
 * @param now the contestant that programs have now
 * @param hasTimes whether anybody was timed
 */
record Alternatives(List<WorkloadResults> workloads, String now, boolean hasTimes) {
  /** What is told of figures where nobody was timed. */
  static final String UNTIMED = "memory is exact; nothing was timed\n";

  private static final double MEBIBYTE = 1 << 20;

  static Alternatives of(List<Cell> cells, String now) {
    return new Alternatives(
        WorkloadResults.of(cells, key -> List.of()),
        now,
        cells.stream().anyMatch(cell -> !cell.text(Column.THROUGHPUT_OPS_PER_S).isEmpty()));
  }

  /** In the order of the rows; empty where {@code now} did not take part. */
  Set<String> libraries() {
    Set<String> names = new LinkedHashSet<>();
    workloads.stream()
        .filter(results -> standing(results, now).isPresent())
        .flatMap(results -> results.standings().stream())
        .filter(Standing::isNative)
        .map(Standing::contestant)
        .filter(name -> !name.equals(now))
        .forEach(names::add);
    return names;
  }

  /** What stands above a table of them. */
  String title() {
    return String.format(
        Locale.ROOT,
        "what %s would gain over %s%n",
        workloads.size() == 1 ? "a program like this" : "programs like these " + workloads.size(),
        now);
  }

  /**
   * How to have a library.
   *
   * @param form how to run a real program with it, or an empty text
   */
  static String toPaste(String form) {
    return form.isEmpty() ? "not installed for programs to load" : form;
  }

  /** A workload's name without its parameters. */
  static String program(WorkloadResults results) {
    return results.workload().replaceFirst(":.*", "");
  }

  private static Optional<Standing> standing(WorkloadResults results, String contestant) {
    return results.standings().stream()
        .filter(standing -> standing.contestant().equals(contestant))
        .findFirst();
  }

  /** Of a contestant on a workload, as {@link Objective#cost} has it. */
  static OptionalDouble cost(WorkloadResults results, String contestant, Objective objective) {
    return standing(results, contestant).map(objective::cost).orElse(OptionalDouble.empty());
  }

  static double mebibytes(double bytes) {
    return bytes / MEBIBYTE;
  }

  /** Whether it may be either side of 1. */
  static boolean isLevel(Interval ratio) {
    return ratio.low() <= 1 && ratio.high() >= 1;
  }

  /** How many times as good, and in brackets where that is. */
  static String text(Interval ratio) {
    String range = RecommendationText.range(ratio.low(), ratio.high());
    return isLevel(ratio)
        ? String.format(Locale.ROOT, "level (%s)", range)
        : String.format(
            Locale.ROOT,
            "%s (%s)",
            RecommendationText.times(ratio.value()),
            range.replace(" ×", ""));
  }
}
