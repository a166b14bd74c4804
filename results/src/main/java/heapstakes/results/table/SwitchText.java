package heapstakes.results.table;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Interval;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.Ratios;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.WorkloadResults;
import heapstakes.results.table.TextTable.Entry;
import heapstakes.results.table.TextTable.Heading;
import java.util.ArrayList;
import java.util.Comparator;
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
   * A paragraph a library; empty where {@code now} or another real library did not take part.
   * Memory is a mean over the workloads, with the least and the most. Speed is none: which
   * workloads a machine can tell changes from run to run, and one that is a hundred times as fast
   * makes any mean. Where nothing was timed, speed has no line.
   */
  public String render(List<Cell> cells) {
    List<WorkloadResults> workloads = WorkloadResults.of(cells, key -> List.of());
    TextTable table =
        new TextTable(
            List.of(
                Heading.texts("instead of " + now), Heading.texts("in"), Heading.texts("gain")));
    boolean hasTimes =
        cells.stream().anyMatch(cell -> !cell.text(Column.THROUGHPUT_OPS_PER_S).isEmpty());
    boolean any = false;
    for (String library : others(workloads)) {
      if (hasTimes) {
        line(table, library, "one life", speed(workloads, library, Objective.ONE_LIFE));
        line(table, "", "steady speed", speed(workloads, library, Objective.THROUGHPUT));
      }
      line(
          table,
          hasTimes ? "" : library,
          "peak memory",
          memory(workloads, library, Objective.PEAK));
      line(table, "", "retained memory", memory(workloads, library, Objective.RETAINED));
      String form = deployableForm.apply(library);
      table.remark("    " + (form.isEmpty() ? "not installed for programs to load" : form));
      any = true;
    }
    return any
        ? style.fit(
            "\n" + title(workloads) + table.render(style) + busy(workloads) + sureness(hasTimes))
        : "";
  }

  private static void line(TextTable table, String library, String what, String gain) {
    table.add(List.of(new Entry(library, false), new Entry(what, false), new Entry(gain, false)));
  }

  private static String title(List<WorkloadResults> workloads) {
    return workloads.size() == 1
        ? "what a program like this would gain\n"
        : String.format(Locale.ROOT, "what programs like these %d would gain\n", workloads.size());
  }

  /** Once for all of them, what speed leaves out; a table that has nothing else says so itself. */
  private String busy(List<WorkloadResults> workloads) {
    List<WorkloadResults> timed =
        workloads.stream()
            .filter(r ->
                r.spread(now, Objective.ONE_LIFE.column()).isPresent()
                    || r.spread(now, Objective.THROUGHPUT.column()).isPresent())
            .toList();
    List<String> busy =
        timed.stream().filter(WorkloadResults::isTooBusy).map(SwitchText::shortName).toList();
    if (busy.isEmpty() || busy.size() == timed.size()) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "no speed from %d of %d, where the machine was too busy to tell: %s%n",
        busy.size(),
        timed.size(),
        String.join(", ", busy));
  }

  private static String shortName(WorkloadResults results) {
    return results.workload().replaceFirst(":.*", "");
  }

  private static String sureness(boolean hasTimes) {
    return !hasTimes
        ? "memory is exact; nothing was timed\n"
        : "one life is a command that ends, steady a service; memory is exact, speed is this"
            + " machine's now, and level where its intervals overlap\n";
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

  /** So many times as fast on a workload. */
  private record Gain(double ratio, String workload) {
    private String text() {
      return RecommendationText.times(ratio) + " on " + workload;
    }
  }

  /** On how many workloads it is known to be faster or slower, and on which most and least. */
  private String speed(List<WorkloadResults> workloads, String library, Objective objective) {
    List<Gain> faster = new ArrayList<>();
    List<Gain> slower = new ArrayList<>();
    int level = 0;
    int busy = 0;
    for (WorkloadResults results : workloads) {
      Optional<Interval> own = results.spread(library, objective.column());
      Optional<Interval> by = results.spread(now, objective.column());
      if (own.isEmpty() || by.isEmpty()) {
        continue;
      }
      double ratio = gain(own.get().value() / by.get().value(), objective);
      if (results.isTooBusy()) {
        busy++;
      } else if (own.get().overlaps(by.get())) {
        level++;
      } else {
        (ratio > 1 ? faster : slower).add(new Gain(ratio, shortName(results)));
      }
    }
    int told = faster.size() + slower.size() + level;
    if (told == 0) {
      return busy > 0 ? "machine too busy to tell" : "-";
    }
    List<String> parts = new ArrayList<>();
    side("faster", faster, told).ifPresent(parts::add);
    side("slower", slower, told).ifPresent(parts::add);
    share("level", level, told).ifPresent(parts::add);
    return String.join(", ", parts);
  }

  /** As a speed: more is better. */
  private static double gain(double ratio, Objective objective) {
    return objective.column().better() == Column.Better.HIGHER ? ratio : 1 / ratio;
  }

  private static Optional<String> side(String word, List<Gain> gains, int all) {
    if (gains.isEmpty()) {
      return Optional.empty();
    }
    return share(word, gains.size(), all).map(text -> text + ": " + ends(gains, all));
  }

  /** With their workloads, as one that is a hundred times as fast says nothing of the others. */
  private static String ends(List<Gain> gains, int all) {
    List<Gain> sorted = gains.stream().sorted(Comparator.comparingDouble(Gain::ratio)).toList();
    Gain least = sorted.getFirst();
    Gain most = sorted.getLast();
    String told = RecommendationText.times(least.ratio());
    if (all == 1) {
      return told;
    }
    if (sorted.size() == 1) {
      return least.text();
    }
    return told.equals(RecommendationText.times(most.ratio()))
        ? told
        : least.text() + " to " + most.text();
  }

  private static Optional<String> share(String word, int count, int all) {
    if (count == 0) {
      return Optional.empty();
    }
    return Optional.of(
        all == 1 ? word : String.format(Locale.ROOT, "%s on %d of %d", word, count, all));
  }

  private static OptionalDouble cost(WorkloadResults results, String name, Objective objective) {
    return standing(results, name).map(objective::cost).orElse(OptionalDouble.empty());
  }

  /** The mean ratio, and by how many bytes on the workload where that is most. */
  private String memory(List<WorkloadResults> workloads, String library, Objective objective) {
    double most = 0;
    String where = "";
    List<Double> ratios = new ArrayList<>();
    for (WorkloadResults results : workloads) {
      OptionalDouble own = cost(results, library, objective);
      OptionalDouble by = cost(results, now, objective);
      if (own.isEmpty() || by.isEmpty()) {
        continue;
      }
      ratios.add(own.getAsDouble() / by.getAsDouble());
      double difference = own.getAsDouble() - by.getAsDouble();
      if (Math.abs(difference) > Math.abs(most)) {
        most = difference;
        where = workloads.size() == 1 ? "" : " on " + shortName(results);
      }
    }
    if (ratios.isEmpty()) {
      return "-";
    }
    Ratios all = Ratios.of(ratios);
    String text = RecommendationText.times(all.mean());
    if (all.workloads() > 1) {
      text += String.format(Locale.ROOT, " on average (%.2f–%.2f)", all.least(), all.most());
    }
    return most == 0
        ? text
        : String.format(Locale.ROOT, "%s, %+.1f MiB%s", text, most / MEBIBYTE, where);
  }
}
