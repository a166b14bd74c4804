package heapstakes.forecast;

import heapstakes.allocator.Badge;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Reference;
import heapstakes.forecast.Feature.Part;
import heapstakes.results.Forecast;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo.Features;
import java.util.Optional;

/** Foretells times of real libraries from what their twins do. */
public final class Forecaster {
  private final Costs costs;

  /** By what {@code costs} says of a machine. */
  public Forecaster(Costs costs) {
    this.costs = costs;
  }

  /**
   * A forecast with that of single calls.
   *
   * @param forecast of whole replays
   * @param p999 of single calls on a heap that lives on, in ns
   */
  public record Foretold(Forecast forecast, double p999) {}

  /**
   * What the library of {@code twin} would take for {@code trace}; empty for what is no twin, whose
   * library was not part of the calibration, and for traces that no real library is timed on.
   *
   * @throws heapstakes.trace.TraceException when the trace is damaged
   */
  public Optional<Forecast> of(Contestant twin, Trace trace) {
    return prices(twin, trace)
        .map(prices -> forecast(TwinWork.of(twin, trace, costs.caches()), prices));
  }

  /** As above, with what single calls would take; another replay is needed for that. */
  public Optional<Foretold> withTail(Contestant twin, Trace trace) {
    return prices(twin, trace)
        .map(prices -> {
          CallTimes calls = new CallTimes(prices);
          TwinWork work = TwinWork.of(twin, trace, costs.caches(), calls);
          return new Foretold(forecast(work, prices), calls.p999());
        });
  }

  private Optional<double[]> prices(Contestant twin, Trace trace) {
    Features features = trace.info().features();
    // The badge of the contestant would say no to who is set for this machine's processors.
    if (twin.provider().badge() != Badge.TWIN
        || twin.provider().undeployable(twin.settings()).isPresent()
        || features.forks()
        || features.stopsAtNull()
        || !features.simulatedOnly().isEmpty()) {
      return Optional.empty();
    }
    return twin.provider().reference().map(Reference::library).flatMap(costs.prices()::of);
  }

  private static Forecast forecast(TwinWork work, double[] prices) {
    return new Forecast(parts(work.life(), prices), parts(work.steady(), prices));
  }

  static Forecast.Parts parts(CountedWork work, double[] prices) {
    return new Forecast.Parts(
        work.nanos(Part.PATH, prices),
        work.nanos(Part.CACHE, prices),
        work.nanos(Part.FAULTS, prices),
        work.nanos(Part.SYSTEM_CALLS, prices));
  }
}
