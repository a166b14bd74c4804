package heapstakes.results.table;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected tables are written by hand. */
class ComparisonTableTest {
  private static final long MIB = 1 << 20;

  private static final List<Cell> CELLS =
      List.of(
          memory("bump", "", "floor", "1", 90 * MIB, 90 * MIB),
          memory("ptmalloc2", "", "model", "glibc 2.36", 20 * MIB, 10 * MIB),
          memory("ptmalloc2", "trim=modern-on-free", "strategy", "glibc 2.36", 20 * MIB, 0),
          memory("native-glibc", "", "native", "glibc 2.36", 21 * MIB, 10 * MIB),
          memory("native-mimalloc", "", "native", "mimalloc 2.0.9", 30 * MIB, 30 * MIB),
          timed("bump", "", "floor", "1", 150e6, 20),
          timed("ptmalloc2", "", "model", "glibc 2.36", 25.04e6, 812),
          timed("native-glibc", "", "native", "glibc 2.36", 30e6, 1500));

  @Test
  void eachContestantIsOneLineWithTheBestMarkedAndTheOriginalBelowItsModel() {
    String table = new ComparisonTable(Style.PLAIN).render(CELLS, key -> List.of());

    assertThat(table)
        .isEqualTo(
            """
            sqlite3   537 695 operations · peak requested 12.0 MiB · 1 thread
                                       wall clock     memory, MiB
            contestant            Mops/s    p99.9  peak  retained    twin
            bump                     150    20 ns  90.0      90.0
            ptmalloc2               25.0   812 ns* 20.0*     10.0
              ↳ native-glibc        30.0* 1.50 µs  21.0      10.0  +5.0 %
            ptmalloc2:                             20.0*        0*
              trim=modern-on-free
            native-mimalloc                        30.0      30.0

            """);
  }

  /** It has the least memory of all, and is no program's malloc. */
  @Test
  void aPoolOfJavasOwnIsShownAndNeverTheBest() {
    List<Cell> cells = new ArrayList<>(CELLS);
    cells.add(memory("netty-pooled", "", "managed", "netty 4.2", 15 * MIB, 0));

    String table = new ComparisonTable(Style.PLAIN).render(cells, key -> List.of());

    assertThat(table)
        .contains("netty-pooled                           15.0         0\n", "20.0*")
        .contains("no malloc but pools of a JVM", "not ranked: netty-pooled");
  }

