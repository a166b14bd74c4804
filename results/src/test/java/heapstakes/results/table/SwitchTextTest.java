package heapstakes.results.table;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class SwitchTextTest {
  private static final long MIB = 1 << 20;

  private static Cell cell(String name, String kind, String workload, double speed, long peakMib) {
    return Cell.of(new CellKey(name, "", workload, "linux", 1))
        .text(Column.KIND, kind)
        .decimal(Column.THROUGHPUT_OPS_PER_S, speed)
        .count(Column.PEAK_RESIDENT_BYTES, peakMib * MIB)
        .build();
  }

  private static String text(List<Cell> cells) {
    return new SwitchText(Style.PLAIN, name -> "LD_PRELOAD=lib" + name + ".so", "now")
        .render(cells);
  }

  /** Twice and half as fast is as fast; 20 of 10 MiB and 10 of 40 are 2 and 1/4, together 0.71. */
  @Test
  void gainsAreMeansWithTheLeastAndTheMostAndTheLineToPaste() {
    String text =
        text(
            List.of(
                cell("now", "native", "one", 1e6, 10),
                cell("x", "native", "one", 2e6, 20),
                cell("model", "model", "one", 9e6, 1),
                cell("now", "native", "two", 2e6, 40),
                cell("x", "native", "two", 1e6, 10)));

    assertThat(text)
        .contains("1.00 × (0.50–2.00)", "0.71 × (0.25–2.00), -30.0 MiB on two")
        .contains("\n    LD_PRELOAD=libx.so\n")
        .doesNotContain("model");
  }

  @Test
  void withoutWhatProgramsHaveNowThereIsNothingToGain() {
    assertThat(text(List.of(cell("x", "native", "one", 1e6, 10)))).isEmpty();
    assertThat(text(List.of(cell("now", "native", "one", 1e6, 10)))).isEmpty();
  }
}
