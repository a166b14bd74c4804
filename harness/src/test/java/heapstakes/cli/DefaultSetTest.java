package heapstakes.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.results.environment.Environment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultSetTest {
  @Test
  void meansAreGivenByTheCommonMallocAndWithoutItByItsTwin() {
    assertThat(DefaultSet.baselines()).containsExactly("native-glibc", "ptmalloc2");
  }

  /** Versions of libraries that this machine need not have. */
  @ParameterizedTest
  @CsvSource({
    "ptmalloc2, 2.36, ''",
    "ptmalloc2, 2.36-9+deb12u14, ''",
    "ptmalloc2, 2.41, 2.41",
    "ptmalloc2, 2.28, 2.31",
    "ptmalloc2, 2.33, 2.34",
    "ptmalloc2, 2.50, 2.44",
    "tcmalloc, 2.18.1, 2.18",
    "tcmalloc, 2.9.1, ''",
    "tcmalloc, 2.15, 2.16",
    "jemalloc, 5.3.0-3, ''",
    "jemalloc, 5.3.1, 5.3.1",
    "jemalloc, 5.2.1, 5.2.1",
    "jemalloc, 5.1.0, 5.2.1"
  })
  void theTwinOfTheInstalledVersionIsTakenAndWithoutOneTheNearest(
      String model, String installed, String expected) {
    assertThat(TwinsHere.version(Allocators.parse(model).provider(), installed).orElse(""))
        .isEqualTo(expected);
  }

  @Test
  void whereOnlyTheNearestTakesPartThatIsSaid() {
    assertThat(
            TwinsHere.unpaired(
                List.of(
                    contestant("ptmalloc2@2.31", "glibc 2.31"),
                    contestant("native-glibc", "glibc 2.28"))))
        .containsExactly(
            "ptmalloc2@2.31 is of glibc 2.31, the nearest that is modelled to glibc 2.28: no pair");
    assertThat(
            TwinsHere.unpaired(
                List.of(
                    contestant("mimalloc", "mimalloc 2.0.9"),
                    contestant("native-mimalloc", "mimalloc 3.0.1"))))
        .containsExactly(
            "mimalloc is of mimalloc 2.0.9, the nearest that is modelled to mimalloc 3.0.1: no"
                + " pair");
    assertThat(
            TwinsHere.unpaired(
                List.of(
                    contestant("ptmalloc2@2.41", "glibc 2.41"),
                    contestant("native-glibc", "glibc 2.41"))))
        .isEmpty();
  }

  private static Environment.Contestant contestant(String name, String version) {
    return new Environment.Contestant(name, "model", version, "");
  }

  @Test
  void whatNoJvmCanLoadIsNeitherTakenNorMissed() {
    assertThat(DefaultSet.contestants()).isNotEmpty().doesNotContain("native-musl");
    assertThat(DefaultSet.missing())
        .extracting(AllocatorProvider::name)
        .doesNotContain("native-musl");
  }
}
