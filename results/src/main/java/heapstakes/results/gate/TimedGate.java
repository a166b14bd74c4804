package heapstakes.results.gate;

import heapstakes.results.CellKey;
import heapstakes.results.Column;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Compares what is timed, fork by fork; what moved too little or by chance is the same. */
final class TimedGate {
  /** Smaller shifts are no regression, however sure they are. */
  static final double LEAST_SHIFT = 0.05;

  private static final List<Column> COLUMNS =
      List.of(
          Column.THROUGHPUT_OPS_PER_S,
          Column.LATENCY_P50_NS,
          Column.LATENCY_P99_NS,
          Column.LATENCY_P99_9_NS);
  private static final int SHOWN_DIGITS = 4;

  private final RunFiles base;
  private final RunFiles next;
  private final Optional<String> relativeTo;

  TimedGate(RunFiles base, RunFiles next, Optional<String> relativeTo) {
    this.base = base;
    this.next = next;
    this.relativeTo = relativeTo;
  }

  /** Timed figures of a cell; empty when it was timed in neither run. */
  List<Finding> compare(CellKey key) {
    List<Finding> findings = new ArrayList<>();
    for (Column column : COLUMNS) {
      Optional<double[]> before = figures(base, key, column);
      Optional<double[]> after = figures(next, key, column);
      if (before.isPresent() || after.isPresent()) {
        findings.add(
            compare(key, column, before.orElse(new double[0]), after.orElse(new double[0])));
      }
    }
    return findings;
  }

  private Optional<double[]> figures(RunFiles run, CellKey key, Column column) {
    Optional<double[]> own = column(run, key, column);
    if (relativeTo.isEmpty() || own.isEmpty()) {
      return own;
    }
    return reference(run, key).flatMap(r -> column(run, r, column)).map(r -> ratios(own.get(), r));
  }

  private static Optional<double[]> column(RunFiles run, CellKey key, Column column) {
    return Optional.ofNullable(run.forks().getOrDefault(key, Map.of()).get(column));
  }

  /** The contestant that others are measured by, in the same race; empty for itself. */
  private Optional<CellKey> reference(RunFiles run, CellKey key) {
    return run.forks().keySet().stream()
        .filter(other ->
            other.contestant().equals(relativeTo.orElse(""))
                && !other.equals(key)
                && other.workload().equals(key.workload())
                && other.memory().equals(key.memory())
                && other.threads() == key.threads())
        .findFirst();
  }

  private static double[] ratios(double[] own, double[] reference) {
    double[] ratios = new double[Math.min(own.length, reference.length)];
    Arrays.setAll(ratios, round -> own[round] / reference[round]);
    return ratios;
  }

  private Finding compare(CellKey key, Column column, double[] before, double[] after) {
    if (!RankTest.isPossible(before.length, after.length)) {
      return finding(
          key,
          column,
          before,
          after,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          Verdict.UNCLEAR,
          "%d and %d forks: at least 5 each are needed".formatted(before.length, after.length));
    }
    RankTest test = RankTest.of(before, after);
    double shift = test.ratio() - 1;
    return finding(
        key,
        column,
        before,
        after,
        OptionalDouble.of(shift),
        OptionalDouble.of(test.p()),
        verdict(column, shift, test.p()),
        "");
  }

  private static Verdict verdict(Column column, double shift, double p) {
    if (!(p < RankTest.SIGNIFICANCE) || Math.abs(shift) < LEAST_SHIFT) {
      return Verdict.SAME;
    }
    boolean better = column.better() == Column.Better.HIGHER ? shift > 0 : shift < 0;
    return better ? Verdict.IMPROVED : Verdict.REGRESSED;
  }

  private static Finding finding(
      CellKey key,
      Column column,
      double[] before,
      double[] after,
      OptionalDouble shift,
      OptionalDouble p,
      Verdict verdict,
      String remark) {
    return new Finding(key, column, shown(before), shown(after), shift, p, verdict, true, remark);
  }

  private static String shown(double[] sample) {
    return sample.length == 0
        ? ""
        : BigDecimal.valueOf(RankTest.median(sample))
            .round(new MathContext(SHOWN_DIGITS))
            .toPlainString();
  }
}
