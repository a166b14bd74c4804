package heapstakes.results.table;

import heapstakes.results.Cell;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.WorkloadResults;
import heapstakes.results.table.TextTable.Entry;
import heapstakes.results.table.TextTable.Heading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * "What would I gain by switching?" on one screen: for each workload the real library that is best
 * by each time and by memory, what it costs besides, and the lines to paste.
 */
public final class VerdictText {
  private static final List<Objective> TIMES = List.of(Objective.ONE_LIFE, Objective.THROUGHPUT);

  /** Others that are named one by one. */
  private static final int MOST_AS_GOOD = 2;

  private final Style style;
  private final UnaryOperator<String> deployableForm;
  private final String now;

  /**
   * @param deployableForm how to run a real program with a contestant, or an empty text
   * @param now the contestant that programs have now
   */
  public VerdictText(Style style, UnaryOperator<String> deployableForm, String now) {
    this.style = style;
    this.deployableForm = deployableForm;
    this.now = now;
  }

  /**
   * At most 40 lines, as wide as the style has it as far as that can be; more workloads than have
   * room are summed up. Empty where {@code now} or another real library did not take part.
   */
  public String render(List<Cell> cells) {
    Alternatives alternatives = Alternatives.of(cells, now);
    List<WorkloadResults> workloads = alternatives.workloads();
    Set<String> libraries = alternatives.libraries();
    if (libraries.isEmpty() || workloads.size() > SwitchText.MOST_NAMED) {
      return new SwitchText(style, deployableForm, now).render(cells);
    }
    boolean hasTimes = alternatives.hasTimes();
    List<Row> rows = new ArrayList<>();
    for (WorkloadResults results : workloads) {
      rows.addAll(new Verdict(results, libraries).rows(hasTimes));
    }
    TextTable table = table(rows, true);
    if (table.width() > style.width()) {
      table = table(rows, false);
    }
    return style.fit(alternatives.title() + table.render(style) + deploy(rows) + legend(hasTimes));
  }

  /**
   * A line of the table.
   *
   * @param program empty where it stands above
   * @param by what the best is chosen by
   * @param best or why nobody is
   * @param speed so many times as fast as now
   * @param memory MiB more than now, at the peak and retained
   * @param asGood who cannot be told from the best
   */
  private record Row(
      String program, String by, String best, String speed, List<String> memory, String asGood) {
    Stream<String> texts(boolean withAsGood) {
      return Stream.of(
              Stream.of(program, by, best, speed),
              memory.stream(),
              Stream.of(asGood).filter(unused -> withAsGood))
          .flatMap(texts -> texts);
    }
  }

  private static TextTable table(List<Row> rows, boolean withAsGood) {
    List<Heading> headings = new ArrayList<>();
    Stream.of("program", "by", "best", "speed").map(Heading::texts).forEach(headings::add);
    headings.add(Heading.numbers("MiB more", "peak"));
    headings.add(Heading.numbers("MiB more", "retained"));
    if (withAsGood) {
      headings.add(Heading.texts("as good"));
    }
    TextTable table = new TextTable(headings);
    for (Row row : rows) {
      table.add(row.texts(withAsGood).map(text -> new Entry(text, false)).toList());
    }
    return table;
  }

  private String deploy(List<Row> rows) {
    StringBuilder lines = new StringBuilder();
    for (String library : named(rows)) {
      String form = Alternatives.toPaste(deployableForm.apply(library));
      lines.append(String.format(Locale.ROOT, "  %s: %s%n", library, form));
    }
    return lines.isEmpty()
        ? "nothing is gained for sure by another library\n"
        : "to switch, set for the program\n" + lines;
  }

  private Set<String> named(List<Row> rows) {
    Set<String> named = new LinkedHashSet<>();
    rows.stream()
        .filter(row -> !row.memory().getFirst().isEmpty())
        .map(Row::best)
        .forEach(named::add);
    return named;
  }

  private static String legend(boolean hasTimes) {
    return hasTimes
        ? """
        one life is a command that ends, steady a service. Speed is that of malloc and
        free on this machine now, in brackets where it is with 95 %; memory is exact.
        A program does more than that: see try
        """
        : Alternatives.UNTIMED;
  }

  /** Who is best on a workload. */
  private final class Verdict {
    private final WorkloadResults results;
    private final List<String> all;
    private final List<Row> rows = new ArrayList<>();

