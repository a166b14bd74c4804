package heapstakes.results.table;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublishedTableTest {
  private static Cell cell(String allocator, long peak, double opsPerSecond) {
    return Cell.of(new CellKey(allocator, "", "a_b", "simulated", 1))
        .text(Column.KIND, "model")
        .count(Column.PEAK_RESIDENT_BYTES, peak)
        .decimal(Column.THROUGHPUT_OPS_PER_S, opsPerSecond)
        .build();
  }

  private static final List<Cell> CELLS =
      List.of(cell("native:/x|y.so", 3 << 20, 2.5e6), cell("jemalloc", 5 << 20, 4e6));

  @Test
  void markdownMarksTheBestAndKeepsItsColumns() {
    assertThat(PublishedTable.MARKDOWN.render(CELLS, Choice.ALL))
        .isEqualTo(
            """
            ## a\\_b

            | contestant | Mops/s | peak, MiB |
            |---|--:|--:|
            | native:/x\\|y.so | 2.50 | **3.00** |
            | jemalloc | **4.00** | 5.00 |

            """);
  }

  @Test
  void whatEachIsStandsBelowAndInATerminalWhoIsNeitherRealNorATwin() {
    List<Cell> cells =
        List.of(
            badged("ptmalloc2@2.36", "twin", "glibc 2.36"),
            badged("ptmalloc2@2.37", "by reading", "glibc 2.37"),
            badged("native-glibc", "real", "glibc 2.36"),
            badged("bump", "by description", "n/a"));
    String named =
        "compared with no real library: ptmalloc2@2.37 (by reading), bump (by description)";
    String all =
        "ptmalloc2@2.36 (twin of glibc 2.36), ptmalloc2@2.37 (by reading of glibc 2.37),"
            + " native-glibc (real, glibc 2.36), bump (by description)";

    assertThat(PublishedTable.MARKDOWN.render(cells, Choice.ALL)).endsWith("\n\n" + all + "\n");
    assertThat(PublishedTable.LATEX.render(cells, Choice.ALL)).endsWith("\n\n" + all + "\n");
    assertThat(TableCsv.render(cells, Choice.ALL))
        .contains("\na_b,1,ptmalloc2@2.37,by reading,glibc 2.37,");
    assertThat(new ComparisonTable(Style.PLAIN).render(cells, key -> List.of()))
        .endsWith("\n" + named + "\n\n");
  }

  private static Cell badged(String allocator, String badge, String version) {
    return cell(allocator, 1 << 20, 1e6).toBuilder()
        .text(Column.BADGE, badge)
        .text(Column.VERSION, version)
        .build();
  }

  @Test
  void latexNeedsNoPackage() {
    assertThat(PublishedTable.LATEX.render(CELLS, Choice.ALL))
        .isEqualTo(
            """
            \\section*{a\\_b}
            \\begin{tabular}{lrr}
            contestant & Mops/s & peak, MiB \\\\
            \\hline
            native:/x|y.so & 2.50 & \\textbf{3.00} \\\\
            jemalloc & \\textbf{4.00} & 5.00 \\\\
            \\end{tabular}

            """);
  }
}
