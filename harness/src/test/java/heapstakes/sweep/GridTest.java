package heapstakes.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.setting.SettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GridTest {
  @Test
  void textWithoutBracesStandsForItself() {
    assertThat(Grid.expand("jemalloc:narenas=2")).containsExactly("jemalloc:narenas=2");
  }

  @Test
  void theLastBraceVariesFastest() {
    assertThat(Grid.expand("p@{2.36,2.41}:a={1,2},b=3"))
        .containsExactly("p@2.36:a=1,b=3", "p@2.36:a=2,b=3", "p@2.41:a=1,b=3", "p@2.41:a=2,b=3");
  }

  @Test
  void rangesMultiplyOrAddAndKeepUnits() {
    assertThat(Grid.expand("{64M..1G*2}")).containsExactly("64M", "128M", "256M", "512M", "1G");
    assertThat(Grid.expand("{2..8+3}")).containsExactly("2", "5", "8");
    assertThat(Grid.expand("{-1..1}")).containsExactly("-1", "0", "1");
    assertThat(Grid.expand("{1,10..1000*10}")).containsExactly("1", "10", "100", "1000");
  }

  @Test
  void anEmptyAlternativeIsOne() {
    assertThat(Grid.expand("jemalloc{,:narenas=1}"))
        .containsExactly("jemalloc", "jemalloc:narenas=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a={1,2",
        "a=1}",
        "{{1,2}}",
        "{}",
        "{4..1}",
        "{1..9*1}",
        "{0..9*2}",
        "{1..9+0}",
        "{a..b}",
        "{1..9999999}",
        "{1..1000}{1..1001}",
        "{1..}"
      })
  void whatLeadsNowhereIsRefusedWithExamples(String text) {
    assertThatThrownBy(() -> Grid.expand(text))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("Examples:");
  }
}
