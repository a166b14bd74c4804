package heapstakes.results.table;

import heapstakes.results.Column;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.WorkloadResults;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a table has to say of contestants that are neither real nor equal to what is real. */
final class Badges {
  private static final Set<String> NEED_NO_WORD = Set.of("", "twin", "real");

  private static final String POOLS =
      "no malloc but pools of a JVM, their chunks without the JVM's own memory, not ranked: ";

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

  /** Who is neither real nor a twin, and who is no malloc, a line each; empty where nobody is. */
  static Optional<String> legend(List<WorkloadResults> workloads) {
    String unlike =
        named(workloads, s -> !NEED_NO_WORD.contains(s.text(Column.BADGE)) && !s.isManaged());
    String pools = named(workloads, Standing::isManaged);
    String lines =
        Stream.of(line("compared with no real library: ", unlike), line(POOLS, pools))
            .filter(line -> !line.isEmpty())
            .collect(Collectors.joining("\n"));
    return lines.isEmpty() ? Optional.empty() : Optional.of(lines);
  }

  private static String line(String before, String names) {
    return names.isEmpty() ? "" : before + names;
  }

  private static String named(List<WorkloadResults> workloads, Predicate<Standing> who) {
    return workloads.stream()
        .flatMap(results -> results.standings().stream())
        .filter(who)
        .map(Badges::named)
        .distinct()
        .collect(Collectors.joining(", "));
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
