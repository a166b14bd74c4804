package heapstakes.decision;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Answers in text, for people. */
public final class DecisionText {
  private static final String LINE = "%-28s %-16s %-16s %-18s %5s %8s %8s\n";
  private static final String TOTAL = "%-16s %8s %12s %8s %8s %10s %10s\n";

  private static final int LONGEST_NAME = 28;

  private DecisionText() {}

  /** Head of the lines of programs. */
  public static String head() {
    return String.format(
        Locale.ROOT, LINE, "program", "least", "of", "foretold", "tau", "error", "worst");
  }

  /** A line for each question. */
  public static String of(List<Answer> answers) {
    StringBuilder text = new StringBuilder();
    for (Answer answer : answers) {
      text.append(
          String.format(
              Locale.ROOT,
              LINE,
              shortened(answer.program()),
              answer.question().title(),
              answer.winner(),
              answer.foretoldWinner() + mark(answer),
              tau(answer.tau()),
              share(Answer.medianError(List.of(answer))),
              share(Answer.worstError(List.of(answer)))));
    }
    return text.toString();
  }

  private static String mark(Answer answer) {
    if (answer.isNamed()) {
      return "";
    }
    return answer.isNamedOrLevel() ? " ~" : answer.isOpen() ? " ?" : " ✗";
  }

  /** Over all programs, by question. */
  public static String total(List<Answer> answers) {
    StringBuilder text = new StringBuilder("\n");
    text.append(
        String.format(
            Locale.ROOT, TOTAL, "over all", "named", "or level", "open", "tau", "error", "worst"));
    for (Score sum : summary(answers)) {
      text.append(
          String.format(
              Locale.ROOT,
              TOTAL,
              sum.question(),
              sum.named() + "/" + sum.programs(),
              sum.namedOrLevel() + "/" + sum.programs(),
              sum.open() == 0 ? "" : Long.toString(sum.open()),
              tau(sum.tau()),
              share(sum.medianError()),
              share(sum.worstError())));
    }
    return text.append(
            """
            named: who was foretold to have least is who has; or level: has at most 5 % more (~)
            open: the real times of the two do not part, with 95 % (?)
            tau: Kendall's, of the order, mean over programs; error: median, and worst, of all figures
            times of a trace are foretold by prices that were fitted without it
            """)
        .toString();
  }

  /** Over all programs, by question, for other programs: the figures of {@link #total}. */
  public static List<Score> summary(List<Answer> answers) {
    return byQuestion(answers).entrySet().stream()
        .map(entry -> Score.of(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Map<Question, List<Answer>> byQuestion(List<Answer> answers) {
    return answers.stream()
        .collect(
            Collectors.groupingBy(
                Answer::question, () -> new EnumMap<>(Question.class), Collectors.toList()));
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "…";
  }

  private static String tau(double tau) {
    return Double.isFinite(tau) ? String.format(Locale.ROOT, "%.2f", tau) : "-";
  }

  private static String share(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.1f %%", 100 * share) : "-";
  }
}
