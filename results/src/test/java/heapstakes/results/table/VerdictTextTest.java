package heapstakes.results.table;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTextTest {
  private static final long MIB = 1 << 20;

  /** One life takes twice as long as steady; both are known to {@code error} of them. */
  private static Cell cell(String name, String workload, double nanos, double error, long mib) {
    return Cell.of(new CellKey(name, "", workload, "linux", 1))
        .text(Column.KIND, "native")
        .decimal(Column.THROUGHPUT_OPS_PER_S, 1e9 / nanos)
        .decimal(Column.STEADY_NS_PER_OP, nanos)
        .decimal(Column.STEADY_NS_PER_OP_LOW, nanos * (1 - error))
        .decimal(Column.STEADY_NS_PER_OP_HIGH, nanos * (1 + error))
        .decimal(Column.ONE_LIFE_NS_PER_OP, 2 * nanos)
        .decimal(Column.ONE_LIFE_NS_PER_OP_LOW, 2 * nanos * (1 - error))
        .decimal(Column.ONE_LIFE_NS_PER_OP_HIGH, 2 * nanos * (1 + error))
        .count(Column.PEAK_RESIDENT_BYTES, mib * MIB)
        .count(Column.RETAINED_BYTES, mib * MIB)
        .build();
  }

  private static String text(List<Cell> cells, int width) {
    Style style = new Style(false, true, width);
    return new VerdictText(style, name -> "LD_PRELOAD=lib" + name + ".so", "now").render(cells);
  }

  /** 100 of 99 to 101 over 50 of 49.5 to 50.5 is 1.96 to 2.04. */
  @Test
  void theBestBySpeedAndByMemoryAreNamedWithWhatTheyCost() {
    List<Cell> cells =
        List.of(
            cell("now", "one:n=7", 100, 0.01, 10),
            cell("fast", "one:n=7", 50, 0.01, 20),
            cell("small", "one:n=7", 200, 0.01, 4));

    assertThat(text(cells, 120))
        .contains(
            "what a program like this would gain over now\n",
            "\none     one life fast  2.00 × (1.96–2.04) +10.0    +10.0",
            "\n        steady   fast  2.00 × (1.96–2.04) +10.0    +10.0",
            "\n        memory   small steady 0.50 ×       -6.0     -6.0",
            "\n  fast: LD_PRELOAD=libfast.so\n  small: LD_PRELOAD=libsmall.so\n");
  }

  /** 85 to 115 over 68 to 92 is 0.92 to 1.69. */
  @Test
  void whoCannotBeToldFromTheBestIsAsGoodAndWhatOneHasStaysThen() {
    List<Cell> cells = List.of(cell("now", "one", 100, 0.15, 10), cell("x", "one", 80, 0.15, 20));

    assertThat(text(cells, 120))
        .containsPattern("one life now +none surely faster +x\n")
        .containsPattern("memory +now +none takes less\n")
        .contains("nothing is gained for sure by another library\n")
        .doesNotContain("LD_PRELOAD");
  }

  /** 0.25 is more than a fifth; the intervals are far apart all the same. */
  @Test
  void onABusyMachineNobodyIsBestByTheClock() {
    List<Cell> cells = List.of(cell("now", "one", 40, 0.01, 10), cell("x", "one", 10, 0.25, 5));

    assertThat(text(cells, 120))
        .contains("times  too busy to tell rounds ±25.0 %")
        .containsPattern("memory x +-5.0 +-5.0\n")
        .doesNotContain("4.00");
  }

  @Test
  void whatTheRunHasRoomForFillsOneScreenAndNoMoreThanItsWidth() {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < SwitchText.MOST_NAMED; i++) {
      cells.add(cell("now", "workload-number-" + i, 100, 0.01, 10));
      for (int j = 0; j < 4; j++) {
        cells.add(cell("native-other-" + j, "workload-number-" + i, 50 + j, 0.1, 20 - 3 * j));
      }
    }

    for (int width : new int[] {80, 120}) {
      String text = text(cells, width);
      assertThat(text.lines().count()).isBetween(24L, 40L);
      assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(width));
      assertThat(text.contains("as good")).isEqualTo(width == 120);
    }
  }

  @Test
  void withoutWhatProgramsHaveNowNothingIsSaid() {
    assertThat(text(List.of(cell("x", "one", 100, 0.01, 10)), 120)).isEmpty();
  }
}
