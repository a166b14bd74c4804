package heapstakes.results.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecommendationTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0.0123       | 0.012 ×
          0.99         | 0.99 ×
          12.345       | 12.35 ×
          202.4        | 202 ×
          1000000      | 1 000 000 ×
          3108611933.2 | over 1 000 000 ×
          Infinity     | (never)
          """)
  void ratiosAreAsLongAsTheySaySomething(double ratio, String text) {
    assertThat(RecommendationText.times(ratio)).isEqualTo(text);
  }
}
