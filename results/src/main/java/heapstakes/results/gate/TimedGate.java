package heapstakes.results.gate;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Compares what is timed, fork by fork; what moved too little or by chance is the same. */
final class TimedGate {
  private static final List<Column> COLUMNS =
      List.of(
          Column.THROUGHPUT_OPS_PER_S,
          Column.LATENCY_P50_NS,
          Column.LATENCY_P99_NS,
          Column.LATENCY_P99_9_NS);
  private static final int SHOWN_DIGITS = 4;

  private final RunFiles base;
  private final RunFiles next;

  private final double leastShift;

  TimedGate(RunFiles base, RunFiles next, GateRules rules) {
    this.base = base;
    this.next = next;
    this.leastShift = rules.leastShift();
  }

  /**
   * Timed figures of a cell; empty when it was timed in neither run.
   *
   * @param key in the first run
   * @param other in the second, where it may be called otherwise
   */
  List<Finding> compare(CellKey key, CellKey other) {
    boolean relative = base.references().containsKey(key) && next.references().containsKey(other);
    List<Finding> findings = new ArrayList<>();
    for (Column column : COLUMNS) {
      double[] before = figures(base, key, column, relative);
      double[] after = figures(next, other, column, relative);
      if (before.length > 0 && after.length == 0) {
        findings.add(Finding.missing(row(base, key), column, "it has no forks"));
      } else if (after.length > 0) {
        findings.add(compare(key, column, before, after));
      }
    }
    findings.addAll(missingColumns(key, other, findings));
    return findings;
  }

  /** What only the row in {@code cells.csv} lacks. */
  private List<Finding> missingColumns(CellKey key, CellKey other, List<Finding> known) {
    Cell before = row(base, key);
    Cell after = row(next, other);
    return Column.standard().stream()
        .filter(column -> column.origin() == Column.Origin.WALL_CLOCK)
        .filter(column -> column.better() != Column.Better.NEITHER)
        .filter(column -> !before.text(column).isEmpty() && after.text(column).isEmpty())
        .filter(column -> known.stream().noneMatch(f -> isMissing(f, column)))
        .map(column -> Finding.missing(before, column, ""))
        .toList();
  }

  private static boolean isMissing(Finding finding, Column column) {
    return finding.column() == column && finding.verdict() == Verdict.MISSING;
  }

  private static Cell row(RunFiles run, CellKey key) {
    return run.cells().getOrDefault(key, Cell.of(key).build());
  }

  /** One a fork; relative ones are multiples of what the reference measured in the same fork. */
  private static double[] figures(RunFiles run, CellKey key, Column column, boolean relative) {
    double[] own = column(run.forks(), key, column);
    if (!relative) {
      return own;
    }
    double[] reference = column(run.references(), key, column);
    double[] ratios = new double[Math.min(own.length, reference.length)];
    Arrays.setAll(ratios, fork -> own[fork] / reference[fork]);
    return ratios;
  }

  private static double[] column(
      Map<CellKey, Map<Column, double[]>> forks, CellKey key, Column column) {
    return forks.getOrDefault(key, Map.of()).getOrDefault(column, new double[0]);
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
          String.format(
              Locale.ROOT,
              "%d and %d forks: at least 5 each are needed",
              before.length,
              after.length));
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

  private Verdict verdict(Column column, double shift, double p) {
    if (!(p < RankTest.SIGNIFICANCE) || Math.abs(shift) < leastShift) {
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
