package heapstakes.setting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReleaseTest {
  @ParameterizedTest
  @CsvSource({
    "2.36, 2.36, true",
    "2.18.1, 2.18, true",
    "5.3.0-3, 5.3.0, true",
    "5.3.0-1-gabc, 5.3.0, true",
    "2.10, 2.1, false",
    "2.36, 2, false",
    "2.18, 2.18.1, false",
    "5.3.1, 5.3.0, false"
  })
  void aVersionIsOfAnotherWhenItAddsABuildOrAPatch(String found, String wanted, boolean is) {
    assertThat(Release.isOf(found, wanted)).isEqualTo(is);
  }
}
