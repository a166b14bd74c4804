package heapstakes.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TuneTextTest {
  /** What was tuned is a twin of one version; another of the library would be another race. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ptmalloc2:top_pad=1M         | -a native-glibc -a native-glibc:top_pad=1M
          ptmalloc2@2.41:top_pad=1M    | -a native-glibc@2.41 -a native-glibc@2.41:top_pad=1M
          jemalloc@5.3.1:narenas=1     | -a native-jemalloc@5.3.1 -a native-jemalloc@5.3.1:narenas=1
          """)
  void theLibraryIsRacedInTheVersionThatTheTwinIsOf(String tuned, String line) {
    assertThat(TuneText.race(Allocators.parse(tuned), "jq"))
        .isEqualTo("  race it: heapstakes run " + line + " -w jq\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ptmalloc2", "phkmalloc:H=true"})
  void whatHasNoOtherSettingOrNoLibraryHasNoRace(String tuned) {
    assertThat(TuneText.race(Allocators.parse(tuned), "jq")).isEmpty();
  }
}
