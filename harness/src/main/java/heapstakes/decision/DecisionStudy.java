package heapstakes.decision;

import heapstakes.allocator.Contestant;
import heapstakes.forecast.Calibration.Pair;
import heapstakes.forecast.Costs;
import heapstakes.forecast.Forecaster;
import heapstakes.forecast.Forecaster.Foretold;
import heapstakes.meter.FootprintMeter;
import heapstakes.meter.FootprintObserver;
import heapstakes.meter.ProcessFootprint;
import heapstakes.meter.Pulse;
import heapstakes.meter.PulsedTimes;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.results.Footprint;
import heapstakes.results.Interval;
import heapstakes.results.Status;
import heapstakes.trace.Trace;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.DoubleFunction;

/**
 * Measures real libraries on traces, and what twins and forecasts say of them. Prices are fitted
 * anew for each trace, without what was observed on it: a program never helps to foretell itself.
 *
 * @param pairs libraries and their twins
 * @param costs by which times are foretold
 * @param rounds turns of each library on each trace
 * @param pulse of the machine meanwhile: real times are told as at the speed that the machine had
 *     when it was calibrated
 */
public record DecisionStudy(List<Pair> pairs, Costs costs, int rounds, Pulse pulse) {

  /**
   * What one trace answers.
   *
   * @throws DecisionException when a library or a twin comes to no figures
   * @throws InterruptedException when interrupted
   */
  public List<Answer> answers(Trace trace) throws InterruptedException {
    Forecaster forecaster = new Forecaster(costs.without(trace.info().sha256()));
    Map<Contestant, PulsedTimes> times =
        PulsedTimes.of(pairs.stream().map(Pair::library).toList(), trace, rounds, true, pulse);
    Map<Question, SequencedMap<String, Interval>> real = new EnumMap<>(Question.class);
    Map<Question, SequencedMap<String, Double>> foretold = new EnumMap<>(Question.class);
    for (Pair pair : pairs) {
      String name = pair.library().toString();
      Footprint own =
          ended(
              name,
              trace,
              ProcessFootprint.measure(
                  pair.library(), trace, ReplayOptions.DEFAULT, 0, FootprintObserver.NONE));
      Footprint twins =
          ended(
              name,
              trace,
              FootprintMeter.measure(
                  pair.twin(), Machine.parse("simulated"), trace, ReplayOptions.DEFAULT));
      Foretold forecast = forecaster.withTail(pair.twin(), trace).orElse(null);
      PulsedTimes taken = times.get(pair.library());
      if (taken == null || forecast == null) {
        throw new DecisionException(
            String.format(Locale.ROOT, "%s on %s is not in the costs", name, trace.info().name()));
      }
      putMemory(real, name, own, Interval::at);
      putMemory(foretold, name, twins, bytes -> bytes);
      put(real, Question.ONE_LIFE, name, taken.oneLife().times(costs.pulseNanos()));
      put(real, Question.STEADY, name, taken.steady().times(costs.pulseNanos()));
      put(real, Question.P99_9, name, Interval.at(taken.p999() * costs.pulseNanos()));
      put(foretold, Question.ONE_LIFE, name, forecast.forecast().oneLife().total());
      put(foretold, Question.STEADY, name, forecast.forecast().steady().total());
      put(foretold, Question.P99_9, name, forecast.p999());
    }
    List<Answer> answers = new ArrayList<>();
    real.forEach((question, figures) ->
        answers.add(
            new Answer(
                trace.info().name(),
                question,
                figures,
                foretold.getOrDefault(question, new LinkedHashMap<>()))));
    return answers;
  }

  private static Footprint ended(String name, Trace trace, Footprint footprint) {
    if (footprint.outcome().status() != Status.OK) {
      throw new DecisionException(
          String.format(
              Locale.ROOT,
              "%s on %s: %s",
              name,
              trace.info().name(),
              footprint.outcome().detail()));
    }
    return footprint;
  }

  private static <F> void putMemory(
      Map<Question, SequencedMap<String, F>> figures,
      String name,
      Footprint footprint,
      DoubleFunction<F> of) {
    footprint
        .space()
        .peak()
        .residentBytes()
        .ifPresent(bytes -> put(figures, Question.PEAK, name, of.apply(bytes)));
    footprint
        .space()
        .end()
        .retainedBytes()
        .ifPresent(bytes -> put(figures, Question.RETAINED, name, of.apply(Math.max(0, bytes))));
  }

  private static <F> void put(
      Map<Question, SequencedMap<String, F>> figures, Question question, String name, F figure) {
    figures.computeIfAbsent(question, unused -> new LinkedHashMap<>()).put(name, figure);
  }
}
