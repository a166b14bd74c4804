package heapstakes.results.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.ParetoSet;
import heapstakes.results.judge.Recommendation;
import heapstakes.results.judge.Recommendation.Field;
import heapstakes.results.judge.Recommendation.Pick;
import heapstakes.results.judge.Recommendation.Price;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class RecommendationTest {
  private static final int PAGE = 4096;

  private static Cell real(String name, String workload, double opsPerSecond, long retained) {
    return Cell.of(new CellKey(name, "", workload, "linux", 1))
        .text(Column.KIND, "native")
        .decimal(Column.THROUGHPUT_OPS_PER_S, opsPerSecond)
        .count(Column.RETAINED_BYTES, retained)
        .build();
  }

  private static Cell model(String name, String kind, double modelled, long halfBackAfter) {
    Cell.Builder cell =
        Cell.of(new CellKey(name, "", "one", "simulated", 1))
            .text(Column.KIND, kind)
            .decimal(Column.MODELLED_NS_PER_OP, modelled);
    return halfBackAfter < 0
        ? cell.build()
        : cell.count(Column.TIME_TO_RETURN_HALF_NS, halfBackAfter).build();
  }

  private static Pick pick(Recommendation advice, Objective objective) {
    return advice.picks().stream()
        .filter(pick -> pick.objective() == objective)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theBestHasTheSmallestGeometricMeanOfItsRatiosAndAPrice() {
    // a is 4 times faster on one and as fast on two: twice on the whole. It keeps 8 pages and 2,
    // b 2 and 2, each and a page more: 9/3 and 3/3, the square root of 3 on the whole.
    List<Cell> cells =
        List.of(
            real("a", "one", 4e6, 8 * PAGE),
            real("b", "one", 1e6, 2 * PAGE),
            real("a", "two", 1e6, 2 * PAGE),
            real("b", "two", 1e6, 2 * PAGE));

    List<Recommendation> all = Recommendation.of(cells);

    assertThat(all).extracting(Recommendation::field).containsExactly(Field.REAL);
    Pick fastest = pick(all.getFirst(), Objective.THROUGHPUT);
    assertThat(fastest.contestant()).isEqualTo("a");
    assertThat(fastest.next()).isEqualTo("b");
    assertThat(fastest.lead()).isCloseTo(2, within(1e-9));
    assertThat(fastest.price()).containsOnlyKeys(Objective.RETAINED);
    assertThat(fastest.price().values())
        .allSatisfy(price -> {
          assertThat(price.least()).isCloseTo(Math.sqrt(3), within(1e-9));
          assertThat(price.most()).isEqualTo(price.least());
        });
    Pick leanest = pick(all.getFirst(), Objective.RETAINED);
    assertThat(leanest.contestant()).isEqualTo("b");
    assertThat(leanest.price()).containsExactly(entry(Objective.THROUGHPUT, new Price(1, 4)));
    assertThat(all.getFirst().unbeaten()).containsExactly("a", "b");
  }

  @Test
  void whoLacksAFigureThatAnotherHasIsNotRanked() {
    // c is the fastest where it ran.
    List<Cell> cells =
        List.of(
            real("a", "one", 2e6, PAGE),
            real("b", "one", 1e6, PAGE),
            real("a", "two", 2e6, PAGE),
            real("b", "two", 1e6, PAGE),
            real("c", "two", 9e6, PAGE));

    assertThat(pick(Recommendation.of(cells).getFirst(), Objective.THROUGHPUT).contestant())
        .isEqualTo("a");
  }

  @Test
  void modelsAreAFieldOfTheirOwnWithoutTheFloorAndWhatCannotBeDeployed() {
    List<Cell> cells =
        List.of(
            model("bump", "floor", 1, -1),
            model("trims", "experiment", 2, 1),
            model("x", "model", 40, -1), // never gives back
            model("y", "strategy", 50, 7_000),
            model("z", "strategy", 60, 9_000));

    List<Recommendation> all = Recommendation.of(cells);

    assertThat(all).extracting(Recommendation::field).containsExactly(Field.MODELS);
    assertThat(pick(all.getFirst(), Objective.MODELLED_COST).contestant()).isEqualTo("x");
    assertThat(pick(all.getFirst(), Objective.TIME_TO_RETURN).contestant()).isEqualTo("y");
  }

  private static Cell foretold(String name, int threads, double oneLife, double modelled) {
    return Cell.of(new CellKey(name, "", "one", "simulated", threads))
        .text(Column.KIND, "model")
        .decimal(Column.MODELLED_NS_PER_OP, modelled)
        .decimal(Column.FORECAST_ONE_LIFE_NS_PER_OP, oneLife)
        .count(Column.RETAINED_BYTES, PAGE)
        .build();
  }

  /** The kernel's work says x, the library's whole work y; errors of forecasts are 10.6 %. */
  @Test
  void modelsAreFastByWhatTheirLibrariesWouldTakeAndLevelWithinTheErrorOfThat() {
    Recommendation apart =
        Recommendation.of(List.of(foretold("x", 1, 60, 1), foretold("y", 1, 40, 9))).getFirst();
    Recommendation close =
        Recommendation.of(List.of(foretold("x", 1, 44, 1), foretold("y", 1, 40, 9))).getFirst();

    assertThat(apart.speed()).isEqualTo(Objective.FORECAST_ONE_LIFE);
    assertThat(apart.picks())
        .extracting(Pick::objective)
        .contains(Objective.FORECAST_ONE_LIFE)
        .doesNotContain(Objective.MODELLED_COST);
    assertThat(pick(apart, Objective.FORECAST_ONE_LIFE))
        .matches(pick -> pick.contestant().equals("y") && !pick.isLevel());
    assertThat(pick(close, Objective.FORECAST_ONE_LIFE).isLevel()).isTrue();
  }

  @Test
  void howThreadsGetOnTogetherIsNotForetold() {
    Recommendation threads =
        Recommendation.of(List.of(foretold("x", 4, 60, 1), foretold("y", 4, 40, 9))).getFirst();

    assertThat(threads.speed()).isEqualTo(Objective.MODELLED_COST);
    assertThat(threads.picks())
        .extracting(Pick::objective)
        .doesNotContain(Objective.FORECAST_ONE_LIFE);
  }

  @Test
  void whoGivesBackWhileItFreesIsTheFirstToHaveGivenBack() {
    List<Cell> cells =
        List.of(
            model("x", "model", 40, 7_000_000),
            model("y", "strategy", 50, -1).toBuilder().decimal(Column.RETURNED_SHARE, 0.98).build(),
            model("z", "strategy", 60, -1).toBuilder().decimal(Column.RETURNED_SHARE, 0.1).build());

    Pick soonest = pick(Recommendation.of(cells).getFirst(), Objective.TIME_TO_RETURN);

    assertThat(soonest.contestant()).isEqualTo("y");
    assertThat(soonest.next()).isEqualTo("x");
    assertThat(soonest.lead()).isCloseTo(8, within(1e-9)); // a millisecond more each
  }

  @Test
  void whoNeverGivesBackComesLastAndIsSaidToNeverDoIt() {
    List<Cell> cells =
        List.of(
            model("x", "model", 40, -1).toBuilder().decimal(Column.RETURNED_SHARE, 0.0).build(),
            model("y", "strategy", 50, 15_100_000_000L));

    Pick soonest = pick(Recommendation.of(cells).getFirst(), Objective.TIME_TO_RETURN);

    assertThat(soonest.contestant()).isEqualTo("y");
    assertThat(soonest.next()).isEqualTo("x");
    assertThat(new RecommendationText(Style.PLAIN, c -> "").render(cells))
        .contains("x never does", "time to return half (never)");
  }

  @Test
  void whereNobodyGivesBackNobodyIsTheFirst() {
    List<Cell> cells =
        List.of(
            model("x", "model", 40, -1).toBuilder().decimal(Column.RETURNED_SHARE, 0.0).build(),
            model("y", "model", 50, -1).toBuilder().decimal(Column.RETURNED_SHARE, 0.4).build());

    assertThat(Recommendation.of(cells).getFirst().picks())
        .extracting(Pick::objective)
        .doesNotContain(Objective.TIME_TO_RETURN);
  }

  @Test
  void whoWasKilledOnTheWayIsTheBestAtNothing() {
    List<Cell> cells =
        List.of(
            real("a", "one", 1e6, PAGE),
            real("b", "one", 1e6, 2 * PAGE),
            real("c", "one", 9e6, 0).toBuilder().text(Column.STATUS, "oom_killed").build());

    Recommendation advice = Recommendation.of(cells).getFirst();

    assertThat(pick(advice, Objective.RETAINED).contestant()).isEqualTo("a");
    assertThat(pick(advice, Objective.RETAINED).next()).isEqualTo("b");
    assertThat(advice.unbeaten()).containsExactly("a");
  }

  @Test
  void theTextSaysWhatToTakeWhatItCostsAndHowToDeployIt() {
    List<Cell> cells = List.of(real("a", "one", 4e6, 8 * PAGE), real("b", "one", 1e6, 2 * PAGE));

    String text =
        new RecommendationText(Style.PLAIN, name -> name.equals("a") ? "X=1" : "").render(cells);

    assertThat(text)
        .isEqualTo(
            """
            best of real libraries, on this machine contestant against the next
            throughput                              a          4.00 × ahead of b
                behind the best in retained memory 3.00 ×
            retained memory                         b          3.00 × ahead of a
                behind the best in throughput 4.00 ×
            unbeaten in both throughput and retained memory: a, b
              deploy a: X=1
            """);
  }

  private record Point(int first, int second) {
    boolean beats(Point other) {
      return first <= other.first && second <= other.second && !equals(other);
    }
  }

  @RepeatedTest(20)
  void theParetoSetIsWhatNobodyBeats(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      points.add(new Point(random.nextInt(12), random.nextInt(12)));
    }

    assertThat(ParetoSet.of(points, Point::first, Point::second))
        .containsExactlyInAnyOrderElementsOf(
            points.stream().filter(p -> points.stream().noneMatch(q -> q.beats(p))).toList());
  }

  private static Cell timed(String name, double nanos, double low, double high) {
    return Cell.of(new CellKey(name, "", "one", "linux", 1))
        .text(Column.KIND, "native")
        .decimal(Column.ONE_LIFE_NS_PER_OP, nanos)
        .decimal(Column.ONE_LIFE_NS_PER_OP_LOW, low)
        .decimal(Column.ONE_LIFE_NS_PER_OP_HIGH, high)
        .build();
  }

  @Test
  void whoeverCouldBeOvertakenByAnotherRunIsLevelWithTheNext() {
    List<Cell> open = List.of(timed("a", 20, 18.2, 21.8), timed("b", 25, 21.5, 26));
    Pick level = pick(Recommendation.of(open).getFirst(), Objective.ONE_LIFE);
    assertThat(level.isLevel()).isTrue();
    assertThat(new RecommendationText(Style.PLAIN, c -> "").render(open))
        .contains("level with b")
        .doesNotContain("ahead");

    List<Cell> sure = List.of(timed("a", 20, 18, 21), timed("b", 25, 23.1, 27));
    Pick ahead = pick(Recommendation.of(sure).getFirst(), Objective.ONE_LIFE);
    assertThat(ahead.isLevel()).isFalse();
    assertThat(ahead.sure().getAsDouble()).isCloseTo(23.1 / 21, within(1e-9));
    assertThat(new RecommendationText(Style.PLAIN, c -> "").render(sure))
        .contains("1.25 × (1.10 × at least) ahead of b");
  }

  @Test
  void nobodyIsBestByTheClockWhereRoundsDisagreeByMoreThanTwentyPercent() {
    // Half of 8.8 is 22 % of 20; half of 8 is 20 %, which is told.
    List<Cell> busy = List.of(timed("a", 20, 18, 26.8), timed("b", 40, 39, 41));
    assertThat(Recommendation.of(busy)).isEmpty();
    assertThat(new RecommendationText(Style.PLAIN, c -> "").render(busy))
        .contains("nobody is best in speed or latency on one: rounds disagree by ±22.0 %")
        .doesNotContain("ahead");

    List<Cell> calm = List.of(timed("a", 20, 18, 26), timed("b", 40, 39, 41));
    assertThat(pick(Recommendation.of(calm).getFirst(), Objective.ONE_LIFE).contestant())
        .isEqualTo("a");
  }
}
