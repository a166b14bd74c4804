package heapstakes.results.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.judge.Objective;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was varied: keys, charts over them, and the front over all workloads. */
class SweepPageTest {
  private static final long MIB = 1 << 20;

  @TempDir private Path folder;

  private static Cell cell(
      String allocator,
      String settings,
      String workload,
      String memory,
      double cost,
      long retained) {
    return Cell.of(new CellKey(allocator, settings, workload, memory, 1))
        .text(Column.KIND, "model")
        .text(Column.STATUS, "ok")
        .decimal(Column.MODELLED_NS_PER_OP, cost)
        .count(Column.RETAINED_BYTES, retained)
        .count(Column.PEAK_RESIDENT_BYTES, retained)
        .build();
  }

  private static List<Cell> grid() {
    List<Cell> cells = new ArrayList<>();
    for (String decay : List.of("10000", "0", "-1")) {
      for (String ram : List.of("64M", "1G", "512K")) {
        cells.add(
            cell(
                "jemalloc",
                "dirty_decay_ms=" + decay + ",narenas=1",
                "jq",
                "simulated:ram=" + ram,
                10,
                decay.length() * MIB));
      }
    }
    cells.add(cell("jemalloc", "", "jq", "simulated", 10, 9 * MIB));
    cells.add(cell("bump", "", "jq", "linux", 1, 20 * MIB));
    return cells;
  }

  @Test
  void keysAreWhatHasSeveralValuesInTheOrderOfTheirSizes() {
    SweepKeys keys = new SweepKeys(grid());

    assertThat(keys.keys().keySet())
        .containsExactlyInAnyOrder("jemalloc:dirty_decay_ms", "jemalloc:narenas", "memory:ram");
    assertThat(keys.keys().get("jemalloc:dirty_decay_ms"))
        .containsExactly("default", "-1", "0", "10000");
    assertThat(keys.keys().get("memory:ram")).containsExactly("default", "512K", "64M", "1G");
    assertThat(keys.rest(grid().getFirst(), "jemalloc:dirty_decay_ms"))
        .isEqualTo("jemalloc:narenas=1, ram=64M");
    assertThat(keys.position(grid().getFirst(), "memory:ram")).hasValue(2);
    assertThat(keys.position(grid().getLast(), "memory:ram")).isEmpty(); // real memory has none
    SweepKeys versions =
        new SweepKeys(
            List.of(
                cell("tcmalloc@2.10", "", "jq", "simulated", 1, 1),
                cell("tcmalloc@2.8", "", "jq", "simulated", 1, 1),
                cell("tcmalloc@2.17.2", "", "jq", "simulated", 1, 1)));
    assertThat(versions.keys().get("tcmalloc@version")).containsExactly("2.8", "2.10", "2.17.2");
  }

  @Test
  void theFrontOverAllWorkloadsHasWhomNobodyBeatsInBoth() {
    List<Cell> cells =
        List.of(
            cell("quick", "", "a", "simulated", 1, 4 * MIB),
            cell("quick", "", "b", "simulated", 1, 16 * MIB),
            cell("lean", "", "a", "simulated", 9, MIB),
            cell("lean", "", "b", "simulated", 4, MIB),
            cell("beaten", "", "a", "simulated", 9, 4 * MIB),
            cell("beaten", "", "b", "simulated", 9, 16 * MIB),
            cell("absent", "", "a", "simulated", 1, MIB)); // it did not run everywhere

    Fleet fleet = Fleet.of(cells).getFirst();

    assertThat(fleet.across()).isEqualTo(Objective.RETAINED);
    assertThat(fleet.up()).isEqualTo(Objective.MODELLED_COST);
    assertThat(fleet.points()).extracting(Fleet.Point::contestant).doesNotContain("absent");
    assertThat(fleet.front()).extracting(Fleet.Point::contestant).containsExactly("lean", "quick");
    // Costs have 1 ns and a page added, which is what keeps their ratios finite.
    assertThat(fleet.front().getFirst().up())
        .isCloseTo(Math.sqrt(10.0 / 2 * (5.0 / 2)), within(0.01));
    assertThat(fleet.front().getLast().across()).isCloseTo(8, within(0.1));
  }

  @Test
  void picturesAreWrittenOverOneKeyAndOverTwo() {
    assumeThat(Pictures.lack()).isEmpty();
    CellsCsv.write(folder.resolve(CellsCsv.NAME), grid());

    assertThat(
            ChartFiles.write(
                folder, List.of("memory:ram"), Objective.RETAINED, folder.resolve("c")))
        .anySatisfy(
            file -> assertThat(file).hasFileName("over-memory-ram@jq.png").isNotEmptyFile());
    assertThat(ChartFiles.write(folder, List.of(), Objective.PEAK, folder.resolve("c")))
        .anySatisfy(file -> assertThat(file.getFileName().toString()).startsWith("over-jemalloc-"));
    assertThatThrownBy(() ->
            ChartFiles.write(folder, List.of("memory:swap"), Objective.PEAK, folder.resolve("c")))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("Known: jemalloc:dirty_decay_ms");
  }

  @Test
  void thePageDrawsACurveOverOneKeyAndAHeatMapOverTwo() throws IOException {
    assumeThat(Browser.driver())
        .as("chromedriver is not installed: apt-get install chromium chromium-driver")
        .isPresent();
    CellsCsv.write(folder.resolve(CellsCsv.NAME), grid());
    Path page = folder.resolve(ReportPage.NAME);
    ReportPage.write(folder, page);

    try (Browser browser = Browser.open(Browser.driver().orElseThrow())) {
      browser.go(page);
      choose(browser, "jemalloc:dirty_decay_ms", "memory:ram");
      assertThat(
              browser.run("return charts.get('chart-sweep').getOption().series[0].data").toString())
          .contains("[3,2," + 5 * MIB + "]", "[0,0," + 9 * MIB + "]");
      choose(browser, "memory:ram", "");
      assertThat(
              browser
                  .run("return charts.get('chart-sweep').getOption().series.map((s) => s.data)")
                  .toString())
          .contains("[null," + 5 * MIB + "," + 5 * MIB + "," + 5 * MIB + "]");
      assertThat(browser.console()).isEmpty();
    }
  }

  private static void choose(Browser browser, String across, String up) {
    browser.run(
        "byId('sweep-across').value = '"
            + across
            + "'; byId('sweep-up').value = '"
            + up
            + "'; drawSweep()");
  }
}
