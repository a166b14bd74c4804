package heapstakes.cli;

import heapstakes.allocator.Contestant;
import heapstakes.allocator.ShellLine;
import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.judge.Objective;
import heapstakes.results.table.ComparisonTable;
import heapstakes.results.table.Style;
import heapstakes.results.table.Units;
import heapstakes.setting.Spec;
import heapstakes.trace.Trace;
import heapstakes.tune.Mechanism;
import heapstakes.tune.Trial;
import heapstakes.tune.Tuner;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** What {@code tune} says of a search on one trace. */
final class TuneText {
  private TuneText() {}

  /**
   * The table, the best, and how to have it.
   *
   * @param words that {@code source} was given as
   */
  static void print(Tuner tuner, Trial best, Objective objective, Trace source, String words) {
    Style style = Terminal.outputStyle();
    Trial stock = tuner.trials().getFirst();
    Set<Trial> shown = new LinkedHashSet<>(List.of(stock, best));
    shown.addAll(tuner.unbeaten());
    List<Cell> cells = new ArrayList<>(shown.stream().map(Trial::cell).toList());
    StringBuilder out = new StringBuilder();
    out.append(new ComparisonTable(style).render(cells, key -> List.of()));
    out.append(
        String.format(
            Locale.ROOT,
            "%s settings tried on %s; shown are stock, the best for %s, and what nobody beats\n",
            Units.count(tuner.trials().size()),
            source.info().name(),
            objective.title()));
    if (objective.cost(best.cell()).isEmpty()) {
      out.append(
          String.format(
              Locale.ROOT,
              "none of them has a figure for %s; stock ended %s\n",
              objective.title(),
              stock.cell().text(Column.STATUS)));
    } else if (best == stock) {
      out.append("stock is the best that was found\n");
    } else {
      out.append(
          String.format(Locale.ROOT, "best for %s: %s\n", objective.title(), best.contestant()));
    }
    if (objective.isForetold() && objective.cost(best.cell()).isPresent()) {
      double ratio = ratio(best, stock, objective);
      out.append(sureness(ratio, best == stock, objective)).append(race(best.contestant(), words));
    }
    for (Trial trial : shown) {
      String form = RunEnvironment.deployableForm(trial.contestant());
      if (!form.isEmpty()) {
        out.append(String.format(Locale.ROOT, "  deploy %s: %s\n", trial.contestant(), form));
      }
      if (trial != stock) {
        Mechanism.of(stock, trial)
            .ifPresent(how -> out.append(String.format(Locale.ROOT, "    does it by %s\n", how)));
      }
    }
    System.out.print(style.fit(out.toString()));
  }

  private static double ratio(Trial best, Trial stock, Objective objective) {
    OptionalDouble own = objective.cost(best.cell());
    OptionalDouble of = objective.cost(stock.cell());
    return own.isPresent() && of.isPresent() ? own.getAsDouble() / of.getAsDouble() : 1;
  }

  /**
   * How much a time that is foretold says; nothing of what is counted.
   *
   * @param ratio of the best to stock
   */
  static String sureness(double ratio, boolean isStock, Objective objective) {
    if (!objective.isForetold()) {
      return "";
    }
    boolean isLevel = 1 / ratio < objective.tellable();
    String said =
        isStock
            ? ""
            : String.format(
                Locale.ROOT,
                "foretold %.2f times stock's%s; ",
                ratio,
                isLevel ? ", which is level" : "");
    return String.format(
        Locale.ROOT,
        "  %sforecasts cannot tell apart what differs by less than %.2f times%n",
        said,
        objective.tellable());
  }

  /** What is foretold of a model is measured of its library, in the version that it is of. */
  static String race(Contestant best, String words) {
    return best.provider()
        .reference()
        .filter(of -> !best.spec().settings().isEmpty())
        .map(of -> {
          Optional<String> version = best.spec().version().map(named -> of.number());
          Spec set = new Spec(of.library(), version, best.spec().settings());
          List<String> line =
              List.of(
                  "heapstakes",
                  "run",
                  "-a",
                  set.withoutSettings().toString(),
                  "-a",
                  set.toString(),
                  "-w",
                  words);
          return "  race it: " + ShellLine.of(line) + "\n";
        })
        .orElse("");
  }
}
