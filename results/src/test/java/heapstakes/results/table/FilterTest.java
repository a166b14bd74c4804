package heapstakes.results.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {
  private static Cell.Builder row(String name, String memory) {
    return Cell.of(new CellKey(name, "", "jq", memory, 1)).text(Column.STATUS, "ok");
  }

  private static final List<Cell> CELLS =
      List.of(
          row("a", "simulated").count(Column.RETAINED_BYTES, 4 << 20).build(),
          row("a", "linux")
              .decimal(Column.THROUGHPUT_OPS_PER_S, 2.5e6)
              .decimal(Column.LATENCY_P99_9_NS, 1500)
              .build(),
          row("b", "simulated").count(Column.RETAINED_BYTES, 5000).build(),
          row("b", "linux").decimal(Column.THROUGHPUT_OPS_PER_S, 2e6).build(),
          row("c", "simulated")
              .count(Column.RETAINED_BYTES, 0)
              .text(Column.STATUS, "oom_killed")
              .build());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          retained<4M                 | b b c
          retained <= 4 MiB           | a a b b c
          retained_bytes=5000         | b b
          retained!=0                 | a a b b
          retained>4.5K               | a a b b
          Mops/s>2.2M                 | a a
          throughput_ops_per_s>=2000k | a a b b
          p99.9<1.6us                 | a a
          p99.9>=2us                  |
          status=ok                   | a a b b
          status!=ok                  | c
          memory=linux                | a b
          """)
  void whatSatisfiesItStays(String condition, String contestants) {
    assertThat(Filter.apply(List.of(Filter.of(condition)), CELLS))
        .extracting(cell -> cell.key().contestant())
        .containsExactly(contestants == null ? new String[0] : contestants.split(" "));
  }

  @Test
  void allHoldTogether() {
    List<Filter> both = List.of(Filter.of("retained<4M"), Filter.of("status=ok"));

    assertThat(Filter.apply(both, CELLS))
        .extracting(cell -> cell.key().contestant())
        .containsExactly("b", "b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          retained           | 'retained'
          retained<          | ''
          retained<many      | 'many'
          retained<4ms       | K, M or G
          p99.9<4M           | us, ms or s
          retain<4M          | retained_bytes
          status<ok          | 'status'
          =4                 | '=4'
          """)
  void whatIsNoConditionIsSaid(String condition, String expected) {
    assertThatThrownBy(() -> Filter.of(condition))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining(expected);
  }
}
