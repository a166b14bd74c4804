package heapstakes.decision;

import heapstakes.forecast.Costs;
import heapstakes.forecast.CountedWork;
import heapstakes.forecast.Observation;
import heapstakes.results.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** How well prices foretell traces that they were not fitted to, by what a calibration observed. */
public final class LeftOut {
  private LeftOut() {}

  /**
   * Each trace in turn is left out and foretold by the prices of the others. Nothing is timed: the
   * same answers whenever it is asked.
   */
  public static List<Answer> answers(Costs costs) {
    Map<String, List<Observation>> byTrace = new LinkedHashMap<>();
    for (Observation observation : costs.observations()) {
      byTrace
          .computeIfAbsent(observation.traceSha256(), unused -> new ArrayList<>())
          .add(observation);
    }
    List<Answer> answers = new ArrayList<>();
    byTrace.forEach((trace, own) -> answers.addAll(answers(own, costs.without(trace))));
    return answers;
  }

  private static List<Answer> answers(List<Observation> trace, Costs others) {
    SequencedMap<String, Interval> lives = new LinkedHashMap<>();
    SequencedMap<String, Double> foretoldLives = new LinkedHashMap<>();
    SequencedMap<String, Interval> steady = new LinkedHashMap<>();
    SequencedMap<String, Double> foretoldSteady = new LinkedHashMap<>();
    for (Observation observation : trace) {
      String library = observation.library();
      others
          .prices()
          .of(library)
          .ifPresent(prices -> {
            double beat = others.pulseNanos();
            lives.put(library, Interval.at(observation.oneLife().beatsPerOperation() * beat));
            steady.put(library, Interval.at(observation.steady().beatsPerOperation() * beat));
            CountedWork life = observation.oneLife().work();
            CountedWork lived = observation.steady().work();
            foretoldLives.put(library, life.nanos(prices));
            foretoldSteady.put(library, lived.nanos(prices));
          });
    }
    if (lives.isEmpty()) {
      return List.of(); // of a calibration on one trace nothing is left
    }
    String name = trace.getFirst().workload();
    return List.of(
        new Answer(name, Question.ONE_LIFE, lives, foretoldLives),
        new Answer(name, Question.STEADY, steady, foretoldSteady));
  }
}
