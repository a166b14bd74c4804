package heapstakes.results.table;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SwitchTextTest {
  private static final long MIB = 1 << 20;

  private static Cell cell(String name, String kind, String workload, double speed, long peakMib) {
    return cell(name, kind, workload, speed, 1e5, peakMib);
  }

  private static Cell cell(
      String name, String kind, String workload, double speed, double error, long peakMib) {
    return Cell.of(new CellKey(name, "", workload, "linux", 1))
        .text(Column.KIND, kind)
        .decimal(Column.THROUGHPUT_OPS_PER_S, speed)
        .decimal(Column.THROUGHPUT_ERROR_OPS_PER_S, error)
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

  /** As a busy machine gave it: 6.4 and 0.35 Mops/s, with an error of 39.6. */
  @Test
  void speedsWhoseIntervalsOverlapAreNoGain() {
    List<Cell> busy =
        List.of(
            cell("now", "native", "one", 0.35e6, 1e5, 10),
            cell("x", "native", "one", 6.4e6, 39.6e6, 20));
    List<Cell> both = new ArrayList<>(busy);
    both.add(cell("now", "native", "two", 1e6, 10));
    both.add(cell("x", "native", "two", 3e6, 10));

    assertThat(text(busy)).contains("cannot be told").doesNotContain("18.");
    assertThat(text(both)).contains("3.00 ×, level on 1 of 2");
  }

  private static Cell steady(String name, double nanos, double low, double high) {
    return Cell.of(new CellKey(name, "", "one", "linux", 1))
        .text(Column.KIND, "native")
        .decimal(Column.THROUGHPUT_OPS_PER_S, 1e9 / nanos)
        .decimal(Column.STEADY_NS_PER_OP, nanos)
        .decimal(Column.STEADY_NS_PER_OP_LOW, low)
        .decimal(Column.STEADY_NS_PER_OP_HIGH, high)
        .count(Column.PEAK_RESIDENT_BYTES, 10 * MIB)
        .build();
  }

  /** Half of 13 - 8 is 25 % of 10; the intervals are far apart all the same. */
  @Test
  void speedsOfABusyMachineAreNoGainThoughTheyAreApart() {
    assertThat(text(List.of(steady("now", 40, 39, 41), steady("x", 10, 8, 13))))
        .contains("machine too busy to tell")
        .doesNotContain("4.00");
    assertThat(text(List.of(steady("now", 40, 39, 41), steady("x", 10, 9.5, 10.5))))
        .contains("4.00 ×");
  }

  @Test
  void withoutWhatProgramsHaveNowThereIsNothingToGain() {
    assertThat(text(List.of(cell("x", "native", "one", 1e6, 10)))).isEmpty();
    assertThat(text(List.of(cell("now", "native", "one", 1e6, 10)))).isEmpty();
  }
}