  @Test
  void withoutUnicodeItIsPlainAscii() {
    String table =
        new ComparisonTable(new Style(false, false, 120)).render(CELLS, key -> List.of("why · so"));

    assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(table)).isTrue();
    assertThat(table).contains("`- native-glibc", "1.50 us", "    why - so");
    assertThat(table).doesNotContain("\u001b");
  }

  @Test
  void coloursStandOnlyWhereTheyAreUnderstoodAndChangeNoText() {
    String plain = new ComparisonTable(Style.PLAIN).render(CELLS, key -> List.of());
    String coloured =
        new ComparisonTable(new Style(true, true, 120)).render(CELLS, key -> List.of());

    assertThat(coloured).contains("\u001b[");
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(plain);
  }

  @Test
  void aNarrowTerminalGetsFewerColumnsAndIsToldWhich() {
    String table = new ComparisonTable(new Style(false, true, 60)).render(CELLS, key -> List.of());

    assertThat(table.lines().filter(line -> !line.startsWith("sqlite3")))
        .allMatch(line -> line.length() <= 60);
    assertThat(table).contains("Mops/s", "peak", "not shown in 60 columns: p99.9");
  }

  @Test
  void whatIsLeftOutIsNamedSoThatNoTwoAreCalledTheSame() {
    List<Cell> cells =
        List.of(
            cell("bump", "", "floor", "1", "linux")
                .decimal(Column.ONE_LIFE_NS_PER_OP, 12)
                .decimal(Column.STEADY_NS_PER_OP, 3)
                .decimal(Column.FORECAST_ONE_LIFE_NS_PER_OP, 13)
                .decimal(Column.FORECAST_STEADY_NS_PER_OP, 4)
                .count(Column.RETURNED_BRK_BYTES, 1)
                .count(Column.RETURNED_MUNMAP_BYTES, 1)
                .build());

    assertThat(
            new ComparisonTable(new Style(false, true, 42))
                .render(cells, key -> List.of())
                .lines()
                .dropWhile(line -> !line.startsWith("not shown")))
        .containsExactly(
            "not shown in 42 columns: steady,",
            "    forecast one life, forecast steady,",
            "    returned to the kernel by brk/munmap",
            "");
  }

  /**
   * By hand: 3 to 1, 1 to 2 and 1 to 1 MiB are 1.14 in the mean; one of three workloads cannot be
   * told.
   */
  @Test
  void allWorkloadsTogetherFitAndSayOnceWhatWasTooBusy() {
    String settings = "dirty_decay_ms=10000,muzzy_decay_ms=10000";
    List<Cell> cells =
        List.of(
            steady("native-glibc", "", "one", 10, 0.1, 1),
            steady("jemalloc", settings, "one", 5, 0.05, 3),
            steady("native-glibc", "", "two", 10, 0.1, 2),
            steady("jemalloc", settings, "two", 20, 0.2, 1),
            steady("native-glibc", "", "busy", 10, 9, 1),
            steady("jemalloc", settings, "busy", 1, 0.9, 1));

    String table =
        new ComparisonTable(Style.PLAIN, Choice.ALL.withUsual(List.of("native-glibc")))
            .overAll(cells);

    assertThat(table)
        .isEqualTo(
            """
            over all workloads, as multiples of native-glibc; by the clock 2 of 3, the machine was too busy for the rest
                                                 peak
            contestant              throughput memory
            native-glibc                1.00 × 1.00 ×
            jemalloc:              0.50–2.00 × 1.14 ×
              dirty_decay_ms=10000
              muzzy_decay_ms=10000

            """);
  }

  private static Cell steady(
      String name, String settings, String workload, double nanos, double error, long mib) {
    return Cell.of(new CellKey(name, settings, workload, "linux", 1))
        .text(Column.KIND, "model")
        .decimal(Column.THROUGHPUT_OPS_PER_S, 1e9 / nanos)
        .decimal(Column.STEADY_NS_PER_OP, nanos)
        .decimal(Column.STEADY_NS_PER_OP_LOW, nanos - error)
        .decimal(Column.STEADY_NS_PER_OP_HIGH, nanos + error)
        .count(Column.PEAK_RESIDENT_BYTES, mib * MIB)
        .build();
  }

  private static Cell.Builder cell(
      String name, String settings, String kind, String version, String memory) {
    return Cell.of(new CellKey(name, settings, "sqlite3", memory, 1))
        .text(Column.KIND, kind)
        .text(Column.VERSION, version)
        .text(Column.TWIN_OF, kind.equals("model") ? "native-glibc@2.36" : "")
        .count(Column.OPS, 537_695);
  }

  private static Cell memory(
      String name, String settings, String kind, String version, long peak, long retained) {
    String memory = kind.equals("native") ? "linux" : "simulated";
    return cell(name, settings, kind, version, memory)
        .count(Column.PEAK_REQUESTED_BYTES, 12 * MIB)
        .count(Column.PEAK_RESIDENT_BYTES, peak)
        .count(Column.RETAINED_BYTES, retained)
        .build();
  }

  private static Cell timed(
      String name, String settings, String kind, String version, double throughput, double p999) {
    return cell(name, settings, kind, version, "linux")
        .decimal(Column.THROUGHPUT_OPS_PER_S, throughput)
        .decimal(Column.LATENCY_P99_9_NS, p999)
        .build();
  }
}
