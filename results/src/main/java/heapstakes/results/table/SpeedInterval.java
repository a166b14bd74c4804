package heapstakes.results.table;

import heapstakes.results.Column;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.WorkloadResults;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where a contestant's speed lies, in operations a second.
 *
 * @param low end of the interval that was measured
 * @param high the other end
 */
record SpeedInterval(double low, double high) {
  /** Whether the two are measured well enough not to overlap. */
  static boolean part(WorkloadResults results, String one, String other) {
    Optional<SpeedInterval> first = of(results, one);
    Optional<SpeedInterval> second = of(results, other);
    return first.isPresent()
        && second.isPresent()
        && (first.get().high < second.get().low || second.get().high < first.get().low);
  }

  private static Optional<SpeedInterval> of(WorkloadResults results, String contestant) {
    return results.standings().stream()
        .filter(standing -> standing.contestant().equals(contestant))
        .findFirst()
        .flatMap(SpeedInterval::of);
  }

  /** By the interval of a steady operation where the run has one, else by JMH's error. */
  private static Optional<SpeedInterval> of(Standing standing) {
    OptionalDouble least = figure(standing, "steady_ns_per_op_low");
    OptionalDouble most = figure(standing, "steady_ns_per_op_high");
    if (least.isPresent() && most.isPresent()) {
      return Optional.of(new SpeedInterval(1e9 / most.getAsDouble(), 1e9 / least.getAsDouble()));
    }
    OptionalDouble mean = standing.number(Column.THROUGHPUT_OPS_PER_S);
    OptionalDouble error = standing.number(Column.THROUGHPUT_ERROR_OPS_PER_S);
    return mean.isPresent() && error.isPresent()
        ? Optional.of(
            new SpeedInterval(
                mean.getAsDouble() - error.getAsDouble(), mean.getAsDouble() + error.getAsDouble()))
        : Optional.empty();
  }

  private static OptionalDouble figure(Standing standing, String header) {
    return Column.of(header).map(standing::number).orElse(OptionalDouble.empty());
  }
}
