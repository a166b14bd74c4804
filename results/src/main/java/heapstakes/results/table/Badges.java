package heapstakes.results.table;

import heapstakes.results.Column;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.WorkloadResults;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a table has to say of contestants that are neither real nor equal to what is real. */
final class Badges {
  private static final Set<String> NEED_NO_WORD = Set.of("", "twin", "real");

  private Badges() {}

  /** What each is, a line; empty in results of earlier versions. */
  static Optional<String> all(List<WorkloadResults> workloads) {
    String named =
        workloads.stream()
            .flatMap(results -> results.standings().stream())
            .filter(standing -> !standing.likeness().isEmpty())
            .map(standing -> standing.contestant() + " (" + standing.likeness() + ")")
            .distinct()
            .collect(Collectors.joining(", "));
    return named.isEmpty() ? Optional.empty() : Optional.of(named);
  }

  /** Who is neither real nor a twin, one line; empty where nobody is. */
  static Optional<String> legend(List<WorkloadResults> workloads) {
    String named =
        workloads.stream()
            .flatMap(results -> results.standings().stream())
            .filter(standing -> !NEED_NO_WORD.contains(standing.text(Column.BADGE)))
            .map(Badges::named)
            .distinct()
            .collect(Collectors.joining(", "));
    return named.isEmpty()
        ? Optional.empty()
        : Optional.of("compared with no real library: " + named);
  }

  private static String named(Standing standing) {
    return String.format(
        Locale.ROOT,
        "%s (%s)",
        standing.contestant(),
        standing.isExperiment()
            ? "an experiment: no library can be set so"
            : standing.text(Column.BADGE));
  }
}
