package heapstakes.cli;

import heapstakes.allocator.ShellLine;
import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.table.TextTable.Heading;
import heapstakes.results.table.Units;
import heapstakes.upgrade.Attribution;
import heapstakes.upgrade.Difference;
import heapstakes.upgrade.Figure;
import heapstakes.upgrade.Remedy;
import heapstakes.upgrade.Upgrade;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an upgrade does, for people: what changes, why, and what brings it back. */
final class UpgradePage {
  private static final int MOST_RULES = 8;

  private static final List<Heading> REMEDY =
      List.of(
          Heading.texts("setting"),
          Heading.numbers("", "back"),
          Heading.numbers("the model", "peak"),
          Heading.numbers("the model", "retained"),
          Heading.numbers("the model", "cost"));
  private static final List<Heading> TRIED =
      List.of(
          Heading.numbers("the library itself", "peak"),
          Heading.numbers("the library itself", "retained"));

  private final Page page = new Page();
  private final Timed timed;

  /**
   * An empty page.
   *
   * @param timed what is known of times
   */
  UpgradePage(Timed timed) {
    this.timed = timed;
  }

  Page page() {
    return page;
  }

  /** Adds what was found out on a trace. */
  void add(Upgrade upgrade) {
    page.title(
        upgrade.trace().name(),
        String.format(
            Locale.ROOT,
            "%s operations · %d thread%s",
            Units.count(upgrade.trace().operations()),
            upgrade.trace().threads(),
            upgrade.trace().threads() == 1 ? "" : "s"));
    changes(upgrade);
    certainty(upgrade);
    untimed(upgrade);
    if (!upgrade.effects().isEmpty()) {
      rules(upgrade);
    }
    upgrade.causes().forEach(this::cause);
    if (upgrade.models().size() == 2 && !upgrade.isExplained()) {
      page.line(unexplained(upgrade));
    }
    remedies(upgrade);
    Stream.concat(upgrade.before().remarks().stream(), upgrade.after().remarks().stream())
        .distinct()
        .forEach(remark -> page.line("note: " + remark));
  }

  private void changes(Upgrade upgrade) {
    Cell old = upgrade.old().getFirst();
    Cell young = upgrade.young().getFirst();
    List<List<String>> rows = new ArrayList<>();
    for (Figure figure : Figure.metered()) {
      if (isTold(figure, old, young)) {
        rows.add(
            List.of(
                figure.title(),
                spread(figure, upgrade.old()),
                spread(figure, upgrade.young()),
                figure.change(old, young)));
      }
    }
    rows.addAll(times(upgrade));
    page.table(
        List.of(
            Heading.texts(""),
            Heading.numbers("", shown(upgrade, true)),
            Heading.numbers("", shown(upgrade, false)),
            Heading.numbers("", "change")),
        rows);
    for (Cell cell : List.of(old, young)) {
      if (!cell.text(Column.STATUS).equals("ok")) {
        page.line(
            String.format(
                Locale.ROOT, "%s ended %s", shown(upgrade, cell == old), cell.text(Column.STATUS)));
      }
    }
  }

  private List<List<String>> times(Upgrade upgrade) {
    List<List<String>> rows = new ArrayList<>();
    Optional<Cell> oldTimes = timed.cell(upgrade.before(), upgrade.trace());
    Optional<Cell> youngTimes = timed.cell(upgrade.after(), upgrade.trace());
    if (oldTimes.isPresent() && youngTimes.isPresent()) {
      for (Figure figure : Figure.TIMES) {
        if (isTold(figure, oldTimes.get(), youngTimes.get())) {
          rows.add(
              List.of(
                  figure.title(),
                  figure.text(oldTimes.get()),
                  figure.text(youngTimes.get()),
                  figure.change(oldTimes.get(), youngTimes.get())));
        }
      }
    }
    return rows;
  }

  private void untimed(Upgrade upgrade) {
    if (times(upgrade).isEmpty()) {
      page.line(timed.missing());
    }
  }

  /** Not what is 0 on both sides, and what neither has. */
  private static boolean isTold(Figure figure, Cell old, Cell young) {
    String before = figure.text(old);
    String after = figure.text(young);
    return !(before.isEmpty() && after.isEmpty())
        && (figure.value(old).orElse(1) != 0 || figure.value(young).orElse(1) != 0)
        && (figure != Figure.FAULTS || !before.equals(after));
  }

  private static String shown(Upgrade upgrade, boolean first) {
    var side = first ? upgrade.before() : upgrade.after();
    return (upgrade.areReal() ? side.library() : side.model()).orElseThrow().toString();
  }

  /** The figure, and how far runs of a real library lie apart. */
  private static String spread(Figure figure, List<Cell> runs) {
    List<Double> values =
        runs.stream().flatMap(cell -> figure.value(cell).stream().boxed()).sorted().toList();
    boolean differ = values.size() > 1 && !values.getFirst().equals(values.getLast());
    String text = figure.text(runs.getFirst());
    return differ
        ? String.format(
            Locale.ROOT,
            "%s ±%s %%",
            text,
            Units.digits(
                100 * (values.getLast() - values.getFirst()) / 2 / Math.max(1, values.getLast()),
                2))
        : text;
  }

