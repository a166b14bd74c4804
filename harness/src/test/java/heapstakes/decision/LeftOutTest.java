package heapstakes.decision;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.forecast.CostFile;
import heapstakes.forecast.Costs;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeftOutTest {
  private static final List<String> PROGRAMS = List.of("sqlite3", "jq", "perl", "xmllint", "cc1");

  private static List<Answer> programs(List<Answer> answers, Question question) {
    return answers.stream()
        .filter(answer -> answer.question() == question && PROGRAMS.contains(answer.program()))
        .toList();
  }

  @Test
  void costsThatComeAlongForetellProgramsThatTookNoPartWithinWhatIsPromised() {
    List<Answer> answers = LeftOut.answers(CostFile.read(CostFile.BUNDLED));

    List<Answer> lives = programs(answers, Question.ONE_LIFE);
    List<Answer> steady = programs(answers, Question.STEADY);
    assertThat(lives).hasSize(PROGRAMS.size());
    assertThat(Answer.medianError(lives)).isLessThan(0.15);
    assertThat(Answer.medianError(steady)).isLessThan(0.20);
    long named =
        lives.stream().filter(Answer::isNamedOrLevel).count()
            + steady.stream().filter(Answer::isNamedOrLevel).count();
    assertThat(named).isGreaterThanOrEqualTo(9);
  }

  @Test
  void whatAnswersATraceIsFittedWithoutIt() {
    Costs costs = CostFile.read(CostFile.BUNDLED);
    Answer answer = LeftOut.answers(costs).getFirst();

    double own =
        costs
            .observations()
            .getFirst()
            .oneLife()
            .work()
            .nanos(costs.prices().of(costs.observations().getFirst().library()).orElseThrow());

    assertThat(answer.foretold().firstEntry().getValue()).isNotEqualTo(own);
  }
}
