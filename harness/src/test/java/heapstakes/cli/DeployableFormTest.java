package heapstakes.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is printed to be pasted says every setting, wherever the library is. */
class DeployableFormTest {
  static Stream<String> settings() {
    return Allocators.all().stream()
        .filter(provider -> provider.reference().isPresent())
        .flatMap(DeployableFormTest::each);
  }

  /** Each value worth trying, alone. */
  private static Stream<String> each(AllocatorProvider provider) {
    return provider.worthTrying().entrySet().stream()
        .flatMap(entry ->
            entry.getValue().stream()
                .map(value -> provider.name() + ":" + entry.getKey() + "=" + value));
  }

  /** The value itself stands in no form that is shorter: K and M are written out. */
  @ParameterizedTest
  @MethodSource("settings")
  void everySettingThatIsWorthTryingHasALineToDeployIt(String text) {
    Contestant contestant = Allocators.parse(text);

    String form = RunEnvironment.deployableForm(contestant);

    Map<String, String> options = contestant.provider().optionsFor(contestant.settings());
    assertThat(options).isNotEmpty();
    assertThat(contestant.environment())
        .isNotEmpty()
        .allSatisfy((name, value) -> assertThat(form).contains(name + "=", value));
  }

  @ParameterizedTest
  @CsvSource({"tcmalloc, libtcmalloc_minimal.so.4", "jemalloc, libjemalloc.so.2"})
  void aModelsLineLoadsItsLibraryAndSaysWhatToInstallWhereThatIsMissing(
      String model, String soname) {
    String form = RunEnvironment.deployableForm(Allocators.parse(model));

    assertThat(form).contains("LD_PRELOAD=", soname);
    boolean isHere = form.contains("/" + soname);
    assertThat(isHere || form.contains("install")).isTrue();
  }

  /** What a model advises need not hold for another version of its library. */
  @ParameterizedTest
  @CsvSource({
    "tcmalloc:aggressive_decommit=true, native-tcmalloc, 2.10",
    "tcmalloc@2.8:aggressive_decommit=true, native-tcmalloc, 2.8",
    "tcmalloc@2.17:aggressive_decommit=true, native-tcmalloc, 2.17.2",
    "ptmalloc2:tcache_count=0, native-glibc, 2.36",
    "ptmalloc2@2.44:tcache_count=0, native-glibc, 2.44",
    "mimalloc, native-mimalloc, 2.0.9"
  })
  void whereTheLibraryIsOfAnotherVersionOrMissingTheLineSaysOfWhichTheModelIs(
      String model, String library, String version) {
    boolean isHere = Allocators.parse(library).provider().at(version).unavailable().isEmpty();

    String form = RunEnvironment.deployableForm(Allocators.parse(model));

    assertThat(form.contains("the model is of ")).as(form).isNotEqualTo(isHere);
  }

  @ParameterizedTest
  @CsvSource({"jemalloc:lg_vaddr=57, lg_vaddr=57", "ptmalloc2:trim=modern-on-free, cannot be set"})
  void whatNobodyCanSetIsSaid(String contestant, String word) {
    assertThat(RunEnvironment.deployableForm(Allocators.parse(contestant))).contains(word);
  }
}