  private void certainty(Upgrade upgrade) {
    List<Figure> figures = List.of(Figure.PEAK, Figure.RETAINED);
    if (!upgrade.areReal()) {
      page.line("exact for the models, and the same on every machine: simulated memory");
      return;
    }
    boolean equal =
        figures.stream()
            .allMatch(f ->
                Stream.of(upgrade.old(), upgrade.young())
                    .allMatch(runs -> runs.stream().map(f::value).distinct().count() == 1));
    page.line(
        String.format(
            Locale.ROOT,
            "real libraries, %d run%s each in a process of its own: %s%s",
            upgrade.old().size(),
            upgrade.old().size() == 1 ? "" : "s",
            equal ? "peak and retained equal" : "± is half of their range",
            upgrade.models().isEmpty() ? "; no models to compare with" : foretold(upgrade)));
  }

  private static String foretold(Upgrade upgrade) {
    Cell old = upgrade.models().getFirst();
    Cell young = upgrade.models().getLast();
    double worst =
        Stream.of(Figure.PEAK, Figure.RETAINED)
            .flatMap(f ->
                Stream.of(
                    gap(f, old, upgrade.old().getFirst()),
                    gap(f, young, upgrade.young().getFirst())))
            .mapToDouble(gap -> gap)
            .max()
            .orElse(0);
    return worst == 0
        ? "; the models foretell both to the byte"
        : "; the models are off by " + Units.bytes(worst) + " at most";
  }

  private static double gap(Figure figure, Cell model, Cell real) {
    return Math.abs(figure.value(model).orElse(0) - figure.value(real).orElse(0));
  }

  private void rules(Upgrade upgrade) {
    page.title("why", why(upgrade));
    List<Heading> headings =
        List.of(
            Heading.texts("rule"),
            Heading.numbers("put in alone", "peak"),
            Heading.numbers("put in alone", "retained"),
            Heading.numbers("taken out", "peak"),
            Heading.numbers("taken out", "retained"));
    List<List<String>> rows = new ArrayList<>();
    Cell old = upgrade.models().getFirst();
    Cell young = upgrade.models().getLast();
    rows.add(
        row(
            "as they are: "
                + upgrade.before().model().orElseThrow()
                + " | "
                + upgrade.after().model().orElseThrow(),
            old,
            young));
    upgrade.effects().stream()
        .limit(MOST_RULES)
        .forEach(
            effect -> rows.add(row(rule(effect.difference()), effect.putIn(), effect.takenOut())));
    page.table(headings, rows);
    int more = upgrade.effects().size() - MOST_RULES;
    if (more > 0) {
      page.line(String.format(Locale.ROOT, "and %d more with less effect", more));
    }
  }

  private static String why(Upgrade upgrade) {
    return String.format(
        Locale.ROOT,
        "rules that differ: %d; each put alone into the old version, and taken out of the new one",
        upgrade.differences().size());
  }

  private static List<String> row(String name, Cell left, Cell right) {
    return List.of(
        name,
        Figure.PEAK.text(left),
        Figure.RETAINED.text(left),
        Figure.PEAK.text(right),
        Figure.RETAINED.text(right));
  }

  private static String rule(Difference difference) {
    return difference.rule().toString();
  }

  private void cause(Attribution.Cause cause) {
    List<Difference> rules = cause.differences();
    page.line(cause.figure().title() + ": " + lead(cause));
    for (Difference difference : rules) {
      String section = difference.rule().section();
      page.line(
          "  "
              + difference.rule().subject()
              + (section.isEmpty() ? "" : " (docs/specs/" + section + ")"));
    }
  }

  private static String lead(Attribution.Cause cause) {
    if (cause.differences().isEmpty()) {
      return "no rule alone makes the change";
    }
    if (Math.abs(1 - cause.share()) > Attribution.TOLERANCE) {
      return String.format(
          Locale.ROOT,
          "no few rules make the change; nearest come these, with %.0f %% of it:",
          100 * cause.share());
    }
    return cause.differences().size() == 1
        ? "this rule makes the change:"
        : "these rules together make the change:";
  }

  private static String unexplained(Upgrade upgrade) {
    return upgrade.differences().isEmpty()
        ? "the models have the same rules: nothing changes but what is by chance"
        : String.format(
            Locale.ROOT,
            "rules that differ: %d, of which none changes peak or retained by 0.5 %% here",
            upgrade.differences().size());
  }

  private void remedies(Upgrade upgrade) {
    if (upgrade.worse().isEmpty() || !upgrade.isSearched()) {
      return;
    }
    String what = upgrade.worse().stream().map(Figure::title).collect(Collectors.joining(" and "));
    if (upgrade.remedies().isEmpty()) {
      page.line("no setting was found that brings half of " + what + " back");
      return;
    }
    boolean tried = upgrade.remedies().stream().anyMatch(one -> one.library().isPresent());
    page.title("what brings it back", what + ", settings of " + shown(upgrade, false));
    page.table(
        Stream.concat(REMEDY.stream(), tried ? TRIED.stream() : Stream.empty()).toList(),
        upgrade.remedies().stream().map(remedy -> row(remedy, tried)).toList());
    for (Remedy remedy : upgrade.remedies()) {
      page.line(
          String.format(
              Locale.ROOT,
              "deploy %s: %s",
              remedy.model().settings(),
              ShellLine.of(remedy.model().environment())));
    }
  }

  private static List<String> row(Remedy remedy, boolean tried) {
    List<String> row =
        new ArrayList<>(
            List.of(
                remedy.model().settings().toString(),
                String.format(Locale.ROOT, "%.0f %%", 100 * remedy.share()),
                Figure.PEAK.text(remedy.cell()),
                Figure.RETAINED.text(remedy.cell()),
                Figure.MODELLED.text(remedy.cell())));
    if (tried) {
      row.add(remedy.library().map(Figure.PEAK::text).orElse(""));
      row.add(remedy.library().map(Figure.RETAINED::text).orElse(""));
    }
    return row;
  }
}
