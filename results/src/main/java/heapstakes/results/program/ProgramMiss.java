package heapstakes.results.program;

import heapstakes.results.program.ProgramContest.Best;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Whether the replay of the recording named the library under which the program's peak is lowest,
 * and where it did not, what can be measured of why.
 *
 * @param foretold whom the replay named
 * @param least under whom the program takes least
 * @param text complete sentences
 */
public record ProgramMiss(ProgramStanding foretold, ProgramStanding least, String text) {
  /** A peak that much above the least is a miss; less is no difference worth a word. */
  public static final double WORTH_A_WORD = 0.03;

  /** Less than this share of what is to be explained explains nothing. */
  private static final double TELLING = 0.25;

  private static final double MEBIBYTE = 1 << 20;

  /** Of a contest that has a forecast and two contestants that behave. */
  public static Optional<ProgramMiss> of(ProgramContest contest) {
    Optional<ProgramStanding> foretold = contest.foretold();
    Optional<Best> best = contest.best(ProgramFigure.PEAK);
    OptionalDouble regret = contest.regret();
    if (foretold.isEmpty() || best.isEmpty() || regret.isEmpty()) {
      return Optional.empty();
    }
    ProgramStanding least = best.get().winner();
    ProgramStanding named = foretold.get();
    boolean isNear = regret.getAsDouble() <= WORTH_A_WORD;
    String text =
        isNear || best.get().level().contains(named)
            ? hit(named, least, isNear, regret.getAsDouble())
            : miss(contest, named, least, regret.getAsDouble());
    return Optional.of(new ProgramMiss(named, least, text + unwritten(contest)));
  }

  private static String hit(
      ProgramStanding named, ProgramStanding least, boolean isNear, double regret) {
    String how = named == least ? "the program agrees" : "the program agrees within 3 %";
    return String.format(
        Locale.ROOT,
        "the replay of its recording foretold %s for peak memory: %s",
        named.contestant(),
        isNear
            ? how
            : String.format(
                Locale.ROOT,
                "it took %.0f %% more than %s, which these rounds do not tell apart",
                100 * regret,
                least.contestant()));
  }

  private static String miss(
      ProgramContest contest, ProgramStanding named, ProgramStanding least, double regret) {
    double besideNamed = contest.besides(named).orElseThrow();
    double besideLeast = contest.besides(least).orElse(besideNamed);
    double gap = besideNamed - besideLeast;
    List<String> why = new ArrayList<>();
    why.add(
        String.format(
            Locale.ROOT,
            "the replay of its recording foretold %s for peak memory, which takes %.0f %% more than %s",
            named.contestant(),
            100 * regret,
            least.contestant()));
    why.add(
        String.format(
            Locale.ROOT,
            "  beside malloc's memory as replayed the program has %.1f MiB under %s and %.1f under %s",
            besideNamed / MEBIBYTE,
            named.contestant(),
            besideLeast / MEBIBYTE,
            least.contestant()));
    why.addAll(reasons(contest, named, least, gap));
    return String.join("\n", why);
  }

  private static List<String> reasons(
      ProgramContest contest, ProgramStanding named, ProgramStanding least, double gap) {
    List<String> reasons = new ArrayList<>();
    double huge = median(named, ProgramFigure.HUGE) - median(least, ProgramFigure.HUGE);
    if (huge > TELLING * gap) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "  %.1f MiB more of it lie in huge pages, which the replay does not have",
              huge / MEBIBYTE));
    }
    double code = code(named) - code(least);
    if (code > TELLING * gap) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "  %.1f MiB more of it are pages of files: the library's own code and what it needs",
              code / MEBIBYTE));
    }
    double besideBaseline = contest.besides(contest.baseline()).orElse(0);
    double peak = median(contest.baseline(), ProgramFigure.PEAK);
    if (besideBaseline > peak / 2) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "  %.1f of its %.1f MiB are none of malloc's: code, stacks, and what it maps itself",
              besideBaseline / MEBIBYTE,
              peak / MEBIBYTE));
    }
    if (named.processes().orElse(0) > 1) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "  it has %d processes; what is replayed is the one that asks for most",
              named.processes().orElse(0)));
    }
    return reasons;
  }

  /** Told of a hit as well: then the peaks that were foretold may be far from what they are. */
  private static String unwritten(ProgramContest contest) {
    return contest.besides(contest.baseline()).orElse(0) < 0
        ? "\n  the program never writes to all that it asks for; the replay writes to every block"
        : "";
  }

  private static double code(ProgramStanding standing) {
    return median(standing, ProgramFigure.END) - median(standing, ProgramFigure.ANONYMOUS);
  }

  private static double median(ProgramStanding standing, ProgramFigure figure) {
    return standing.spread(figure).map(Spread::median).orElse(0.0);
  }
}
