package heapstakes.results.gate;

import static heapstakes.results.gate.GateTest.KEY;
import static heapstakes.results.gate.GateTest.TIMED;
import static heapstakes.results.gate.GateTest.cell;
import static heapstakes.results.gate.GateTest.compare;
import static heapstakes.results.gate.GateTest.run;
import static heapstakes.results.gate.GateTest.timed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.table.Style;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MissingFiguresTest {
  @Test
  void aCellThatIsMissingFailsWhereverItIsReported() {
    RunFiles both = run(cell(KEY).build(), cell(TIMED).build());
    RunFiles one = run(cell(KEY).build());

    Comparison comparison = compare(both, one);

    assertThat(comparison.passes()).isFalse();
    assertThat(comparison.failures()).extracting(Finding::key).containsExactly(TIMED);
    assertThat(GateText.of(comparison, Style.PLAIN))
        .contains("FAILED", "ok → none", "MISSING: the whole cell is not there");
    assertThat(GateMarkdown.of(comparison)).contains("1 failure", "| ok | none |", "MISSING");
    assertThat(GateJunit.of(comparison)).contains("failures=\"1\"", "status MISSING");
    Comparison allowed = Comparison.of(both, one, new GateRules(Map.of(), false, true));
    assertThat(allowed.passes()).isTrue();
    assertThat(GateText.of(allowed, Style.PLAIN)).contains("PASSED", "missing");
  }

  @Test
  void aFigureThatIsMissingFailsOnRealMemoryToo() {
    Cell base =
        cell(TIMED).decimal(Column.LATENCY_P90_NS, 50).decimal(Column.RETURNED_SHARE, 1).build();
    Cell.Builder next = cell(TIMED);
    assertThat(next.parse(Column.RETAINED_BYTES, "")).isEmpty();

    Comparison comparison = compare(run(base), run(next.build()));

    assertThat(comparison.failures())
        .extracting(Finding::column)
        .containsExactlyInAnyOrder(Column.RETAINED_BYTES, Column.LATENCY_P90_NS);
  }

  @Test
  void timesThatAreMissingFailInWhateverPlaceTheyWere() {
    RunFiles base = timed("6.1", 100, 101, 102, 103, 104);

    Comparison comparison = compare(base, run(Map.of(), "6.2", cell(TIMED).build()));

    assertThat(comparison.elsewhere()).isNotEmpty();
    assertThat(comparison.failures())
        .extracting(Finding::column, Finding::verdict)
        .containsExactly(tuple(Column.THROUGHPUT_OPS_PER_S, Verdict.MISSING));
    assertThat(comparison.confirmedBy(compare(base, base)).passes())
        .as("a second measurement does not bring back what the first lost")
        .isFalse();
  }
}
