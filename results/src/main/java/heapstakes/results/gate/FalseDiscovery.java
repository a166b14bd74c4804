package heapstakes.results.gate;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What many tests at once may believe, by Benjamini and Hochberg: of those that a p up to the bound
 * tells, no more than {@link #RATE} are expected to be chance.
 *
 * @param tests how many were made
 * @param bound highest p that is believed; 0 where none is
 */
record FalseDiscovery(int tests, double bound) {
  /** Share of false ones among the believed ones. */
  static final double RATE = 0.05;

  /** Of all timed figures that were tested. */
  static FalseDiscovery of(List<Finding> findings) {
    double[] sorted =
        findings.stream()
            .map(Finding::p)
            .flatMapToDouble(OptionalDouble::stream)
            .sorted()
            .toArray();
    double bound = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] <= RATE * (i + 1) / sorted.length) {
        bound = sorted[i];
      }
    }
    return new FalseDiscovery(sorted.length, bound);
  }

  /** What moved by a p that is not believed among so many gates no more. */
  Finding judged(Finding finding) {
    boolean moved = finding.verdict() == Verdict.REGRESSED || finding.verdict() == Verdict.IMPROVED;
    return finding.gates() && moved && finding.p().orElse(0) > bound
        ? finding.informational(
            String.format(Locale.ROOT, "told by its p alone, not among %d tests", tests))
        : finding;
  }

  /** For people. */
  String text() {
    return String.format(
        Locale.ROOT,
        "false discovery rate %.0f %% over %d tests: %s",
        100 * RATE,
        tests,
        bound == 0
            ? "no p is low enough to be believed"
            : String.format(
                Locale.ROOT, "p up to %.2g is believed", Math.min(bound, RankTest.SIGNIFICANCE)));
  }
}
