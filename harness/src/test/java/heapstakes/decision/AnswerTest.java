package heapstakes.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import heapstakes.results.Interval;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class AnswerTest {
  private static SequencedMap<String, Double> figures(double... of) {
    SequencedMap<String, Double> figures = new LinkedHashMap<>();
    for (int i = 0; i < of.length; i++) {
      figures.put("library-" + (char) ('a' + i), of[i]);
    }
    return figures;
  }

  /** Real figures that are known to a tenth. */
  private static Answer answer(
      SequencedMap<String, Double> real, SequencedMap<String, Double> told) {
    SequencedMap<String, Interval> spread = new LinkedHashMap<>();
    real.forEach(
        (library, figure) -> spread.put(library, new Interval(figure, 0.9 * figure, 1.1 * figure)));
    return new Answer("program", Question.STEADY, spread, told);
  }

  @Test
  void theSameOrderNamesTheWinnerWithATauOfOne() {
    Answer answer = answer(figures(30, 20, 40), figures(31, 22, 70));

    assertThat(answer.winner()).isEqualTo("library-b");
    assertThat(answer.foretoldWinner()).isEqualTo("library-b");
    assertThat(answer.isNamed()).isTrue();
    assertThat(answer.tau()).isEqualTo(1);
  }

  @Test
  void anOrderWithOneOfSixPairsTurnedHasATauOfTwoThirds() {
    Answer answer = answer(figures(10, 20, 30, 40), figures(20, 10, 30, 40));

    assertThat(answer.tau()).isCloseTo(4.0 / 6, within(1e-12));
    assertThat(answer.isNamed()).isFalse();
    assertThat(answer.isNamedOrLevel()).isFalse();
  }

  @Test
  void aWinnerThatIsHardlyBeatenIsLevel() {
    Answer answer = answer(figures(100, 104), figures(9, 8));

    assertThat(answer.isNamed()).isFalse();
    assertThat(answer.isNamedOrLevel()).isTrue();
  }

  /** 90 to 110 and 99 to 121 overlap, 90 to 110 and 117 to 143 do not. */
  @Test
  void whereRealFiguresDoNotPartTheTwoItIsOpen() {
    Answer open = answer(figures(100, 110), figures(9, 8));
    Answer wrong = answer(figures(100, 130), figures(9, 8));

    assertThat(open.isNamedOrLevel()).isFalse();
    assertThat(open.isOpen()).isTrue();
    assertThat(wrong.isOpen()).isFalse();
    assertThat(DecisionText.of(List.of(open))).contains("library-b ?");
    assertThat(DecisionText.of(List.of(wrong))).contains("library-b ✗");
    assertThat(DecisionText.total(List.of(open, wrong))).containsPattern("steady +0/2 +0/2 +1 ");
  }

  @Test
  void whoTiesWithTheWinnerIsNamed() {
    assertThat(answer(figures(4096, 4096), figures(5, 4)).isNamed()).isTrue();
  }

  /** By the formula: 5 of 6 pairs are untied on one side, all on the other, all 5 agree. */
  @Test
  void tiesCountInTauAsKendallHasIt() {
    Answer answer = answer(figures(10, 10, 30, 40), figures(1, 2, 3, 4));

    assertThat(answer.tau()).isCloseTo(5 / Math.sqrt(5.0 * 6.0), within(1e-12));
  }

  @Test
  void errorsAreSharesOfTheRealFigures() {
    Answer answer = answer(figures(100, 200, 50), figures(110, 150, 50));

    assertThat(answer.errors()).containsExactly(new double[] {0.1, -0.25, 0}, within(1e-12));
    assertThat(Answer.medianError(List.of(answer))).isCloseTo(0.1, within(1e-12));
    assertThat(Answer.worstError(List.of(answer))).isCloseTo(0.25, within(1e-12));
  }
}
