package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TuneCommandTest {
  /** tcmalloc.md: free spans go back at once with aggressive decommit, and only with it. */
  @Test
  void findsTheSettingThatGivesMemoryBackAndSaysHowToDeployIt() {
    Outcome outcome =
        heapstakes("tune -a tcmalloc -t burst-then-idle:blocks=4000,pause_us=100000".split(" "));

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output())
        .containsPattern("best for retained memory: tcmalloc:.*aggressive_decommit=true")
        .contains("TCMALLOC_AGGRESSIVE_DECOMMIT=true");
  }

  /** Whoever gives each span back at once pays a system call and faults for it. */
  @Test
  @Tag("long")
  void forSpeedItGoesByForecastsAndSaysHowSureTheyAre() {
    Outcome outcome =
        heapstakes(
            "tune -a tcmalloc -t burst-then-idle:blocks=300,pause_us=100000 --objective forecast-steady --budget 5"
                .split(" "));

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output())
        .contains("forecast", "cannot tell apart what differs by less than 1.32 times")
        .doesNotContainPattern("best for .*aggressive_decommit=true");
  }

  @Test
  void theAnswerIsTheSameOnAnyNumberOfCores() {
    String words = "tune -a ptmalloc2 -t random:operations=5000 --budget 30 -j ";
    Outcome alone = heapstakes((words + 1).split(" "));

    assertThat(alone.output()).contains("30 settings tried");
    assertThat(heapstakes((words + 3).split(" "))).isEqualTo(alone);
  }

  /** tcmalloc.md: with aggressive decommit free spans go back at once, whatever the program. */
  @Test
  @Tag("long")
  void findsTheOneSettingForSeveralTracesAndWhatItCostsEach() {
    Outcome outcome =
        heapstakes(
            "tune -a tcmalloc -w burst-then-idle:blocks=2000 -w burst-then-idle:blocks=8000"
                .concat(" --weight 2 --weight 1 --budget 20")
                .split(" "));

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output())
        .contains("one for all, by retained memory", "idle:blocks=2000", "idle:blocks=8000")
        .containsPattern("best for all: tcmalloc:.*aggressive_decommit=true.* × stock's retained")
        .contains("worst loss: ", "TCMALLOC_AGGRESSIVE_DECOMMIT=true", "settings on whole traces")
        .contains("more only on the first quarter", "not looked at: ");
  }

  @Test
  void saysThatNothingFitsIntoTheMachine() {
    Outcome outcome =
        heapstakes(
            "tune -a ptmalloc2 -t sqlite3 --memory simulated:ram=8M --budget 3 --objective peak"
                .split(" "));

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output())
        .contains("none of them has a figure for peak memory; stock ended oom_killed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tune -a tcmalloc -t jq --objective speed          | retained, peak, bill
          tune -a tcmalloc -t jq --objective throughput     | retained, peak, bill
          tune -a native-glibc -t jq                        | with settings to try: buddy, chorus, jemalloc,
          tune -a tcmalloc:release_rate=0 -t jq             | with settings to try: buddy, chorus, jemalloc,
          tune -a buddy -t jq --objective forecast-steady   | it is no twin of a library
          tune -a tcmalloc -t jq --budget 0                 | 1 ... 100000
          tune -a tcmalloc -t jq --weight 0                 | a number above 0
          tune -a tcmalloc -t jq -t perl --weight 1         | each of the 2 traces; 1 are given
          tune -a tcmalloc -t jq --memory linux             | simulated memory
          """)
  void whatItDoesNotTakeIsSaidWithWhatItTakes(String line, String expected) {
    Outcome outcome = heapstakes(line.split(" "));

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.errors()).contains(expected);
    assertThat(outcome.output()).isEmpty();
  }
}
