package heapstakes.cli;

import heapstakes.decision.Answer;
import heapstakes.decision.DecisionException;
import heapstakes.decision.DecisionStudy;
import heapstakes.decision.DecisionText;
import heapstakes.results.Interval;
import heapstakes.trace.Trace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * {@code verify --decisions}.
 *
 * @param study what is asked
 * @param asJson as one document when all is known, else program by program
 */
record DecisionRun(DecisionStudy study, boolean asJson) {
  /** Asks it of each trace, and prints what comes of it; the result is the exit code. */
  int of(List<Trace> traces) throws InterruptedException {
    if (study.pairs().size() < 2) {
      throw new UsageException(
          "--decisions: there are fewer than two real libraries with twins here, so nothing to decide."
              + "\n  'heapstakes doctor' says which packages add some.");
    }
    List<Answer> all = new ArrayList<>();
    boolean good = true;
    print(DecisionText.head());
    for (Trace trace : traces) {
      try {
        List<Answer> answers = study.answers(trace);
        all.addAll(answers);
        print(DecisionText.of(answers));
      } catch (DecisionException e) {
        good = false;
        System.err.println("heapstakes: " + e.getMessage());
      }
    }
    print(DecisionText.total(all));
    if (asJson) {
      System.out.print(Json.text(document(all)));
    }
    return good ? ExitCode.OK : ExitCode.CHECK_FAILED;
  }

  private void print(String text) {
    if (!asJson) {
      System.out.print(Terminal.outputStyle().fit(text));
      System.out.flush();
    }
  }

  private Map<String, Object> document(List<Answer> answers) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("costs_of", study.costs().machine());
    root.put("costs_made_by", study.costs().command());
    root.put("costs_date", study.costs().date());
    root.put("fitted_without_the_program", true);
    root.put("answers", answers.stream().map(DecisionRun::entry).toList());
    root.put("over_all", DecisionText.summary(answers));
    return root;
  }

  private static Map<String, Object> entry(Answer answer) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("program", answer.program());
    entry.put("question", answer.question().title());
    entry.put("real", figures(answer, Interval::value));
    entry.put("real_low", figures(answer, Interval::low));
    entry.put("real_high", figures(answer, Interval::high));
    entry.put("foretold", answer.foretold());
    entry.put("winner", answer.winner());
    entry.put("foretold_winner", answer.foretoldWinner());
    entry.put("named", answer.isNamed());
    entry.put("named_or_level", answer.isNamedOrLevel());
    entry.put("open", answer.isOpen());
    entry.put("tau", finite(answer.tau()));
    return entry;
  }

  private static Map<String, Double> figures(Answer answer, ToDoubleFunction<Interval> of) {
    Map<String, Double> figures = new LinkedHashMap<>();
    answer.real().forEach((library, figure) -> figures.put(library, of.applyAsDouble(figure)));
    return figures;
  }

  private static Object finite(double value) {
    return Double.isFinite(value) ? (Object) value : "";
  }
}