    Verdict(WorkloadResults results, Set<String> others) {
      this.results = results;
      this.all = Stream.concat(Stream.of(now), others.stream()).toList();
    }

    List<Row> rows(boolean hasTimes) {
      if (hasTimes) {
        addTimes();
      }
      String peak = least(Objective.PEAK);
      String retained = least(Objective.RETAINED);
      if (peak.equals(retained)) {
        addMemory("memory", peak, Objective.PEAK);
      } else {
        addMemory("peak", peak, Objective.PEAK);
        addMemory("retained", retained, Objective.RETAINED);
      }
      return rows;
    }

    private void add(String by, String best, String speed, String asGood) {
      boolean isNew = all.contains(best) && !best.equals(now);
      rows.add(
          new Row(
              rows.isEmpty() ? Alternatives.program(results) : "",
              by,
              best,
              speed,
              isNew
                  ? List.of(more(best, Objective.PEAK), more(best, Objective.RETAINED))
                  : List.of("", ""),
              asGood));
    }

    private void addTimes() {
      if (results.isTooBusy()) {
        String rounds = "rounds " + RecommendationText.disagreement(results);
        add("times", "too busy to tell", rounds, "");
        return;
      }
      for (Objective objective : TIMES) {
        List<String> timed =
            all.stream().filter(c -> results.lead(c, now, objective).isPresent()).toList();
        if (timed.size() > 1) {
          addTime(objective, timed);
        }
      }
      if (rows.isEmpty()) {
        add("times", "not timed", "", "");
      }
    }

    private void addTime(Objective objective, List<String> timed) {
      String first =
          timed.stream().min(Comparator.comparing(c -> cost(c, objective))).orElseThrow();
      String best = isLevel(first, now, objective) ? now : first;
      List<String> asGood =
          timed.stream().filter(c -> !c.equals(best) && isLevel(best, c, objective)).toList();
      add(
          objective == Objective.THROUGHPUT ? "steady" : objective.title(),
          best,
          best.equals(now) ? "none surely faster" : speed(best, objective),
          names(asGood, timed.size() - 1));
    }

    private boolean isLevel(String one, String other, Objective objective) {
      return results.lead(one, other, objective).filter(Alternatives::isLevel).isPresent();
    }

    private String speed(String library, Objective objective) {
      return results.lead(library, now, objective).map(Alternatives::text).orElse("");
    }

    /** {@code now} where nobody takes less than that. */
    private String least(Objective objective) {
      return all.stream()
          .filter(c -> isAsGood(c, objective))
          .findFirst() // of now and those after it
          .orElse(now);
    }

    private boolean isAsGood(String contestant, Objective objective) {
      double least = all.stream().mapToDouble(c -> cost(c, objective)).min().orElseThrow();
      return cost(contestant, objective) <= least * objective.tellable();
    }

    private void addMemory(String by, String best, Objective objective) {
      List<String> asGood =
          all.stream().filter(c -> !c.equals(best) && isAsGood(c, objective)).toList();
      add(
          by,
          best,
          best.equals(now) ? "none takes less" : steady(best),
          names(asGood, all.size() - 1));
    }

    /** What is paid for less memory. */
    private String steady(String library) {
      return results.isTooBusy()
          ? ""
          : results
              .lead(library, now, Objective.THROUGHPUT)
              .map(ratio ->
                  "steady "
                      + (Alternatives.isLevel(ratio)
                          ? "level"
                          : RecommendationText.times(ratio.value())))
              .orElse("");
    }

    private double cost(String contestant, Objective objective) {
      return Alternatives.cost(results, contestant, objective).orElse(Double.POSITIVE_INFINITY);
    }

    private String more(String library, Objective objective) {
      double bytes = cost(library, objective) - cost(now, objective);
      return Double.isFinite(bytes)
          ? String.format(Locale.ROOT, "%+.1f", Alternatives.mebibytes(bytes))
          : "-";
    }

    private static String names(List<String> asGood, int others) {
      if (asGood.size() == others && others > 1) {
        return "all others";
      }
      return asGood.size() <= MOST_AS_GOOD
          ? String.join(", ", asGood)
          : String.format(Locale.ROOT, "%s and %d more", asGood.getFirst(), asGood.size() - 1);
    }
  }
}
