package heapstakes.results.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpreadTest {
  /** Ranks of the interval for the median at 95 %, as tables of order statistics print them. */
  @ParameterizedTest
  @CsvSource({"6,1,6", "8,1,8", "9,2,8", "10,2,9", "12,3,10", "15,4,12", "20,6,15", "30,10,21"})
  void theIntervalHasTheRanksOfTheTables(int count, int low, int high) {
    double[] ranks = IntStream.rangeClosed(1, count).mapToDouble(rank -> rank).toArray();

    Spread spread = Spread.of(ranks);

    assertThat(spread.low()).isEqualTo(low);
    assertThat(spread.high()).isEqualTo(high);
    assertThat(spread.median()).isEqualTo((count + 1) / 2.0);
    assertThat(spread.isSure()).isTrue();
  }

  @Test
  void fewerThanSixValuesPartNobody() {
    Spread spread = Spread.of(new double[] {3, 1, 2, 5, 4});

    assertThat(spread.isSure()).isFalse();
    assertThat(spread.isBelow(100)).isFalse();
    assertThat(spread.isLevelWith(100)).isTrue();
    assertThat(spread.median()).isEqualTo(3);
  }

  @Test
  void in95Of100DrawsTheTrueMedianIsInside() {
    SplittableRandom chance = new SplittableRandom(4);
    long inside =
        IntStream.range(0, 4000)
            .filter(draw -> {
              double[] values = chance.doubles(10).map(x -> -Math.log(1 - x)).toArray();
              Spread spread = Spread.of(values);
              return spread.low() <= Math.log(2) && Math.log(2) <= spread.high();
            })
            .count();

    // Of 10 values the ranks 2 and 9 hold it in 97.9 of 100.
    assertThat(inside / 4000.0).isCloseTo(0.979, within(0.01));
  }

  @Test
  void theOrderOfValuesDoesNotMatterAndTheyStayAsTheyAre() {
    double[] values = {9, 1, 5, 3, 7, 2, 8};
    Spread spread = Spread.of(values);

    assertThat(values).containsExactly(9, 1, 5, 3, 7, 2, 8);
    assertThat(spread).isEqualTo(Spread.of(Arrays.stream(values).sorted().toArray()));
  }
}
