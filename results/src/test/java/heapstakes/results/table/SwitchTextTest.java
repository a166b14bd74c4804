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

  /** Steady nanoseconds an operation, known to a hundredth; one life takes twice as long. */
  private static Cell cell(String name, String kind, String workload, double nanos, long peakMib) {
    return cell(name, kind, workload, nanos, 0.01 * nanos, peakMib);
  }

  private static Cell cell(
      String name, String kind, String workload, double nanos, double error, long peakMib) {
    return Cell.of(new CellKey(name, "", workload, "linux", 1))
        .text(Column.KIND, kind)
        .decimal(Column.THROUGHPUT_OPS_PER_S, 1e9 / nanos)
        .decimal(Column.STEADY_NS_PER_OP, nanos)
        .decimal(Column.STEADY_NS_PER_OP_LOW, nanos - error)
        .decimal(Column.STEADY_NS_PER_OP_HIGH, nanos + error)
        .decimal(Column.ONE_LIFE_NS_PER_OP, 2 * nanos)
        .decimal(Column.ONE_LIFE_NS_PER_OP_LOW, 2 * nanos - 0.01 * nanos)
        .decimal(Column.ONE_LIFE_NS_PER_OP_HIGH, 2 * nanos + 0.01 * nanos)
        .count(Column.PEAK_RESIDENT_BYTES, peakMib * MIB)
        .build();
  }

  private static String text(List<Cell> cells) {
    return new SwitchText(Style.PLAIN, name -> "LD_PRELOAD=lib" + name + ".so", "now")
        .render(cells);
  }

  /** 20 of 10 MiB, 10 of 40 and 10 of 10 are 2, 1/4 and 1, together 0.79. */
  @Test
  void gainsAreToldByWorkloadsAndMemoryByItsMeanAndTheLineToPaste() {
    String text =
        text(
            List.of(
                cell("now", "native", "one", 100, 10),
                cell("x", "native", "one", 50, 20),
                cell("model", "model", "one", 1, 1),
                cell("now", "native", "two", 100, 40),
                cell("x", "native", "two", 200, 10),
                cell("now", "native", "three", 100, 10),
                cell("x", "native", "three", 1, 10)));

    assertThat(text)
        .contains(
            "what programs like these 3 would gain",
            "x              one life        faster on 2 of 3: 2.00 × on one to 100 × on three,"
                + " slower on 1 of 3: 0.50 × on two",
            "               steady speed    faster on 2 of 3: 2.00 × on one to 100 × on three,"
                + " slower on 1 of 3: 0.50 × on two",
            "peak memory     0.79 × on average (0.25–2.00), -30.0 MiB on two",
            "\n    LD_PRELOAD=libx.so\n")
        .doesNotContain("model");
  }

  @Test
  void speedsWhoseIntervalsOverlapAreLevel() {
    List<Cell> one =
        List.of(cell("now", "native", "one", 100, 15, 10), cell("x", "native", "one", 80, 12, 20));
    List<Cell> both = new ArrayList<>(one);
    both.add(cell("now", "native", "two", 300, 10));
    both.add(cell("x", "native", "two", 100, 10));

    assertThat(text(one)).contains("steady speed    level\n", "2.00 ×, +10.0 MiB\n");
    assertThat(text(both))
        .contains("steady speed    faster on 1 of 2: 3.00 × on two, level on 1 of 2\n");
  }

  /** 2.5 of 10 is more than a fifth; the intervals are far apart all the same. */
  @Test
  void speedsOfABusyMachineAreNoGainThoughTheyAreApart() {
    assertThat(
            text(
                List.of(
                    cell("now", "native", "one", 40, 1, 10),
                    cell("x", "native", "one", 10, 2.5, 10))))
        .contains("machine too busy to tell\n")
        .doesNotContain("4.00", "faster");
    assertThat(
            text(
                List.of(
                    cell("now", "native", "one", 40, 1, 10),
                    cell("x", "native", "one", 10, 0.5, 10))))
        .contains("faster: 4.00 ×");
  }

  /** Nothing is counted of what cannot be told, and it is said once, not in each line. */
  @Test
  void aBusyWorkloadAmongOthersIsLeftOutAndNamedOnce() {
    assertThat(
            text(
                List.of(
                    cell("now", "native", "one:n=7", 40, 1, 10),
                    cell("x", "native", "one:n=7", 10, 2.5, 10),
                    cell("now", "native", "two", 300, 10),
                    cell("x", "native", "two", 100, 10))))
        .contains(
            "steady speed    faster: 3.00 ×\n",
            "\nno speed from 1 of 2, where the machine was too busy to tell: one\n")
        .doesNotContain("too busy to tell on", "of 2:");
  }

  @Test
  void whatHasNoIntervalIsNoGain() {
    Cell.Builder bare = Cell.of(new CellKey("x", "", "one", "linux", 1));
    Cell untold =
        bare.text(Column.KIND, "native").decimal(Column.THROUGHPUT_OPS_PER_S, 9e9).build();

    assertThat(text(List.of(cell("now", "native", "one", 100, 10), untold)))
        .contains("steady speed    -\n");
  }

  @Test
  void whereNothingWasTimedNothingIsSaidOfSpeed() {
    assertThat(text(List.of(untimed("now", 10), untimed("x", 30))))
        .containsSubsequence(
            "\nx ", "peak memory", "3.00 ×", "memory is exact; nothing was timed\n")
        .doesNotContain("one life", "steady speed");
  }

  private static Cell untimed(String contestant, long peak) {
    return Cell.of(new CellKey(contestant, "", "one", "linux", 1))
        .text(Column.KIND, "native")
        .count(Column.PEAK_RESIDENT_BYTES, peak * MIB)
        .build();
  }

  @Test
  void withoutWhatProgramsHaveNowThereIsNothingToGain() {
    assertThat(text(List.of(cell("x", "native", "one", 100, 10)))).isEmpty();
    assertThat(text(List.of(cell("now", "native", "one", 100, 10)))).isEmpty();
  }
}
