package heapstakes.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import heapstakes.allocator.Allocators;
import heapstakes.bench.TurnLine.Round;
import heapstakes.cell.LabelledContestant;
import heapstakes.results.Interval;
import heapstakes.results.run.Stage;
import heapstakes.timer.Turn;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class PairedRoundsTest {
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
  void whatMadeARoundSlowForEverybodyIsTakenOut() {
    // Twice and three times as slow in rounds 2 and 5, b always 1.1 times a.
    PairedRounds rounds = new PairedRounds();
    rounds.add(BUMP, rounds(10, 20, 10, 10, 30, 10, 10));
    rounds.add(PTMALLOC2, rounds(11, 22, 11, 11, 33, 11, 11));

    Interval a = rounds.steady(BUMP).orElseThrow();
    Interval b = rounds.steady(PTMALLOC2).orElseThrow();
    assertThat(a.high() - a.low()).isCloseTo(0, within(1e-6));
    assertThat(b.median() / a.median()).isCloseTo(1.1, within(1e-6));
    assertThat(rounds.isOpenWhoLeads()).isFalse();
    assertThat(rounds.oneLife(BUMP)).isEmpty();
  }

  @Test
  void whatIsNotAlikeForBothLeavesItOpenWhoLeads() {
    PairedRounds rounds = new PairedRounds();
    rounds.add(BUMP, rounds(10, 12, 9, 13, 10, 12, 9));
    rounds.add(PTMALLOC2, rounds(12, 10, 11, 10, 13, 9, 12));
    assertThat(rounds.isOpenWhoLeads()).isTrue();
  }

  @Test
  void aRoundThatOneAloneTookPartInIsLeftAsItIs() {
    PairedRounds rounds = new PairedRounds();
    rounds.add(BUMP, rounds(10, 10, 10, 14));
    rounds.add(PTMALLOC2, rounds(11, 11, 11));
    assertThat(rounds.steady(BUMP).orElseThrow().high()).isEqualTo(14);
  }
}
