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

  /** Times known to a hundredth: 100 of 99 to 101 over 50 of 49.5 to 50.5 is 1.96 to 2.04. */
  @Test
  void eachWorkloadHasARowWithWhereTheGainIsAndTheLineToPaste() {
    String text =
        text(
            List.of(
                cell("now", "native", "one:n=7", 100, 10),
                cell("x", "native", "one:n=7", 50, 20),
                cell("model", "model", "one:n=7", 1, 1),
                cell("now", "native", "two", 100, 40),
                cell("x", "native", "two", 200, 10)));

    assertThat(text)
        .contains(
            "what programs like these 2 would gain over now\n",
            "\nwith on  one life           steady speed       peak memory       retained memory\n",
            "\nx    one 2.00 × (1.98–2.02) 2.00 × (1.96–2.04) 2.00 ×, +10.0 MiB",
            "\n     two 0.50 × (0.50–0.51) 0.50 × (0.49–0.51) 0.25 ×, -30.0 MiB",
            "\n    LD_PRELOAD=libx.so\n")
        .doesNotContain("model");
  }

  /** 85 to 115 over 68 to 92. */
  @Test
  void speedsWhoseIntervalsOverlapAreLevel() {
    assertThat(
            text(
                List.of(
                    cell("now", "native", "one", 100, 15, 10),
                    cell("x", "native", "one", 80, 12, 20))))
        .contains("level (0.92–1.69 ×)", " 2.00 ×, +10.0 MiB");
  }

  /** 2.5 of 10 is more than a fifth; the intervals are far apart all the same. */
  @Test
  void speedsOfABusyMachineAreNoGainThoughTheyAreApart() {
    List<Cell> busy =
        List.of(cell("now", "native", "one", 40, 1, 10), cell("x", "native", "one", 10, 2.5, 10));
    List<Cell> calm =
        List.of(cell("now", "native", "two", 40, 1, 10), cell("x", "native", "two", 10, 0.5, 10));
    List<Cell> both = new ArrayList<>(busy);
    both.addAll(calm);

    assertThat(text(busy)).contains("too busy to tell").doesNotContain("4.00");
    assertThat(text(calm)).contains("4.00 × (");
    assertThat(text(both)).containsSubsequence("one", "too busy to tell", "two", "4.00 × (");
  }

  @Test
  void moreWorkloadsThanAScreenHasRoomForAreCounted() {
    List<Cell> cells = new ArrayList<>();
    double[] nanos = {50, 60, 70, 99, 150, 10, 20};
    for (int i = 0; i < nanos.length; i++) {
      cells.add(cell("now", "native", "w" + i, 100, 10));
      cells.add(cell("x", "native", "w" + i, nanos[i], i == 6 ? 9 : 0.01 * nanos[i], 4 * i));
    }

    assertThat(text(cells))
        .contains(
            "what programs like these 7 would gain over now\n",
            "\nx    ",
            " 4 faster, 1 slower, 1 level, 1 too busy ",
            " -10.0 to +14.0 MiB ")
        .doesNotContain("w0");
  }

  @Test
  void whatHasNoIntervalIsNoGain() {
    Cell.Builder bare = Cell.of(new CellKey("x", "", "one", "linux", 1));
    Cell untold =
        bare.text(Column.KIND, "native").decimal(Column.THROUGHPUT_OPS_PER_S, 9e9).build();

    assertThat(text(List.of(cell("now", "native", "one", 100, 10), untold)))
        .containsPattern("\nx +not timed +not timed +- +-\n");
  }

  @Test
  void whereNothingWasTimedNothingIsSaidOfSpeed() {
    assertThat(text(List.of(untimed("now", 10), untimed("x", 30))))
        .containsSubsequence(
            "peak memory", "\nx ", "3.00 ×", "memory is exact; nothing was timed\n")
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
