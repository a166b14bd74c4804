package heapstakes.bench;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import heapstakes.bench.TurnLine.Round;
import heapstakes.cell.LabelledContestant;
import heapstakes.results.run.Stage;
import heapstakes.timer.Turn;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class HeatRoundsTest {
  private static final TracedWorkload WORKLOAD = TracedWorkload.of("four-byte-flood:n=1000");

  private static final StageTask BUMP = task("bump");
  private static final StageTask PTMALLOC2 = task("ptmalloc2");

  private static StageTask task(String contestant) {
    LabelledContestant labelled = LabelledContestant.of(Allocators.parse(contestant));
    return new StageTask(
        labelled, WORKLOAD, labelled.key(WORKLOAD.trace().info(), "linux"), "linux", Stage.TIMING);
  }

  private static List<Round> rounds(double... nanos) {
    return DoubleStream.of(nanos)
        .mapToObj(n -> new Turn(1_000, Math.round(1_000 * n), 0, false))
        .map(turn -> new Round(Turn.NONE, turn))
        .toList();
  }

  @Test
  void roundsInWhichTheMachineWasSlowDoNotCountWhileEnoughWereNot() {
    // Two of three rounds are a third slower, now for the one and now for the other.
    HeatRounds rounds = new HeatRounds();
    rounds.add(BUMP, rounds(10, 14, 14, 10, 14, 14, 10, 14, 14, 10, 14, 14, 10, 14, 14));
    rounds.add(PTMALLOC2, rounds(15, 15, 11, 15, 15, 11, 15, 15, 11, 15, 15, 11, 15, 15, 11));

    assertThat(rounds.steady(BUMP).orElseThrow().value()).isEqualTo(10);
    assertThat(rounds.steady(PTMALLOC2).orElseThrow().value()).isEqualTo(11);
    assertThat(rounds.isOpenWhoLeads()).isTrue();
    assertThat(rounds.oneLife(BUMP)).isEmpty();
  }

  @Test
  void whatIsNotAlikeForBothLeavesItOpenWhoLeads() {
    HeatRounds rounds = new HeatRounds();
    rounds.add(BUMP, rounds(10, 12, 9, 13, 10, 12, 9));
    rounds.add(PTMALLOC2, rounds(12, 10, 11, 10, 13, 9, 12));
    assertThat(rounds.isOpenWhoLeads()).isTrue();
  }

  @Test
  void intervalsThatDoNotTouchNameTheLeader() {
    HeatRounds rounds = new HeatRounds();
    rounds.add(BUMP, rounds(10, 10, 10, 14));
    rounds.add(PTMALLOC2, rounds(15, 16, 15));
    assertThat(rounds.isOpenWhoLeads()).isFalse();
  }
}
