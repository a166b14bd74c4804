package heapstakes.forecast;

import heapstakes.allocator.Contestant;
import heapstakes.meter.Pulse;
import heapstakes.meter.PulsedTimes;
import heapstakes.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What real libraries took for a trace, beside the counted work of their twins. */
public final class Calibration {
  private Calibration() {}

  /**
   * A library and the twin that foretells it.
   *
   * @param twin set as it is for this machine
   * @param library that can be timed in a process of its own
   */
  public record Pair(Contestant twin, Contestant library) {}

  /** What each library took for a trace, and what its twin did. */
  public static List<Observation> observe(
      List<Pair> pairs, String workload, Trace trace, Caches caches, int rounds, Pulse pulse) {
    Map<Contestant, PulsedTimes> times =
        PulsedTimes.of(pairs.stream().map(Pair::library).toList(), trace, rounds, false, pulse);
    List<Observation> observations = new ArrayList<>();
    for (Pair pair : pairs) {
      PulsedTimes taken = Objects.requireNonNull(times.get(pair.library()));
      TwinWork work = TwinWork.of(pair.twin(), trace, caches);
      observations.add(
          new Observation(
              pair.library().provider().name(),
              workload,
              trace.info().sha256(),
              Observation.Stretch.of(taken.oneLife().value(), work.life()),
              Observation.Stretch.of(taken.steady().value(), work.steady())));
    }
    return observations;
  }
}
