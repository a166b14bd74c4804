package heapstakes.results.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoiceTest {
  private static Cell cell(String name, String workload, double opsPerSecond, long peak) {
    Cell.Builder cell =
        Cell.of(new CellKey(name, "", workload, "linux", 1))
            .text(Column.KIND, "native")
            .decimal(Column.THROUGHPUT_OPS_PER_S, opsPerSecond);
    return peak < 0 ? cell.build() : cell.count(Column.PEAK_RESIDENT_BYTES, peak).build();
  }

  private static final List<Cell> CELLS =
      List.of(
          cell("a", "one", 4e6, 8 << 20),
          cell("native-glibc", "one", 2e6, 4 << 20),
          cell("c", "one", 1e6, -1),
          cell("a", "two", 1e6, 1 << 20),
          cell("native-glibc", "two", 2e6, 4 << 20),
          cell("c", "two", 8e6, -1));

  @Test
  void rowsAreSortedAndWhatIsMissingComesLast() {
    Choice choice = Choice.of(List.of("peak"), "peak:desc", "", CELLS);

    assertThat(TableCsv.render(CELLS, choice).lines())
        .containsExactly(
            "workload,threads,contestant,badge,version,peak_resident_bytes,schema_version",
            "one,1,a,,,8388608,3",
            "one,1,native-glibc,,,4194304,3",
            "one,1,c,,,,3",
            "two,1,native-glibc,,,4194304,3",
            "two,1,a,,,1048576,3",
            "two,1,c,,,,3");
  }

  @Test
  void withABaselineEachFigureIsAMultipleOfIts() {
    Choice choice = Choice.of(List.of("Mops/s", "peak_resident_bytes"), "", "native-glibc", CELLS);

    assertThat(PublishedTable.MARKDOWN.render(CELLS, choice))
        .isEqualTo(
            """
            ## one

            | contestant | Mops/s | peak, MiB |
            |---|--:|--:|
            | a | **2.00 ×** | 2.00 × |
            | native-glibc | 2.00 | **4.00** |
            | c | 0.50 × |  |

            ## two

            | contestant | Mops/s | peak, MiB |
            |---|--:|--:|
            | a | 0.50 × | **0.25 ×** |
            | native-glibc | 2.00 | 4.00 |
            | c | **4.00 ×** |  |

            ## over all workloads, as multiples of native-glibc

            | contestant | throughput | peak memory |
            |---|--:|--:|
            | a | 0.50–2.00 × | 0.71 × |
            | native-glibc | 1.00 × | 1.00 × |
            | c | 0.50–4.00 × |  |

            """);
  }

  @Test
  void whereSomeWorkloadsAreMissingTheMeanSaysSo() {
    List<Cell> cells = CELLS.subList(0, 5);

    assertThat(
            PublishedTable.MARKDOWN.render(
                cells, Choice.ALL.withUsual(List.of("x", "native-glibc"))))
        .contains("| c | 0.50 × (1 of 2) |");
  }

  @Test
  void columnsOfOneNameAreToldApartAndEachStandsThereOnce() {
    List<Cell> cells =
        List.of(
            Cell.of(new CellKey("a", "", "one", "linux", 1))
                .decimal(Column.STEADY_NS_PER_OP, 3)
                .decimal(Column.FORECAST_STEADY_NS_PER_OP, 4)
                .build());
    List<String> asked =
        List.of("steady", "forecast steady", "forecast_steady_ns_per_op", "threads");
    Choice choice = Choice.of(asked, "forecast steady", "", cells);

    assertThat(TableCsv.render(cells, choice).lines())
        .containsExactly(
            "workload,threads,contestant,badge,version,steady_ns_per_op,"
                + "forecast_steady_ns_per_op,schema_version",
            "one,1,a,,,3.0,4.0,3");
    assertThat(PublishedTable.MARKDOWN.render(cells, choice))
        .contains("| contestant | steady | forecast steady | threads |");
  }

  @Test
  void whatIsNotKnownIsNamedWithWhatIs() {
    assertThatThrownBy(() -> Choice.of(List.of("latency"), "", "", CELLS))
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll("'latency'", "latency_p99_9_ns");
    assertThatThrownBy(() -> Choice.of(List.of(), "allocator", "", CELLS))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("'allocator'");
    assertThatThrownBy(() -> Choice.of(List.of(), "", "glibc", CELLS))
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll("'glibc'", "native-glibc");
  }
}
