package heapstakes.results.table;

import heapstakes.results.Column;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.Ratios;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.WorkloadResults;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/**
 * A run over all its workloads: each contestant's figures as multiples of a baseline's, geometric
 * means over the workloads where both have the figure. By the clock there is no mean, as another
 * run tells another choice of workloads: from the least to the most of those where the machine was
 * not too busy to tell.
 *
 * @param baseline contestant
 * @param objectives those for which there is a mean
 * @param rows means by contestant, one for each of {@code objectives}, null where there is none
 */
record Means(String baseline, List<Objective> objectives, SequencedMap<String, List<Mean>> rows) {
  /**
   * A mean, or a range.
   *
   * @param ratios how many times the baseline's figure
   * @param range whether it is shown from the least to the most
   * @param of so many workloads that the baseline has the figure on
   */
  record Mean(Optional<Ratios> ratios, boolean range, int of) {
    /** {@code 1.25 ×}, and on how many workloads where some are missing. */
    String text() {
      return times() + share().map(share -> " (" + share + ")").orElse("");
    }

    /** {@code 1.25 ×}, or nothing. */
    String times() {
      return ratios
          .map(all ->
              range
                  ? RecommendationText.range(all.least(), all.most())
                  : RecommendationText.times(all.mean()))
          .orElse("");
    }

    /** {@code 4 of 5} workloads, where it is not on all. */
    Optional<String> share() {
      return ratios
          .filter(all -> all.workloads() != of)
          .map(all -> String.format(Locale.ROOT, "%d of %d", all.workloads(), of));
    }
  }

  /** Empty where there are not two workloads, or nobody to measure by. */
  static Optional<Means> of(List<WorkloadResults> workloads, Choice choice) {
    List<String> contestants =
        workloads.stream()
            .flatMap(r -> r.standings().stream())
            .map(Standing::contestant)
            .distinct()
            .toList();
    Optional<String> baseline =
        choice
            .baseline()
            .or(() -> choice.usual().stream().filter(contestants::contains).findFirst());
    if (workloads.size() < 2 || baseline.isEmpty()) {
      return Optional.empty();
    }
    List<Objective> objectives =
        Arrays.stream(Objective.values())
            .filter(objective ->
                contestants.stream()
                    .anyMatch(c ->
                        !c.equals(baseline.get())
                            && mean(workloads, objective, c, baseline.get()).ratios().isPresent()))
            .toList();
    SequencedMap<String, List<Mean>> rows = new LinkedHashMap<>();
    for (String contestant : contestants) {
      rows.put(
          contestant,
          objectives.stream().map(o -> mean(workloads, o, contestant, baseline.get())).toList());
    }
    return objectives.isEmpty()
        ? Optional.empty()
        : Optional.of(new Means(baseline.get(), objectives, rows));
  }

  private static Mean mean(
      List<WorkloadResults> workloads, Objective objective, String contestant, String baseline) {
    List<Double> ratios = new ArrayList<>();
    int of = 0;
    for (WorkloadResults results : workloads) {
      OptionalDouble by = cost(results, objective, baseline);
      OptionalDouble own = cost(results, objective, contestant);
      of += by.isPresent() ? 1 : 0;
      boolean told = !objective.isByTheClock() || !results.isTooBusy();
      if (told && by.isPresent() && own.isPresent()) {
        boolean higher = objective.column().better() == Column.Better.HIGHER;
        double ratio = own.getAsDouble() / by.getAsDouble();
        ratios.add(higher ? 1 / ratio : ratio);
      }
    }
    return new Mean(
        ratios.isEmpty() ? Optional.empty() : Optional.of(Ratios.of(ratios)),
        objective.isByTheClock(),
        of);
  }

  private static OptionalDouble cost(
      WorkloadResults results, Objective objective, String contestant) {
    return results.standings().stream()
        .filter(standing -> standing.contestant().equals(contestant))
        .findFirst()
        .map(standing -> objective.cost(standing))
        .orElse(OptionalDouble.empty());
  }

  /** What stands above it, with what is missing everywhere by the clock. */
  String title() {
    String title = "over all workloads, as multiples of " + baseline;
    return usualShare()
        .map(share ->
            title
                + String.format(
                    Locale.ROOT, "; by the clock %s, the machine was too busy for the rest", share))
        .orElse(title);
  }

  /** A name for each column behind the contestant's. */
  List<String> heads() {
    return objectives.stream().map(Objective::title).toList();
  }

  /** Figures of {@code contestant}, each with what of its workloads the title has not said. */
  List<String> texts(String contestant) {
    Optional<String> usual = usualShare();
    return rows.getOrDefault(contestant, List.of()).stream()
        .map(mean -> mean.range() && mean.share().equals(usual) ? mean.times() : mean.text())
        .toList();
  }

  /**
   * On how many workloads all of the baseline's figures by the clock are, where some are missing.
   */
  private Optional<String> usualShare() {
    List<Optional<String>> shares =
        rows.getOrDefault(baseline, List.of()).stream()
            .filter(mean -> mean.range() && mean.ratios().isPresent())
            .map(Mean::share)
            .distinct()
            .toList();
    return shares.size() == 1 ? shares.getFirst() : Optional.empty();
  }
}
