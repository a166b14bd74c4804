package heapstakes.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import heapstakes.results.ResultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostFileTest {
  private static final double PULSE = 50;

  @TempDir private Path directory;

  /** Of a world where a malloc costs 10 ns, a free 4 ns, a step 2 ns and a fault 1 000 ns. */
  static Observation observation(String trace, long malloc, long free, long step, long fault) {
    return new Observation(
        "native-glibc",
        trace,
        trace,
        stretch(malloc, free, step, fault),
        stretch(malloc, free, step, 0));
  }

  private static Observation.Stretch stretch(long malloc, long free, long step, long fault) {
    long[] counts = new long[Feature.values().length];
    counts[Feature.MALLOC.ordinal()] = malloc;
    counts[Feature.FREE.ordinal()] = free;
    counts[Feature.STEP.ordinal()] = step;
    counts[Feature.FAULT.ordinal()] = fault;
    long operations = malloc + free;
    double nanos = 10.0 * malloc + 4.0 * free + 2.0 * step + 1_000.0 * fault;
    return Observation.Stretch.of(nanos / operations / PULSE, new CountedWork(operations, counts));
  }

  static Costs costs() {
    List<Observation> observations = new ArrayList<>();
    observations.add(observation("a", 500, 500, 100, 20));
    observations.add(observation("b", 700, 300, 2_000, 3));
    observations.add(observation("c", 500, 400, 9_000, 1));
    observations.add(observation("d", 900, 100, 500, 90));
    return new Costs(
        Costs.SCHEMA_VERSION,
        "a machine",
        "heapstakes calibrate",
        "2026-01-01T00:00:00Z",
        Caches.ZEN_3,
        PULSE,
        Prices.fitted(observations, PULSE),
        observations);
  }

  @Test
  void pricesAreThoseOfTheWorldThatWasObserved() {
    double[] prices = costs().prices().of("native-glibc").orElseThrow();

    assertThat(prices[Feature.MALLOC.ordinal()]).isCloseTo(10, within(0.5));
    assertThat(prices[Feature.FREE.ordinal()]).isCloseTo(4, within(0.5));
    assertThat(prices[Feature.STEP.ordinal()]).isCloseTo(2, within(0.1));
    assertThat(prices[Feature.FAULT.ordinal()]).isCloseTo(1_000, within(30.0));
    assertThat(costs().prices().of("native-musl")).isEmpty();
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Path file = directory.resolve("costs.json");
    CostFile.write(file, costs());

    assertThat(CostFile.read(file.toString())).isEqualTo(costs());
  }

  @Test
  void whatIsLeftOutDoesNotTakePart() {
    Costs without = costs().without("d");

    assertThat(without.observations())
        .extracting(Observation::workload)
        .containsExactly("a", "b", "c");
    assertThat(costs().without("z")).isEqualTo(costs());
  }

  @Test
  void partsOfOneMachineGiveThePricesOfAllThatTheyObserved() {
    Costs all = costs();
    Costs first = all.without("d").without("c");
    Costs second = all.without("a");

    assertThat(Costs.together(List.of(first, second)).observations())
        .containsExactlyInAnyOrderElementsOf(all.observations());
    assertThat(Costs.together(List.of(first, all)).prices().of("native-glibc").orElseThrow())
        .containsExactly(all.prices().of("native-glibc").orElseThrow(), within(1e-3));
  }

  @Test
  void partsOfTwoMachinesAreRefused() {
    Costs other =
        new Costs(
            Costs.SCHEMA_VERSION,
            "another machine",
            "heapstakes calibrate",
            "2026-01-01T00:00:00Z",
            Caches.ZEN_3,
            PULSE,
            costs().prices(),
            costs().observations());

    assertThatThrownBy(() -> Costs.together(List.of(costs(), other)))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("another machine");
  }

  @Test
  void theCostsThatComeAlongSayWhereTheyAreFromAndAreNotNegative() {
    Costs costs = CostFile.read(CostFile.BUNDLED);

    assertThat(costs.machine()).isNotBlank();
    assertThat(costs.command()).startsWith("heapstakes calibrate");
    assertThat(costs.date()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    for (String library : costs.prices().libraries().keySet()) {
      for (double price : costs.prices().of(library).orElseThrow()) {
        assertThat(price).isNotNegative();
      }
    }
  }

  /** The file is what it says that it is: the fit to its own observations. */
  @Test
  void thePricesThatComeAlongFollowFromTheObservationsBesideThem() {
    Costs costs = CostFile.read(CostFile.BUNDLED);

    Prices fitted = Prices.fitted(costs.observations(), costs.pulseNanos());

    for (Observation observation : costs.observations()) {
      double[] kept = costs.prices().of(observation.library()).orElseThrow();
      double[] anew = fitted.of(observation.library()).orElseThrow();
      CountedWork work = observation.oneLife().work();
      assertThat(work.nanos(kept)).isCloseTo(work.nanos(anew), within(1e-3));
    }
  }

  @Test
  void aFileThatIsNoneIsRefusedWithTheWayToMakeOne() throws IOException {
    Path file = Files.writeString(directory.resolve("x.json"), "{\"schema_version\": 1, ");

    assertThatThrownBy(() -> CostFile.read(file.toString()))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("heapstakes calibrate -o");
    assertThatThrownBy(() -> CostFile.read(directory.resolve("none.json").toString()))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("none.json");
  }

  @Test
  void aFileWithAPieceMissingIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("x.json"), "{\"schema_version\": 1}");

    assertThatThrownBy(() -> CostFile.read(file.toString())).isInstanceOf(ResultException.class);
  }
}
