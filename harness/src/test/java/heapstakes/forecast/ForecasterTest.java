package heapstakes.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import heapstakes.allocator.Allocators;
import heapstakes.replay.TestTraces;
import heapstakes.replay.TraceSource;
import heapstakes.results.Forecast;
import heapstakes.trace.Trace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForecasterTest {
  private static final Trace TRACE = TestTraces.mix(42, 4000, 200, 3);
  private final Forecaster forecaster =
      new Forecaster(
          new Costs(
              Costs.SCHEMA_VERSION,
              "a machine",
              "heapstakes calibrate",
              "2026-01-01T00:00:00Z",
              Caches.ZEN_3,
              50,
              new Prices(
                  new LinkedHashMap<>(Map.of("fault", 1_000.0)),
                  new LinkedHashMap<>(
                      Map.of(
                          "native-glibc",
                          new LinkedHashMap<>(Map.of("malloc", 10.0, "free", 4.0, "step", 2.0))))),
              List.of()));

  @Test
  void itsPartsAreCountsTimesPrices() {
    TwinWork work = TwinWork.of(Allocators.parse("ptmalloc2"), TRACE, Caches.ZEN_3);

    Forecast forecast = forecaster.of(Allocators.parse("ptmalloc2"), TRACE).orElseThrow();

    CountedWork life = work.life();
    double path =
        10.0 * life.count(Feature.MALLOC)
            + 4.0 * life.count(Feature.FREE)
            + 2.0 * life.count(Feature.STEP);
    double operations = life.operations();
    assertThat(forecast.oneLife().path()).isCloseTo(path / operations, within(0.1));
    assertThat(forecast.oneLife().faults())
        .isCloseTo(1_000.0 * life.count(Feature.FAULT) / operations, within(0.1));
    assertThat(forecast.oneLife().cache()).isZero();
    assertThat(forecast.oneLife().total())
        .isCloseTo(forecast.oneLife().path() + forecast.oneLife().faults(), within(1e-9));
  }

  @Test
  void whatIsNoTwinOrWasNotCalibratedHasNoForecast() {
    assertThat(forecaster.of(Allocators.parse("bump"), TRACE)).isEmpty();
    assertThat(forecaster.of(Allocators.parse("ptmalloc2:trim=modern-on-free"), TRACE)).isEmpty();
    assertThat(forecaster.of(Allocators.parse("tcmalloc"), TRACE)).isEmpty();
  }

  @Test
  void whatNoLibraryIsTimedOnHasNoForecast() {
    assertThat(forecaster.of(Allocators.parse("ptmalloc2"), TraceSource.open("process-per-task")))
        .isEmpty();
  }

  @Test
  void settingsAndVersionsOfATwinHaveForecasts() {
    assertThat(forecaster.of(Allocators.parse("ptmalloc2:tcache_count=0"), TRACE)).isPresent();
    assertThat(forecaster.of(Allocators.parse("ptmalloc2@2.43"), TRACE)).isPresent();
  }
}
