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
        .mapToObj(n -> new Turn(1_000, Math.round(1_000 * n), 0, false, 0, 0))
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
  void nothingIsToldOfLivesOfWhichOneDidNotEnd() {
    Turn ended = new Turn(1_000, 10_000, 0, false, 0, 0);
    HeatRounds rounds = new HeatRounds();
    rounds.add(BUMP, List.of(new Round(ended, ended), new Round(ended, ended)));
    rounds.add(PTMALLOC2, List.of(new Round(ended, ended)));
    rounds.add(PTMALLOC2, List.of(new Round(new Turn(9, 9, 9, true, 0, 0).whole(), ended)));

    assertThat(rounds.oneLife(BUMP).orElseThrow().value()).isEqualTo(10);
    assertThat(rounds.oneLife(PTMALLOC2)).isEmpty();
    assertThat(rounds.steady(PTMALLOC2).orElseThrow().value()).isEqualTo(10);
  }

  /** As {@link #rounds}, the pulse beside each {@code slower} times as long as at best. */
  private static List<Round> beside(double slower, double... nanos) {
    return rounds(nanos).stream()
        .map(round -> {
          long pulses = Math.round(300 * slower);
          Turn steady = round.steady();
          return new Round(
              Turn.NONE, new Turn(steady.operations(), steady.nanos(), 0, false, 1, pulses));
        })
        .toList();
  }

  @Test
  void whatThePulseWasSlowerByIsTakenOffAndHowSureThatIsIsSaid() {
    // Beside others a pulse takes half as long again, and a turn 0.8 times that: without the pulse
    // nobody could be ranked.
    HeatRounds rounds = new HeatRounds();
    rounds.add(BUMP, beside(1, 10, 10, 10));
    rounds.add(BUMP, beside(1.5, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14));
    rounds.add(PTMALLOC2, beside(1, 13, 13, 13));
    assertThat(rounds.isOpenWhoLeads()).isFalse();

    Interval steady = rounds.steady(BUMP).orElseThrow();
    assertThat(steady.value()).isCloseTo(10, within(1e-9));
    assertThat(steady.low()).isCloseTo(14 / 1.5, within(1e-9));
    assertThat(steady.high()).isCloseTo(14 / 1.3, within(1e-9));
  }

  @Test
  void whereNobodyWasSlowerOrThePulseOfOneIsNotKnownTimesAreAsTheyWereTaken() {
    HeatRounds calm = new HeatRounds();
    calm.add(BUMP, beside(1, 10, 10, 10));
    assertThat(calm.steady(BUMP)).contains(Interval.at(10));

    HeatRounds mixed = new HeatRounds();
    mixed.add(BUMP, beside(1, 10));
    mixed.add(BUMP, beside(1.5, 15, 15, 15));
    mixed.add(PTMALLOC2, rounds(11));
    assertThat(mixed.steady(BUMP))
        .contains(Interval.ofLowerQuartile(new double[] {10, 15, 15, 15}));
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
