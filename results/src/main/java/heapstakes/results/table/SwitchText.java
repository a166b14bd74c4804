package heapstakes.results.table;

import heapstakes.results.Cell;
import heapstakes.results.Interval;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.WorkloadResults;
import heapstakes.results.table.TextTable.Entry;
import heapstakes.results.table.TextTable.Heading;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/** "What would I gain by switching?", of real libraries against the one that programs have now. */
public final class SwitchText {
  private static final List<Objective> MEMORY = List.of(Objective.PEAK, Objective.RETAINED);
  private static final List<Objective> WITH_TIMES =
      List.of(Objective.ONE_LIFE, Objective.THROUGHPUT, Objective.PEAK, Objective.RETAINED);

  /** Workloads that have a row each. */
  static final int MOST_NAMED = 6;

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
   * A row a library and workload, or a row a library that sums up more workloads than a screen has
   * room for; empty where {@code now} or another real library did not take part. There is no mean
   * of speeds: which workloads a machine can tell changes from run to run, and one that is a
   * hundred times as fast makes any mean. Where nothing was timed, speed has no column.
   */
  public String render(List<Cell> cells) {
    Alternatives alternatives = Alternatives.of(cells, now);
    List<WorkloadResults> workloads = alternatives.workloads();
    Set<String> libraries = alternatives.libraries();
    if (libraries.isEmpty()) {
      return "";
    }
    List<Objective> objectives = alternatives.hasTimes() ? WITH_TIMES : MEMORY;
    boolean isNamed = workloads.size() > 1 && workloads.size() <= MOST_NAMED;
    List<Heading> headings = new ArrayList<>(List.of(Heading.texts("with")));
    if (isNamed) {
      headings.add(Heading.texts("on"));
    }
    objectives.forEach(objective -> headings.add(Heading.texts(name(objective))));
    TextTable table = new TextTable(headings);
    for (String library : libraries) {
      String called = library;
      for (List<WorkloadResults> group : isNamed ? each(workloads) : List.of(workloads)) {
        List<Entry> row = new ArrayList<>(List.of(new Entry(called, false)));
        if (isNamed) {
          row.add(new Entry(Alternatives.program(group.getFirst()), false));
        }
        objectives.forEach(objective -> row.add(new Entry(gain(group, library, objective), false)));
        table.add(row);
        called = "";
      }
      table.remark("    " + Alternatives.toPaste(deployableForm.apply(library)));
    }
    return style.fit(
        alternatives.title() + table.render(style) + sureness(alternatives.hasTimes()));
  }

  private static List<List<WorkloadResults>> each(List<WorkloadResults> workloads) {
    return workloads.stream().map(List::of).toList();
  }

  private static String name(Objective objective) {
    return objective == Objective.THROUGHPUT ? "steady speed" : objective.title();
  }

  private static String sureness(boolean hasTimes) {
    return !hasTimes
        ? Alternatives.UNTIMED
        : "one life is a command that ends, steady a service; memory is exact, speed is this"
            + " machine's now:\nin brackets where it is with 95 %, level if that may be either"
            + " side\n";
  }

  private String gain(List<WorkloadResults> workloads, String library, Objective objective) {
    return MEMORY.contains(objective)
        ? memory(workloads, library, objective)
        : speed(workloads, library, objective);
  }

  /** How many times as fast on the one workload, or on how many of several. */
  private String speed(List<WorkloadResults> workloads, String library, Objective objective) {
    List<Interval> told = new ArrayList<>();
    int busy = 0;
    for (WorkloadResults results : workloads) {
      Optional<Interval> lead = results.lead(library, now, objective);
      if (lead.isPresent() && results.isTooBusy()) {
        busy++;
      } else {
        lead.ifPresent(told::add);
      }
    }
    if (told.isEmpty()) {
      return busy > 0 ? "too busy to tell" : "not timed";
    }
    return workloads.size() == 1 ? Alternatives.text(told.getFirst()) : counts(told, busy);
  }

  private static String counts(List<Interval> ratios, int busy) {
    long faster = ratios.stream().filter(ratio -> ratio.low() > 1).count();
    long level = ratios.stream().filter(Alternatives::isLevel).count();
    StringJoiner text = new StringJoiner(", ");
    add(text, faster, "faster");
    add(text, ratios.size() - faster - level, "slower");
    add(text, level, "level");
    add(text, busy, "too busy");
    return text.toString();
  }

  private static void add(StringJoiner text, long count, String what) {
    if (count > 0) {
      text.add(count + " " + what);
    }
  }

  /** The ratio and the difference on the one workload, or the least and most of several. */
  private String memory(List<WorkloadResults> workloads, String library, Objective objective) {
    List<Double> differences = new ArrayList<>();
    double ratio = 1;
    for (WorkloadResults results : workloads) {
      OptionalDouble own = Alternatives.cost(results, library, objective);
      OptionalDouble by = Alternatives.cost(results, now, objective);
      if (own.isPresent() && by.isPresent()) {
        ratio = own.getAsDouble() / by.getAsDouble();
        differences.add(Alternatives.mebibytes(own.getAsDouble() - by.getAsDouble()));
      }
    }
    if (differences.isEmpty()) {
      return "-";
    }
    return workloads.size() == 1
        ? String.format(
            Locale.ROOT, "%s, %+.1f MiB", RecommendationText.times(ratio), differences.getFirst())
        : String.format(
            Locale.ROOT,
            "%+.1f to %+.1f MiB",
            Collections.min(differences),
            Collections.max(differences));
  }
}
