package heapstakes.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntervalTest {
  private static Interval ofFirst(int count) {
    return Interval.ofMedian(IntStream.rangeClosed(1, count).asDoubleStream().toArray());
  }

  /**
   * Ranks as tables of the sign test have them (Conover, Practical Nonparametric Statistics, A3).
   */
  @Test
  void theRanksAreThoseOfTheTables() {
    assertThat(ofFirst(5)).isEqualTo(new Interval(3, 1, 5)); // 93.8 % is not enough: all there is
    assertThat(ofFirst(6)).isEqualTo(new Interval(3.5, 1, 6));
    assertThat(ofFirst(8)).isEqualTo(new Interval(4.5, 1, 8));
    assertThat(ofFirst(9)).isEqualTo(new Interval(5, 2, 8));
    assertThat(ofFirst(15)).isEqualTo(new Interval(8, 4, 12));
    assertThat(ofFirst(20)).isEqualTo(new Interval(10.5, 6, 15));
    assertThat(ofFirst(1)).isEqualTo(new Interval(1, 1, 1));
  }

  @Test
  void theMedianIsInsideAsOftenAsItSays() {
    SplittableRandom random = new SplittableRandom(1);
    int inside = 0;
    for (int i = 0; i < 10_000; i++) {
      double[] figures = random.doubles(13).map(x -> x * x * x).toArray();
      Interval interval = Interval.ofMedian(figures);
      inside += interval.low() <= 0.125 && 0.125 <= interval.high() ? 1 : 0;
    }
    // Ranks 3 and 11 of 13: 97.8 %.
    assertThat(inside / 10_000.0).isCloseTo(0.978, within(0.01));
  }

  @Test
  void theLowerQuartileLiesBetweenRanksOfTheBinomialDistribution() {
    // P(Bin(15, 1/4) = 0) = 1.3 %, <= 1: 8.0 %; >= 8: 1.7 %, >= 7: 5.7 %.
    assertThat(quartileOfFirst(15)).isEqualTo(new Interval(4.5, 1, 8));
    // P(Bin(30, 1/4) <= 2) = 1.1 %, <= 3: 3.7 %; >= 13: 2.2 %, >= 12: 5.1 %.
    assertThat(quartileOfFirst(30)).isEqualTo(new Interval(8.25, 3, 13));
    assertThat(quartileOfFirst(3)).isEqualTo(new Interval(1.5, 1, 3)); // >= 3: 1.6 %
    assertThat(quartileOfFirst(1)).isEqualTo(new Interval(1, 1, 1));
  }

  private static Interval quartileOfFirst(int count) {
    return Interval.ofLowerQuartile(IntStream.rangeClosed(1, count).asDoubleStream().toArray());
  }

  @Test
  void theLowerQuartileIsInsideAsOftenAsItSays() {
    SplittableRandom random = new SplittableRandom(2);
    int inside = 0;
    for (int i = 0; i < 10_000; i++) {
      Interval interval = Interval.ofLowerQuartile(random.doubles(30).toArray());
      inside += interval.low() <= 0.25 && 0.25 <= interval.high() ? 1 : 0;
    }
    assertThat(inside / 10_000.0).isCloseTo(0.967, within(0.01));
  }

  @Test
  void intervalsThatTouchOverlapAndNothingHasNone() {
    Interval interval = new Interval(2, 1, 3);
    assertThat(interval.overlaps(new Interval(4, 3, 5))).isTrue();
    assertThat(interval.overlaps(new Interval(4, 3.1, 5))).isFalse();
    assertThat(interval.spread()).isEqualTo(0.5);
    assertThatThrownBy(() -> Interval.ofMedian(new double[0])).hasMessageContaining("no quantile");
    assertThatThrownBy(() -> Interval.ofMedian(new double[] {Double.NaN}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** 1/6 is the least that one of 1 to 3 can be of one of 4 to 6, and 3/4 the most. */
  @Test
  void aRatioIsWhereItIsForAnyTwoOfBoth() {
    Interval ratio = new Interval(2, 1, 3).over(new Interval(5, 4, 6));

    assertThat(ratio).isEqualTo(new Interval(0.4, 1 / 6.0, 0.75));
  }
}
