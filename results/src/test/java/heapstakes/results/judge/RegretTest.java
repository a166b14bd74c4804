package heapstakes.results.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegretTest {
  private static final long PAGE = 4096; // which the objective adds to what is retained

  private static Cell cell(String allocator, String workload, long retained) {
    return Cell.of(new CellKey(allocator, "", workload, "simulated", 1))
        .text(Column.STATUS, "ok")
        .count(Column.RETAINED_BYTES, retained)
        .build();
  }

  @Test
  void theOneForAllIsNeverFarFromTheBestAndWhoIsMissingSomewhereComesLast() {
    List<Regret> all =
        Regret.of(
            List.of(
                cell("even", "x", 2 * PAGE - PAGE),
                cell("even", "y", 2 * PAGE - PAGE),
                cell("good", "x", PAGE - PAGE),
                cell("good", "y", 8 * PAGE - PAGE),
                cell("absent", "x", PAGE - PAGE)),
            Objective.RETAINED);

    // even: 2 and 1; good: 1 and 4; absent: 1 on one of two
    assertThat(all).extracting(Regret::contestant).containsExactly("even", "good", "absent");
    assertThat(all.get(0).mean()).isCloseTo(Math.sqrt(2), within(1e-9));
    assertThat(all.get(0).worst()).isEqualTo(2);
    assertThat(all.get(0).worstAt().workload()).isEqualTo("x");
    assertThat(all.get(1).mean()).isCloseTo(2, within(1e-9));
    assertThat(all.get(1).worst()).isEqualTo(4);
    assertThat(all.get(2).ran()).isEqualTo(1);
    assertThat(all.get(2).of()).isEqualTo(2);
  }
}
