package heapstakes.results.gate;

import static heapstakes.results.gate.GateTest.KEY;
import static heapstakes.results.gate.GateTest.cell;
import static heapstakes.results.gate.GateTest.compare;
import static heapstakes.results.gate.GateTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Column;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateFiguresTest {
  /** Three digits, as in tables; more where those are the same and the figures are not. */
  @ParameterizedTest
  @CsvSource({
    "136.38465096763468, 141.20000000000002, 136, 141",
    "0.5, 0.1363846509676, 0.50, 0.14",
    "136.384650967, 136.384750967, 136.3847, 136.3848",
    "0.5, 0.50001, 0.50000, 0.50001"
  })
  void decimalsAreRoundedAsFarAsTheyDoNotDecide(
      double before, double after, String base, String next) {
    String text =
        GateMarkdown.of(
            compare(
                run(cell(KEY).decimal(Column.RETURNED_SHARE, before).build()),
                run(cell(KEY).decimal(Column.RETURNED_SHARE, after).build())));

    assertThat(text).contains("| returned_share | " + base + " | " + next + " |");
  }
}
