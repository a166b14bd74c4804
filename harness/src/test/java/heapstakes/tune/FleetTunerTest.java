package heapstakes.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.judge.Objective;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetTunerTest {
  private static final Contestant PTMALLOC2 = Allocators.parse("ptmalloc2");
  private static final long PAGE = 4096; // which the objective adds

  private final List<String> whole = new ArrayList<>();
  private final List<String> shortened = new ArrayList<>();

  /**
   * No padding halves what the first program retains and doubles the second's; no cache halves
   * both.
   */
  private static List<Cell> cells(Contestant contestant) {
    double padded = contestant.settings().number("top_pad") == 0 ? 2 : 1;
    double cached = contestant.settings().number("tcache_count") == 0 ? 0.5 : 1;
    return List.of(
        cell(contestant, "first", 800_000 / padded * cached),
        cell(contestant, "second", 100_000 * padded * cached));
  }

  private static Cell cell(Contestant contestant, String program, double bytes) {
    CellKey key =
        new CellKey("ptmalloc2", contestant.settings().toString(), program, "simulated", 1);
    return Cell.of(key).count(Column.RETAINED_BYTES, Math.round(bytes) - PAGE).build();
  }

  private List<List<Cell>> measure(List<Contestant> contestants, boolean isShort) {
    contestants.forEach(c -> (isShort ? shortened : whole).add(c.toString()));
    return contestants.stream().map(FleetTunerTest::cells).toList();
  }

  private FleetTuner tuner(double first, double second, boolean shortens, int budget) {
    double[] weights = {first, second};
    return new FleetTuner(PTMALLOC2, this::measure, Objective.RETAINED, weights, shortens, budget);
  }

  @Test
  void whatHelpsOneProgramAsMuchAsItHarmsAnotherIsNotTakenUnlessThatOneCountsMore() {
    FleetTrial best = tuner(1, 1, true, 1000).best();
    assertThat(best.contestant().toString()).isEqualTo("ptmalloc2:tcache_count=0");
    assertThat(best.mean()).isCloseTo(0.5, within(1e-9));

    // The weighted mean of 1/4 and 1, 3 to 1: 2^(-6/4).
    FleetTrial weighted = tuner(3, 1, true, 1000).best();
    assertThat(weighted.contestant().toString()).isEqualTo("ptmalloc2:tcache_count=0,top_pad=0");
    assertThat(weighted.mean()).isCloseTo(Math.pow(2, -1.5), within(1e-9));
  }

  @Test
  void aThirdOfTheChangesGoesOnToWholePrograms() {
    FleetTuner tuner = tuner(1, 1, true, 1000);
    tuner.best();

    assertThat(whole).startsWith("ptmalloc2").doesNotHaveDuplicates();
    assertThat(whole).hasSizeLessThan(shortened.size() / 2);
    assertThat(tuner.trials()).hasSameSizeAs(whole);
    List<String> only = new ArrayList<>(shortened);
    only.removeAll(whole);
    assertThat(tuner.passedOver()).isEqualTo(only.stream().distinct().count());
    assertThat(tuner.isExhausted()).isFalse();
  }

  @Test
  void whereNothingIsShorterEverythingIsTriedOnWholePrograms() {
    FleetTuner tuner = tuner(1, 1, false, 1000);

    assertThat(tuner.best().contestant().toString()).isEqualTo("ptmalloc2:tcache_count=0");
    assertThat(shortened).isEmpty();
    assertThat(tuner.passedOver()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void theBudgetIsKept(int budget) {
    FleetTuner tuner = tuner(1, 1, true, budget);

    FleetTrial best = tuner.best();

    assertThat(whole).hasSize(budget);
    assertThat(tuner.trials()).contains(best);
    assertThat(tuner.isExhausted()).isTrue();
  }
}
