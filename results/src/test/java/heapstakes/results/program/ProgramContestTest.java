package heapstakes.results.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import heapstakes.results.program.ProgramRun.AtEnd;
import heapstakes.results.program.ProgramRun.Outcome;
import heapstakes.results.program.ProgramRun.Time;
import heapstakes.results.program.ProgramStanding.Forecast;
import heapstakes.results.table.ProgramTable;
import heapstakes.results.table.Style;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramContestTest {
  private static final long MIB = 1 << 20;
  private static final Outcome WELL = new Outcome(0, 0, "aa", "");

  @TempDir Path folder;

  private static ProgramStanding standing(
      String name, long malloc, long huge, Outcome outcome, long... peaksMib) {
    List<ProgramRun> runs = new ArrayList<>();
    for (long peak : peaksMib) {
      runs.add(
          new ProgramRun(
              runs.size() + 1,
              1,
              outcome,
              new Time(1_000_000_000, 500_000_000, 100_000_000),
              peak * MIB,
              Optional.of(new AtEnd(peak * MIB, peak * MIB, 0, huge * MIB, Optional.of(true))),
              10,
              0,
              1));
    }
    return new ProgramStanding(
        name,
        "LD_PRELOAD=" + name + " prog",
        runs,
        Optional.of(new Forecast(malloc * MIB, malloc * MIB)));
  }

  private static long[] times(int count, long value) {
    long[] values = new long[count];
    Arrays.fill(values, value);
    return values;
  }

  private static ProgramContest contest(ProgramStanding... standings) {
    return new ProgramContest(List.of("prog"), 6, 1, List.of(standings));
  }

  @Test
  void whoEndsOtherwiseIsNotAdvisedThoughHeTakesLeast() {
    ProgramContest contest =
        contest(
            standing("now", 50, 0, WELL, times(6, 100)),
            standing("crashes", 10, 0, new Outcome(0, 11, "aa", ""), times(6, 20)),
            standing("sound", 40, 0, WELL, times(6, 90)));

    assertThat(contest.fault(contest.standings().get(1)))
        .hasValue("SIGSEGV in 6 of 6 runs, where it is exit code 0 otherwise");
    assertThat(contest.best(ProgramFigure.PEAK).orElseThrow().winner().contestant())
        .isEqualTo("sound");
    assertThat(contest.foretold().orElseThrow().contestant()).isEqualTo("sound");
    String table = new ProgramTable(Style.PLAIN).render(contest);
    assertThat(table)
        .contains("crashes: SIGSEGV in 6 of 6 runs", "not advised")
        .contains("  with sound: LD_PRELOAD=sound prog")
        .doesNotContain("with crashes");
  }

  @Test
  void anotherOutputIsAnotherBehaviourUnlessThatChangesBySelf() {
    Outcome other = new Outcome(0, 0, "bb", "");
    ProgramStanding now = standing("now", 50, 0, WELL, times(6, 100));
    ProgramStanding writes = standing("writes", 50, 0, other, times(6, 100));
    assertThat(contest(now, writes).fault(writes)).hasValue("its standard output is another");

    List<ProgramRun> mixed = new ArrayList<>(now.runs());
    mixed.set(0, writes.runs().getFirst());
    ProgramStanding unsteady = new ProgramStanding("now", "prog", mixed, Optional.empty());
    assertThat(contest(unsteady, writes).isOutputSteady()).isFalse();
    assertThat(contest(unsteady, writes).fault(writes)).isEmpty();
  }

  @Test
  void whomTheRoundsDoNotPartIsLevel() {
    ProgramContest contest =
        contest(
            standing("now", 50, 0, WELL, 100, 100, 100, 100, 100, 100),
            standing("close", 50, 0, WELL, 99, 101, 98, 101, 99, 98),
            standing("far", 50, 0, WELL, 90, 91, 92, 90, 91, 92));

    ProgramContest.Best best = contest.best(ProgramFigure.PEAK).orElseThrow();
    assertThat(best.winner().contestant()).isEqualTo("far");
    assertThat(best.level()).isEmpty();
    assertThat(
            contest
                .ratio(contest.standings().get(1), ProgramFigure.PEAK)
                .orElseThrow()
                .isLevelWith(1))
        .isTrue();
  }

  @Test
  void aForecastAddsWhatTheProgramHasBesidesMalloc() {
    ProgramContest contest =
        contest(
            standing("now", 50, 0, WELL, times(6, 100)),
            standing("other", 30, 0, WELL, times(6, 85)));

    assertThat(contest.foretoldPeak(contest.standings().get(1)).orElseThrow()).isEqualTo(80 * MIB);
    assertThat(contest.foretoldPeak(contest.baseline()).orElseThrow()).isEqualTo(100 * MIB);
    assertThat(new ProgramTable(Style.PLAIN).render(contest))
        .contains("foretold other for peak memory: the program agrees");
  }

  /** Of two rounds nobody is told apart. */
  @Test
  void thatAForecastIsWithinThreePerCentIsSaidOnlyWhereItIs() {
    ProgramContest near =
        contest(
            standing("now", 50, 0, WELL, times(2, 100)),
            standing("named", 30, 0, WELL, times(2, 102)));
    ProgramContest far =
        contest(
            standing("now", 50, 0, WELL, times(2, 100)),
            standing("named", 30, 0, WELL, times(2, 110)));

    assertThat(ProgramMiss.of(near).orElseThrow().text()).endsWith("the program agrees within 3 %");
    assertThat(ProgramMiss.of(far).orElseThrow().text())
        .endsWith(": it took 10 % more than now, which these rounds do not tell apart");
  }

  /** Where it asks for 150 MiB and has 100. */
  @Test
  void thatAProgramWritesToLessThanItAsksForIsSaidOfAHitToo() {
    ProgramContest contest =
        contest(
            standing("now", 150, 0, WELL, times(6, 100)),
            standing("other", 140, 0, WELL, times(6, 85)));

    assertThat(ProgramMiss.of(contest).orElseThrow().text())
        .contains("the program agrees\n  the program never writes to all that it asks for");
  }

  @Test
  void aMissIsSaidWithWhatIsKnownOfWhy() {
    ProgramContest contest =
        contest(
            standing("now", 50, 0, WELL, times(6, 100)),
            standing("named", 30, 40, WELL, times(6, 110)));

    assertThat(contest.regret().orElseThrow()).isCloseTo(0.1, within(1e-9));
    assertThat(ProgramMiss.of(contest).orElseThrow().text())
        .contains("foretold named for peak memory, which takes 10 % more than now")
        .contains("80.0 MiB under named and 50.0 under now")
        .contains("40.0 MiB more of it lie in huge pages");
  }

  @Test
  void filesHaveARowARunAndARowAContestant() throws IOException {
    new ProgramFiles(folder)
        .write(
            contest(
                standing("now", 50, 0, WELL, times(6, 100)),
                standing("other", 30, 0, WELL, times(6, 85))));

    List<String> runs = Files.readAllLines(folder.resolve(ProgramFiles.RUNS));
    List<String> rows = Files.readAllLines(folder.resolve(ProgramFiles.SUMMARY));
    assertThat(runs).hasSize(13);
    assertThat(rows).hasSize(3);
    assertThat(runs.getFirst()).startsWith("contestant,round,").endsWith(",schema_version");
    List<String> names = List.of(rows.getFirst().split(","));
    List<String> other = List.of(rows.getLast().split(",", -1));
    assertThat(other.get(names.indexOf("peak_resident_ratio_low"))).isEqualTo("0.85");
    assertThat(other.get(names.indexOf("foretold_peak_resident_bytes")))
        .isEqualTo(Long.toString(80 * MIB));
  }
}
