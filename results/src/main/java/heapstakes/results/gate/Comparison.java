package heapstakes.results.gate;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.WorkloadNames;
import heapstakes.results.gate.GateRules.Across;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Two runs, figure by figure.
 *
 * @param base the run that is the measure
 * @param next the run that is judged
 * @param findings of the cells of {@code base}, in its order
 * @param missing cells that only {@code base} has
 * @param added cells that only {@code next} has
 * @param elsewhere what differs between the places of the runs: then times do not gate
 */
public record Comparison(
    RunFiles base,
    RunFiles next,
    List<Finding> findings,
    List<CellKey> missing,
    List<CellKey> added,
    List<String> elsewhere) {
  private static final Set<Column> PAID_FOR =
      Set.of(Column.PEAK_RESIDENT_BYTES, Column.RETAINED_BYTES, Column.RESIDENT_BYTE_SECONDS);

  /**
   * Compares.
   *
   * @throws ResultException when the runs have no cell in common
   */
  public static Comparison of(RunFiles base, RunFiles next, GateRules rules) {
    Pairs pairs = Pairs.of(base, next, rules);
    if (pairs.same().isEmpty() && pairs.changed().isEmpty()) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "%s and %s have no cell in common.\n  Run the same contestants and workloads twice, or compare --across settings.",
              base.path(),
              next.path()));
    }
    boolean timed = !base.forks().isEmpty() || !next.forks().isEmpty();
    List<String> elsewhere =
        timed ? Environments.differences(base.environment(), next.environment()) : List.of();
    CountedGate counted = new CountedGate(rules);
    TimedGate timing = new TimedGate(base, next, rules);
    List<Finding> findings = new ArrayList<>();
    for (CellKey key : base.cells().keySet()) {
      Cell before = cell(base, key);
      CellKey other = pairs.same().contains(key) ? key : pairs.changed().get(key);
      if (other == null) {
        findings.add(Finding.missing(before, Column.STATUS, "the whole cell is not there"));
        continue;
      }
      List<Finding> own = new ArrayList<>(counted.compare(before, cell(next, other)));
      if (other.trace().equals(key.trace()) || rules.across().contains(Across.TRACE)) {
        timing.compare(key, other).forEach(finding -> own.add(atItsPlace(finding, elsewhere)));
      }
      own.stream().map(finding -> across(finding, other)).forEach(findings::add);
    }
    FalseDiscovery discovery = FalseDiscovery.of(findings);
    findings.replaceAll(discovery::judged);
    if (rules.allowMissing()) {
      findings.replaceAll(finding ->
          finding.verdict() == Verdict.MISSING
              ? finding.informational("what is missing is allowed to be")
              : finding);
    }
    return new Comparison(base, next, findings, pairs.missing(), pairs.added(), elsewhere);
  }

  private static Finding atItsPlace(Finding finding, List<String> elsewhere) {
    return elsewhere.isEmpty() || finding.verdict() == Verdict.MISSING
        ? finding
        : finding.informational("measured in different places");
  }

  /**
   * Cells that differ trade one figure for another: more calls for less memory, a smaller share
   * given back of less. Of counted figures only the memory that people pay for gates then.
   */
  private static Finding across(Finding finding, CellKey other) {
    CellKey key = finding.key();
    if (key.equals(other)) {
      return finding;
    }
    boolean counted = finding.column().origin() == Column.Origin.METERED;
    Finding told =
        counted && !PAID_FOR.contains(finding.column())
            ? finding.informational(finding.remark())
            : finding;
    return key.contestant().equals(other.contestant())
        ? told
        : told.withRemark("now " + other.contestant());
  }

  private static Cell cell(RunFiles run, CellKey key) {
    return run.cells().getOrDefault(key, Cell.of(key).build());
  }

  /** Names under which the workloads of both runs are shown. */
  WorkloadNames names() {
    return WorkloadNames.of(
        Stream.concat(base.cells().keySet().stream(), next.cells().keySet().stream()));
  }

  /** The contestant that times are multiples of; empty where they are as measured. */
  public Optional<String> relativeTo() {
    return base.references().isEmpty() || next.references().isEmpty()
        ? Optional.empty()
        : next.environment().flatMap(environment -> environment.plan().relativeTo());
  }

  /** Whether nothing became worse, and nothing is missing. */
  public boolean passes() {
    return failures().isEmpty();
  }

  /** What makes the gate fail. */
  public List<Finding> failures() {
    return those(Finding::fails);
  }

  /** What moved and does not make it fail. */
  public List<Finding> moved() {
    return those(f -> !f.fails() && f.verdict() != Verdict.SAME && f.verdict() != Verdict.UNCLEAR);
  }

  /** Those of one kind. */
  public List<Finding> those(Predicate<Finding> kind) {
    return findings.stream().filter(kind).toList();
  }

  /** What so many tests may believe. */
  FalseDiscovery discovery() {
    return FalseDiscovery.of(findings);
  }

  /** Mean over cells, geometric, of the second run's figure divided by the first's, by column. */
  public Map<Column, Double> meanRatios() {
    Map<Column, List<Double>> logs = new LinkedHashMap<>();
    for (Finding finding : findings) {
      if (finding.isTimed() && finding.change().isPresent()) {
        logs.computeIfAbsent(finding.column(), c -> new ArrayList<>())
            .add(Math.log1p(finding.change().getAsDouble()));
      }
    }
    Map<Column, Double> means = new LinkedHashMap<>();
    logs.forEach((column, values) ->
        means.put(
            column,
            Math.exp(values.stream().mapToDouble(Double::doubleValue).average().orElse(0))));
    return means;
  }

  /**
   * The same but for what a second measurement of {@code next} contradicts. What that could not
   * measure fails as before.
   */
  public Comparison confirmedBy(Comparison second) {
    List<Finding> kept = new ArrayList<>();
    for (Finding finding : findings) {
      boolean doubtful = finding.isDoubtful() && second.contradicts(finding);
      kept.add(doubtful ? finding.informational("not confirmed by a second measurement") : finding);
    }
    return new Comparison(base, next, kept, missing, added, elsewhere);
  }

  /** Whether it has the same figure, measured well enough, and finds it no worse. */
  private boolean contradicts(Finding finding) {
    return findings.stream()
        .anyMatch(other ->
            other.key().equals(finding.key())
                && other.column() == finding.column()
                && (other.verdict() == Verdict.SAME || other.verdict() == Verdict.IMPROVED));
  }
}
