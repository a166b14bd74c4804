package heapstakes.results.table;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.Recommendation;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.WorkloadResults;
import heapstakes.results.table.TextTable.Entry;
import heapstakes.results.table.TextTable.Heading;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.UnaryOperator;

/** "What would I gain by switching?", of real libraries against the one that programs have now. */
public final class SwitchText {
  private static final double MEBIBYTE = 1 << 20;

  private final Style style;
  private final UnaryOperator<String> deployableForm;
  private final String now;

  /**
   * @param deployableForm how to run a real program with a contestant, or an empty text
   * @param now the contestant that programs have now
   */
  public SwitchText(Style style, UnaryOperator<String> deployableForm, String now) {
    this.style = style;
    this.deployableForm = deployableForm;
    this.now = now;
  }

  /**
   * Means over the workloads, with the least and the most; empty where {@code now} or another real
   * library did not take part.
   */
  public String render(List<Cell> cells) {
    List<WorkloadResults> workloads = WorkloadResults.of(cells, key -> List.of());
    TextTable table =
        new TextTable(
            List.of(
                Heading.texts("instead of " + now),
                Heading.texts("speed"),
                Heading.texts("peak memory"),
                Heading.texts("retained memory")));
    boolean any = false;
    for (String library : others(workloads)) {
      String form = deployableForm.apply(library);
      table.add(
          List.of(
              new Entry(library, false),
              new Entry(speed(workloads, library), false),
              new Entry(memory(workloads, library, Objective.PEAK), false),
              new Entry(memory(workloads, library, Objective.RETAINED), false)));
      table.remark("    " + (form.isEmpty() ? "not installed for programs to load" : form));
      any = true;
    }
    return any ? style.fit("\n" + title(workloads) + table.render(style) + sureness()) : "";
  }

  private static String title(List<WorkloadResults> workloads) {
    return workloads.size() == 1
        ? "what a program like this would gain\n"
        : String.format(
            Locale.ROOT,
            "what programs like these %d would gain: on average, and from least to most\n",
            workloads.size());
  }

  private static String sureness() {
    return "memory is exact; speed is this machine's now, and level where its intervals overlap\n";
  }

  /** Real libraries besides the one of now, where that took part. */
  private Set<String> others(List<WorkloadResults> workloads) {
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

  private static Optional<Standing> standing(WorkloadResults results, String contestant) {
    return results.standings().stream()
        .filter(standing -> standing.contestant().equals(contestant))
        .findFirst();
  }

  /** Only of workloads on which both are known apart: a first look often cannot tell. */
  private String speed(List<WorkloadResults> workloads, String library) {
    List<WorkloadResults> timed =
        workloads.stream()
            .filter(results -> cost(results, library, Objective.THROUGHPUT).isPresent())
            .filter(results -> cost(results, now, Objective.THROUGHPUT).isPresent())
            .toList();
    List<WorkloadResults> calm = timed.stream().filter(results -> !results.isTooBusy()).toList();
    List<WorkloadResults> told =
        calm.stream().filter(results -> SpeedInterval.part(results, library, now)).toList();
    if (timed.isEmpty()) {
      return "-";
    }
    if (told.isEmpty()) {
      return calm.isEmpty() ? "machine too busy to tell" : "cannot be told";
    }
    String ratios = ratios(told, library, Objective.THROUGHPUT);
    return ratios
        + share(", level on %d of %d", calm.size() - told.size(), timed.size())
        + share(", machine too busy on %d of %d", timed.size() - calm.size(), timed.size());
  }

  private static String share(String format, int count, int all) {
    return count == 0 ? "" : String.format(Locale.ROOT, format, count, all);
  }

  private String ratios(List<WorkloadResults> workloads, String library, Objective objective) {
    List<Double> ratios = new ArrayList<>();
    boolean higher = objective.column().better() == Column.Better.HIGHER;
    for (WorkloadResults results : workloads) {
      OptionalDouble own = cost(results, library, objective);
      OptionalDouble by = cost(results, now, objective);
      if (own.isPresent() && by.isPresent()) {
        double ratio = own.getAsDouble() / by.getAsDouble();
        ratios.add(higher ? 1 / ratio : ratio);
      }
    }
    if (ratios.isEmpty()) {
      return "-";
    }
    String mean = RecommendationText.times(Recommendation.mean(ratios));
    return ratios.size() == 1
        ? mean
        : String.format(
            Locale.ROOT,
            "%s (%.2f–%.2f)",
            mean,
            ratios.stream().mapToDouble(r -> r).min().orElseThrow(),
            ratios.stream().mapToDouble(r -> r).max().orElseThrow());
  }

  private static OptionalDouble cost(WorkloadResults results, String name, Objective objective) {
    return standing(results, name).map(objective::cost).orElse(OptionalDouble.empty());
  }

  /** Ratios, and by how much on the workload where that is most. */
  private String memory(List<WorkloadResults> workloads, String library, Objective objective) {
    double most = 0;
    String where = "";
    for (WorkloadResults results : workloads) {
      OptionalDouble own = cost(results, library, objective);
      OptionalDouble by = cost(results, now, objective);
      double difference =
          own.isPresent() && by.isPresent() ? own.getAsDouble() - by.getAsDouble() : 0;
      if (Math.abs(difference) > Math.abs(most)) {
        most = difference;
        where = workloads.size() == 1 ? "" : " on " + results.workload().replaceFirst(":.*", "");
      }
    }
    String ratios = ratios(workloads, library, objective);
    return most == 0
        ? ratios
        : String.format(Locale.ROOT, "%s, %+.1f MiB%s", ratios, most / MEBIBYTE, where);
  }
}
