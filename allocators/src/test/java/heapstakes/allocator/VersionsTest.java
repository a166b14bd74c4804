package heapstakes.allocator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.kit.FuzzCatalogue;
import heapstakes.setting.SettingException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionsTest {
  @ParameterizedTest
  @CsvSource({
    "ptmalloc2, ptmalloc2@2.36, glibc 2.36, native-glibc@2.36",
    "tcmalloc, tcmalloc@2.10, gperftools 2.10, native-tcmalloc@2.10",
    "jemalloc, jemalloc@5.3.0, jemalloc 5.3.0, native-jemalloc@5.3.0"
  })
  void theBareNameMeansAFixedVersion(
      String bare, String versioned, String library, String original) {
    Contestant asked = Allocators.parse(versioned);

    assertThat(asked).hasToString(versioned);
    assertThat(asked.provider().lineage()).isEqualTo(Allocators.parse(bare).provider().lineage());
    assertThat(asked.provider().lineage().version()).isEqualTo(library);
    assertThat(asked.twinOf().orElseThrow()).hasToString(original);
    assertThat(Allocators.parse(bare).provider().versions().getFirst())
        .isEqualTo(asked.version().orElseThrow());
  }

  @Test
  void anUnknownVersionIsAnsweredWithTheKnownTheNearestAndWhatTheBareNameMeans() {
    List<String> known = List.of("2.36", "2.41", "2.9");

    assertThatThrownBy(() -> Versions.find("x", known, Function.identity(), "2.40"))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll(
            "no model x@2.40",
            "Did you mean 'x@2.41'",
            "x@2.36, x@2.41, x@2.9",
            "x alone is x@2.36");
    assertThatThrownBy(() -> Versions.find("x", known, Function.identity(), "2.10"))
        .hasMessageContaining("Did you mean 'x@2.9'");
  }

  /** glibc 2.35 brought hugetlb (its NEWS), and 2.43 took mxfast away. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "ptmalloc2@2.43:hugetlb=1 | 'hugetlb' is a setting of ptmalloc2@2.36 | ptmalloc2@2.34",
        "ptmalloc2@2.34:perturb=1,hugetlb=1 | ptmalloc2@2.41 | ptmalloc2@2.34",
        "ptmalloc2@2.43:mxfast=0 | ptmalloc2@2.31 | ptmalloc2@2.44",
        "mimalloc:large_os_pages=true | 'large_os_pages' is a setting of native-mimalloc. | @"
      })
  void aSettingOfAnotherVersionOrOfTheLibraryAloneIsSaidToBeThat(
      String text, String said, String unsaid) {
    assertThatThrownBy(() -> Allocators.parse(text))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("has no setting")
        .hasMessageContaining(said)
        .message()
        .satisfies(message ->
            assertThat(message.substring(message.lastIndexOf('\n'))).doesNotContain(unsaid));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bump@1", "native@2", "ptmalloc2@", "jemalloc@5.3.0-1:narenas=1"})
  void whatIsNoVersionIsRefused(String text) {
    assertThatThrownBy(() -> Allocators.parse(text))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining(text.replaceFirst(":.*", ""));
  }

  @Test
  void aLibraryMustBeTheVersionThatIsAskedFor() {
    AllocatorProvider found = Allocators.parse("native-glibc").provider();
    assumeTrue(found.unavailable().isEmpty(), "there is no glibc here");
    String here = found.lineage().version().replace("glibc ", "");

    assertThat(Allocators.parse("native-glibc@" + here).provider().unavailable()).isEmpty();
    Optional<String> why = Allocators.parse("native-glibc@1.0").provider().unavailable();
    assertThat(why.orElseThrow()).contains("glibc " + here, "native-glibc@" + here);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ptmalloc2:mxfast=0,top_pad=1M | native-glibc@2.36:mxfast=0,top_pad=1M",
        "ptmalloc2:trim=never          | native-glibc@2.36:trim_threshold=-1",
        "ptmalloc2:trim=modern-on-free | -",
        "ptmalloc2:madvise_on_free=true| -",
        "ptmalloc2:cpus=4              | -",
        "tcmalloc:release_rate=10      | native-tcmalloc@2.10:release_rate=10",
        "jemalloc:narenas=1            | native-jemalloc@5.3.0:narenas=1",
        "jemalloc:background_thread=true  | native-jemalloc@5.3.0:background_thread=true",
        "jemalloc:background_thread=false | native-jemalloc@5.3.0:background_thread=false",
        "bump                          | -",
        "native-glibc                  | -"
      })
  void aTwinNamesTheLibraryWithTheSettingsThatDoTheSame(String twin, String original) {
    assertThat(Allocators.parse(twin).twinOf().map(Object::toString).orElse("-"))
        .isEqualTo(original);
  }

  /** Else {@code tune} fails at that value. */
  @Test
  void whatAProviderThinksWorthTryingIsAllowedInEveryVersion() {
    assertThat(FuzzCatalogue.contestants())
        .allSatisfy(text -> assertThat(Allocators.parse(text)).hasToString(text));
  }

  /** Its threads purge by a rule of their own; what is no twin is not offered as one. */
  @Test
  void backgroundThreadsOf521AreTheLibrarysAlone() {
    assertThatThrownBy(() -> Allocators.parse("jemalloc@5.2.1:background_thread=true"))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("background_thread");
    assertThat(Allocators.parse("jemalloc@5.2.1").provider().worthTrying())
        .containsKey("narenas")
        .doesNotContainKey("background_thread");
  }

  @Test
  void backgroundThreadsAreDeployedAsTheLibraryCallsThem() {
    String contestant = "jemalloc:background_thread=true,max_background_threads=2";
    assertThat(Allocators.parse(contestant).environment())
        .containsExactly(entry("MALLOC_CONF", "background_thread:true,max_background_threads:2"));
  }
}
