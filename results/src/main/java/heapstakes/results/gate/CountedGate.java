package heapstakes.results.gate;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Status;
import heapstakes.results.gate.GateRules.Across;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedSet;

/** Compares what is counted: equal or not, with no more tolerance than the user allows. */
final class CountedGate {
  /** What is empty where it never came to pass, and not only where it was not measured. */
  private static final List<Column> NEVER = List.of(Column.TIME_TO_RETURN_HALF_NS);

  private final GateRules rules;

  CountedGate(GateRules rules) {
    this.rules = rules;
  }

  /** Status, trace and counted figures of a cell that both runs have. */
  List<Finding> compare(Cell base, Cell next) {
    List<Finding> findings = new ArrayList<>();
    findings.add(status(base, next));
    Finding trace = trace(base, next);
    findings.add(trace);
    if (trace.verdict() == Verdict.SAME || !trace.gates()) {
      boolean sameEverywhere = base.key().memory().startsWith("simulated");
      SortedSet<Column> columns = base.columns();
      columns.addAll(next.columns());
      for (Column column : columns) {
        if (column.origin() == Column.Origin.METERED && !isNew(column, base)) {
          Finding finding = figure(base, next, column);
          findings.add(
              sameEverywhere
                      || column.equals(Column.INSTRUCTIONS_PER_OP)
                      || finding.verdict() == Verdict.SAME
                      || finding.verdict() == Verdict.MISSING
                  ? finding
                  : finding.informational("real memory: not the same at every run"));
        }
      }
    }
    return findings;
  }

  /** A run of before there were forecasts, or without them, has none to compare with. */
  private static boolean isNew(Column column, Cell base) {
    return base.text(column).isEmpty()
        && (column.header().startsWith("forecast_") || column.header().startsWith("locality_"));
  }

  private static Finding status(Cell base, Cell next) {
    String before = base.text(Column.STATUS);
    String after = next.text(Column.STATUS);
    boolean good = after.equals(Status.OK.word());
    Verdict verdict =
        before.equals(after) ? Verdict.SAME : good ? Verdict.IMPROVED : Verdict.REGRESSED;
    return text(base, next, Column.STATUS, verdict, "");
  }

  private Finding trace(Cell base, Cell next) {
    boolean same = base.text(Column.TRACE_SHA256).equals(next.text(Column.TRACE_SHA256));
    if (!same && rules.across().contains(Across.TRACE)) {
      return text(base, next, Column.TRACE_SHA256, Verdict.CHANGED, "")
          .informational("another trace");
    }
    return text(
        base,
        next,
        Column.TRACE_SHA256,
        same ? Verdict.SAME : Verdict.CHANGED,
        same ? "" : "another trace: its figures cannot be compared");
  }

  private static Finding text(Cell base, Cell next, Column column, Verdict verdict, String remark) {
    return new Finding(
        base.key(),
        column,
        base.text(column),
        next.text(column),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        verdict,
        true,
        remark);
  }

  private Finding figure(Cell base, Cell next, Column column) {
    OptionalDouble change = change(base.number(column), next.number(column));
    return new Finding(
        base.key(),
        column,
        base.text(column),
        next.text(column),
        change,
        OptionalDouble.empty(),
        verdict(base, next, column, change),
        true,
        "");
  }

  private static OptionalDouble change(OptionalDouble base, OptionalDouble next) {
    return base.isEmpty() || next.isEmpty() || base.getAsDouble() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(next.getAsDouble() / base.getAsDouble() - 1);
  }

  private Verdict verdict(Cell base, Cell next, Column column, OptionalDouble change) {
    if (base.text(column).equals(next.text(column))
        || Math.abs(change.orElse(Double.NaN)) <= rules.tolerance(column)) {
      return Verdict.SAME;
    }
    OptionalDouble before = base.number(column);
    OptionalDouble after = next.number(column);
    if (before.isEmpty() || after.isEmpty()) {
      return after.isEmpty() && !NEVER.contains(column) ? Verdict.MISSING : Verdict.CHANGED;
    }
    boolean rose = after.getAsDouble() > before.getAsDouble();
    return switch (column.better()) {
      case NEITHER -> Verdict.CHANGED;
      case LOWER -> better(!rose);
      case HIGHER -> better(rose);
    };
  }

  private Verdict better(boolean better) {
    if (!better) {
      return Verdict.REGRESSED;
    }
    return rules.exact() ? Verdict.CHANGED : Verdict.IMPROVED;
  }
}
