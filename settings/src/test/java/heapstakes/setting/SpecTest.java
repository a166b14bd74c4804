package heapstakes.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bump",
        "ptmalloc2@2.36",
        "ptmalloc2:trim_threshold=64K",
        "jemalloc@5.3.0:narenas=1,dirty_decay_ms=-1",
        "size-profile:profile=my files/a=b@c:d.csv",
        "simulated:ram=4G,overcommit=2"
      })
  void whatIsReadIsWrittenBack(String text) {
    assertThat(Spec.parse(text)).hasToString(text);
  }

  @Test
  void nameVersionAndSettingsAreToldApart() {
    Spec spec = Spec.parse("jemalloc@5.3.0:narenas=1,tcache=false");

    assertThat(spec.name()).isEqualTo("jemalloc");
    assertThat(spec.version()).isEqualTo(Optional.of("5.3.0"));
    assertThat(spec.settings().toString()).isEqualTo("{narenas=1, tcache=false}");
  }

  @Test
  void aSettingIsAddedLastReplacedInItsPlaceOrTakenAway() {
    Spec spec = Spec.parse("x:a=1,b=2");

    assertThat(spec.with("c", "3")).hasToString("x:a=1,b=2,c=3");
    assertThat(spec.with("a", "9")).hasToString("x:a=9,b=2");
    assertThat(spec.without("a").without("b")).hasToString("x");
    assertThat(spec).as("the original stays").hasToString("x:a=1,b=2");
  }

  @Test
  void theOrderOfSettingsMakesNoDifference() {
    assertThat(Spec.parse("x:a=1,b=2"))
        .isEqualTo(Spec.parse("x:b=2,a=1"))
        .hasSameHashCodeAs(Spec.parse("x:b=2,a=1"))
        .isNotEqualTo(Spec.parse("x@1:a=1,b=2"));
  }

  @Test
  void theHeadIsReadWhateverFollows() {
    assertThat(Spec.head("hst:/a:b,c")).hasToString("hst");
    assertThat(Spec.settingsOf("hst:/a:b,c")).isEqualTo("/a:b,c");
    assertThat(Spec.settingsOf("bump")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x:a", "x:=1", "x:a=1,", "x:a=1,a=2"})
  void whatIsNoSettingIsRefusedWithItsOwner(String text) {
    assertThatThrownBy(() -> Spec.parse(text))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("x");
  }
}
