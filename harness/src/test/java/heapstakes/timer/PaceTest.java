package heapstakes.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final Offset<Double> EXACTLY = within(1e-3);

  private static Turn turn(double nanos, double pulse) {
    return new Turn(
        1_000_000, Math.round(1e6 * nanos), 0, false, 1_000_000, Math.round(1e6 * pulse));
  }

  @Test
  void theCostIsToldFromTurnsOfTheSameContestantAtDifferentPaces() {
    SplittableRandom random = new SplittableRandom(1);
    List<List<Turn>> alike = new ArrayList<>();
    for (double nanos : new double[] {10, 25, 40}) {
      List<Turn> turns = new ArrayList<>(List.of(turn(nanos, 300)));
      for (int i = 0; i < 12; i++) {
        double shared = random.nextDouble(0.9);
        turns.add(turn(nanos * (1 + 0.6 * shared), 300 * (1 + shared)));
      }
      alike.add(turns);
    }
    Pace pace = Pace.of(alike).orElseThrow();
    assertThat(pace.calm()).isCloseTo(300, EXACTLY);
    assertThat(pace.cost()).isCloseTo(0.6, EXACTLY);
    for (double nanos : pace.nanos(alike.get(1))) {
      assertThat(nanos).isCloseTo(25, EXACTLY);
    }
  }

  @Test
  void turnsOfOnePaceSayNothingOfTheCostAndStayAsTheyAre() {
    List<Turn> turns = List.of(turn(10, 300), turn(14, 300), turn(11, 300));
    Pace pace = Pace.of(List.of(turns)).orElseThrow();
    assertThat(pace.nanos(turns)).containsExactly(10, 14, 11);
    assertThat(pace.least(turns)).containsExactly(10, 14, 11);
    assertThat(pace.most(turns)).containsExactly(10, 14, 11);
  }

  @Test
  void aCostThatCannotBeIsNotBelieved() {
    List<Turn> quicker = List.of(turn(10, 300), turn(5, 450));
    assertThat(Pace.of(List.of(quicker)).orElseThrow().cost()).isEqualTo(0.2);
    List<Turn> slower = List.of(turn(10, 300), turn(1_000, 450));
    assertThat(Pace.of(List.of(slower)).orElseThrow().cost()).isEqualTo(1.3);
  }

  @Test
  void withoutAPulseOfEachThereIsNoPace() {
    Turn unknown = new Turn(1, 10, 10, false, 0, 0);
    assertThat(Pace.of(List.of(List.of(turn(10, 300), unknown)))).isEmpty();
    assertThat(Pace.of(List.of())).isEmpty();
  }
}
