package heapstakes.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Badge;
import heapstakes.setting.Spec;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DistributionsTest {
  /** Those that the question is asked of. */
  @Test
  void theUsualOnesAreThere() {
    assertThat(Distributions.all().stream().map(Distribution::id))
        .contains(
            "debian11",
            "debian12",
            "debian13",
            "ubuntu20.04",
            "ubuntu22.04",
            "ubuntu24.04",
            "ubuntu26.04",
            "rhel8",
            "rhel9",
            "rhel10",
            "amazon2023");
    assertThat(Distributions.find("Debian 12").map(Distribution::title))
        .contains("Debian 12 (bookworm)");
    assertThat(Distributions.find("debian-14")).isEmpty();
  }

  @Test
  void eachHasACLibraryAndASourceForEveryFact() {
    assertThat(Distributions.all())
        .allSatisfy(one -> {
          assertThat(one.libraries()).containsKey(one.standard());
          assertThat(one.libraries().values())
              .allSatisfy(fact -> assertThat(fact.source()).isNotBlank());
        });
  }

  @Test
  void whatItCarriesIsARealLibraryOfThatVersion() {
    for (Distribution one : Distributions.all()) {
      for (Map.Entry<String, Distribution.Carried> fact : one.libraries().entrySet()) {
        if (one.carries(fact.getKey())) {
          Spec spec = one.contestant(fact.getKey());
          assertThat(spec.version()).isEqualTo(fact.getValue().version());
          assertThat(Allocators.parse(spec.toString()).provider().badge()).isEqualTo(Badge.REAL);
        }
      }
    }
  }

  /** jemalloc.md §21.1: Debian 13's is built for 57 address bits. */
  @Test
  void howALibraryWasBuiltIsASettingOfItsModel() {
    Distribution debian13 = Distributions.find("debian13").orElseThrow();

    assertThat(Sides.of(debian13, "jemalloc").model().map(Object::toString))
        .isEqualTo(Optional.of("jemalloc@5.3.0:lg_vaddr=57"));
  }
}
