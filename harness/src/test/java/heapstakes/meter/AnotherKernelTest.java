package heapstakes.meter;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.TestTraces;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.Footprint;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.run.Measurements;
import heapstakes.results.table.ComparisonTable;
import heapstakes.results.table.Style;
import heapstakes.setting.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel whose calls nobody but its own provider knows by name. */
class AnotherKernelTest {
  private final AnotherKernel kernel = new AnotherKernel();

  private Footprint footprint(String contestant) {
    Machine machine = new Machine(kernel, Settings.parse("another", List.of(), ""));
    return FootprintMeter.measure(
        Allocators.parse(contestant),
        machine,
        TestTraces.mix(7, 3000, 200, 1),
        ReplayOptions.DEFAULT);
  }

  private static Cell cell(Footprint footprint) {
    Cell.Builder row =
        Cell.of(new CellKey("ptmalloc2", "", "mix", "another", 1)).text(Column.KIND, "model");
    Measurements.put(row, footprint);
    return row.build();
  }

  @Test
  void itsCallsAreInTheCellUnderTheirOwnNames() {
    Footprint footprint = footprint("ptmalloc2");

    assertThat(kernel.commits).isPositive();
    assertThat(footprint.kernel().calls().of("commit")).hasValue(kernel.commits);
    Cell cell = cell(footprint);
    assertThat(cell.count(Column.calls("commit"))).hasValue(kernel.commits);
    assertThat(cell.count(Column.returned("decommit"))).isPresent();
    assertThat(cell.text(Column.SBRK_CALLS)).isEmpty();
    assertThat(cell.text(Column.RETURNED_BRK_BYTES)).isEmpty();
  }

  @Test
  void allThatItGaveBackIsReturnedAndNothingThatItOnlyPromised() {
    Footprint footprint = footprint("ptmalloc2:trim_threshold=0,top_pad=0");

    long end = footprint.timeline().getLast().returnedBytes().orElseThrow();
    assertThat(footprint.kernel().returned().byName().keySet())
        .containsExactly("decommit", "free_reusable");
    assertThat(footprint.kernel().returned().of("decommit")).hasValue(end);
    assertThat(end).isBetween(1L, kernel.committed);
  }

  @Test
  void theFileHasAColumnForEachOfThemBehindTheStandardOnes(@TempDir Path directory)
      throws IOException {
    Cell cell = cell(footprint("ptmalloc2"));
    Cell other = Cell.of(new CellKey("bump", "", "mix", "simulated", 1)).build();
    Path file = directory.resolve(CellsCsv.NAME);

    CellsCsv.write(file, List.of(other, cell));

    assertThat(Files.readAllLines(file).getFirst())
        .endsWith(
            "copied_on_write_bytes,peak_anon_huge_bytes,end_anon_huge_bytes,huge_coverage,"
                + "peak_huge_bloat_bytes,end_huge_bloat_bytes,khugepaged_collapses,"
                + "commit_calls,decommit_calls,"
                + "returned_decommit_bytes,returned_free_reusable_bytes,schema_version");
    assertThat(CellsCsv.read(file)).containsExactly(other, cell);
  }

  @Test
  void theTableShowsItsWaysOfReturning() {
    String table =
        new ComparisonTable(Style.PLAIN)
            .render(List.of(cell(footprint("ptmalloc2"))), key -> List.of());

    assertThat(table).contains("returned to the kernel by", "decommit", "free_reusable");
  }
}
