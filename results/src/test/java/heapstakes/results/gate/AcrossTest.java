package heapstakes.results.gate;

import static heapstakes.results.gate.GateTest.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.gate.GateRules.Across;
import heapstakes.results.table.Style;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Cells that differ in their settings or their trace, compared nevertheless. */
class AcrossTest {
  private static Cell cell(String allocator, String settings, String trace, long retained) {
    return Cell.of(new CellKey(allocator, settings, "app", trace, "simulated", 1))
        .text(Column.STATUS, "ok")
        .count(Column.RETAINED_BYTES, retained)
        .count(Column.RETURNED_BRK_BYTES, retained + 1) // neither more nor less is better
        .count(Column.MADVISE_CALLS, 10_000 - retained) // the price of retaining less
        .build();
  }

  private static Comparison compare(Cell before, Cell after, Across... across) {
    return Comparison.of(
        run(before),
        run(after),
        new GateRules(Map.of(), false, false, Set.of(across), GateRules.LEAST_SHIFT));
  }

  @Test
  void otherSettingsOrAnotherVersionFailOnlyWhereTheyAreWorse() {
    Cell before = cell("ptmalloc2@2.36", "", "abc", 1000);
    Cell leaner = cell("ptmalloc2@2.41", "top_pad=0", "abc", 900);
    Cell fatter = cell("ptmalloc2", "top_pad=1M", "abc", 1100);

    assertThatThrownBy(() -> compare(before, leaner, Across.TRACE))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("--across settings");
    assertThat(compare(before, leaner, Across.SETTINGS).passes()).isTrue();
    assertThat(compare(before, fatter, Across.SETTINGS).failures())
        .singleElement()
        .matches(finding -> finding.column() == Column.RETAINED_BYTES)
        .matches(finding -> finding.remark().equals("now ptmalloc2:top_pad=1M"));
  }

  @Test
  void aProgramRecordedAgainFailsOnlyWhereItIsWorse() {
    Cell before = cell("bump", "", "abc", 1000);
    Cell leaner = cell("bump", "", "def", 900);
    Cell fatter = cell("bump", "", "def", 1100);

    assertThat(compare(before, leaner, Across.SETTINGS).failures())
        .singleElement()
        .matches(finding -> finding.column() == Column.TRACE_SHA256);
    assertThat(compare(before, leaner, Across.TRACE).passes()).isTrue();
    assertThat(compare(before, fatter, Across.TRACE).failures())
        .singleElement()
        .matches(finding -> finding.column() == Column.RETAINED_BYTES);
    assertThat(compare(before, cell("bump", "a=1", "def", 900), Across.values()).passes()).isTrue();
    assertThat(GateText.of(compare(before, leaner, Across.TRACE), Style.PLAIN))
        .contains("another trace");
  }

  @Test
  void whereSeveralMightBeMeantNobodyIsGuessed() {
    Cell before = cell("bump", "", "abc", 1000);

    Comparison comparison =
        Comparison.of(
            run(before, cell("bump", "a=3", "abc", 1)),
            run(
                cell("bump", "a=1", "abc", 900),
                cell("bump", "a=3", "abc", 1),
                cell("bump", "a=2", "abc", 900)),
            new GateRules(Map.of(), false, false, Set.of(Across.SETTINGS), 0.05));

    assertThat(comparison.failures())
        .singleElement()
        .matches(finding -> finding.verdict() == Verdict.MISSING);
    assertThat(comparison.added()).hasSize(2);
  }
}
