package heapstakes.results.table;

import heapstakes.results.program.ProgramContest;
import heapstakes.results.program.ProgramContest.Best;
import heapstakes.results.program.ProgramFigure;
import heapstakes.results.program.ProgramMiss;
import heapstakes.results.program.ProgramStanding;
import heapstakes.results.program.Spread;
import heapstakes.results.table.TextTable.Entry;
import heapstakes.results.table.TextTable.Heading;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/** A program under several libraries, on one screen. */
public final class ProgramTable {
  private static final List<ProgramFigure> CHOSEN_FOR =
      List.of(ProgramFigure.WALL, ProgramFigure.CPU, ProgramFigure.PEAK, ProgramFigure.END);
  private static final String NONE = "-";

  private final Style style;

  /** For a place that shows {@code style}. */
  public ProgramTable(Style style) {
    this.style = style;
  }

  /** The table, who is best for what, with the line to paste, and who misbehaves. */
  public String render(ProgramContest contest) {
    StringBuilder out = new StringBuilder();
    out.append(figures(contest).render(style));
    if (contest.rounds() < Spread.LEAST) {
      out.append(
          String.format(
              Locale.ROOT,
              "of %d %s no interval can be told, so nobody is called better: -n %d or more\n",
              contest.rounds(),
              contest.rounds() == 1 ? "round" : "rounds",
              Spread.LEAST));
    }
    out.append('\n').append(faults(contest)).append(advice(contest));
    return style.fit(out.toString());
  }

  private TextTable figures(ProgramContest contest) {
    TextTable table =
        new TextTable(
            List.of(
                Heading.texts("contestant"),
                Heading.numbers("wall clock", "ms"),
                Heading.numbers("wall clock", "95 % ×"),
                Heading.numbers("CPU", "ms"),
                Heading.numbers("CPU", "95 % ×"),
                new Heading("peak, MiB", "is", true, true),
                Heading.numbers("peak, MiB", "95 % ×"),
                Heading.numbers("peak, MiB", "foretold"),
                Heading.numbers("at its end, MiB", "resident"),
                Heading.numbers("at its end, MiB", "anonymous"),
                Heading.numbers("at its end, MiB", "lazy"),
                Heading.numbers("at its end, MiB", "huge"),
                Heading.numbers("", "faults")));
    Optional<Best> least = contest.best(ProgramFigure.PEAK);
    for (ProgramStanding standing : contest.standings()) {
      boolean isLeast =
          least
              .filter(best -> best.winner() == standing || best.level().contains(standing))
              .isPresent();
      table.add(
          List.of(
              new Entry(standing.contestant(), false),
              millis(standing, ProgramFigure.WALL),
              ratio(contest, standing, ProgramFigure.WALL),
              millis(standing, ProgramFigure.CPU),
              ratio(contest, standing, ProgramFigure.CPU),
              new Entry(mebibytes(standing, ProgramFigure.PEAK).text(), isLeast),
              ratio(contest, standing, ProgramFigure.PEAK),
              foretold(contest, standing),
              mebibytes(standing, ProgramFigure.END),
              mebibytes(standing, ProgramFigure.ANONYMOUS),
              mebibytes(standing, ProgramFigure.LAZY_FREE),
              mebibytes(standing, ProgramFigure.HUGE),
              count(standing, ProgramFigure.MINOR_FAULTS)));
    }
    return table;
  }

  private static Entry millis(ProgramStanding standing, ProgramFigure figure) {
    return entry(standing, figure, value -> Units.significant(value / 1e6));
  }

  private static Entry mebibytes(ProgramStanding standing, ProgramFigure figure) {
    return entry(standing, figure, value -> Units.bytesIn("MiB", value));
  }

  private static Entry count(ProgramStanding standing, ProgramFigure figure) {
    return entry(standing, figure, value -> Units.count(Math.round(value)));
  }

  private static Entry entry(
      ProgramStanding standing, ProgramFigure figure, DoubleFunction<String> text) {
    return new Entry(
        standing.spread(figure).map(spread -> text.apply(spread.median())).orElse(NONE), false);
  }

  /** Both ends; level where the baseline's 1 is between them. */
  private static Entry ratio(
      ProgramContest contest, ProgramStanding standing, ProgramFigure figure) {
    if (standing == contest.baseline()) {
      return new Entry("1", false);
    }
    return new Entry(
        contest
            .ratio(standing, figure)
            .map(ratio -> ratio.isSure() ? interval(ratio) : NONE)
            .orElse(NONE),
        false);
  }

  private static String interval(Spread ratio) {
    return ratio.isLevelWith(1)
        ? "level"
        : String.format(Locale.ROOT, "%.2f–%.2f", ratio.low(), ratio.high());
  }

  private static Entry foretold(ProgramContest contest, ProgramStanding standing) {
    OptionalDouble bytes = contest.foretoldPeak(standing);
    if (bytes.isEmpty()) {
      return new Entry(NONE, false);
    }
    String text = Units.bytesIn("MiB", bytes.getAsDouble());
    return new Entry(standing == contest.baseline() ? "(" + text + ")" : text, false);
  }

  private String faults(ProgramContest contest) {
    StringBuilder out = new StringBuilder();
    for (ProgramStanding standing : contest.standings()) {
      contest
          .fault(standing)
          .ifPresent(fault ->
              out.append(
                  String.format(
                      Locale.ROOT, "%s: %s: not advised\n", standing.contestant(), fault)));
    }
    return out.toString();
  }

  private String advice(ProgramContest contest) {
    TextTable table =
        new TextTable(
            List.of(
                Heading.texts("least"),
                Heading.texts("contestant"),
                Heading.texts("of " + contest.baseline().contestant()),
                Heading.texts("")));
    Set<ProgramStanding> named = new LinkedHashSet<>();
    boolean any = false;
    for (ProgramFigure figure : CHOSEN_FOR) {
      Optional<Best> best = contest.best(figure);
      if (best.isPresent()) {
        any = true;
        add(table, contest, figure, best.get());
        if (!best.get().level().contains(contest.baseline())) {
          named.add(best.get().winner());
        }
      }
    }
    return any ? table.render(style) + prediction(contest) + lines(contest, named) : "";
  }

  private static void add(
      TextTable table, ProgramContest contest, ProgramFigure figure, Best best) {
    List<ProgramStanding> all = new ArrayList<>(List.of(best.winner()));
    all.addAll(best.level());
    boolean nothing = all.contains(contest.baseline());
    table.add(
        List.of(
            new Entry(figure.title(), false),
            new Entry(
                nothing ? contest.baseline().contestant() : best.winner().contestant(), false),
            new Entry(
                nothing
                    ? "1"
                    : contest.ratio(best.winner(), figure).map(ProgramTable::interval).orElse(NONE),
                false),
            new Entry(
                all.size() == 1
                    ? ""
                    : "level: "
                        + all.stream()
                            .map(ProgramStanding::contestant)
                            .collect(Collectors.joining(", ")),
                false)));
  }

  private static String prediction(ProgramContest contest) {
    return ProgramMiss.of(contest).map(miss -> miss.text() + "\n").orElse("");
  }

  private static String lines(ProgramContest contest, Set<ProgramStanding> named) {
    return named.stream()
        .filter(standing -> standing != contest.baseline())
        .map(standing ->
            String.format(
                Locale.ROOT, "  with %s: %s\n", standing.contestant(), standing.commandLine()))
        .collect(Collectors.joining());
  }
}
