package heapstakes.results.run;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.ForksCsv;
import heapstakes.results.csv.LatencyCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.gate.Baseline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that a released or a former version wrote are read for ever. Each form has a folder here,
 * named by what it has that the one before had not; none is ever written anew. The figures expected
 * were copied from the files by hand.
 */
class GoldenFilesTest {
  private static final String TRACE =
      "cfae45b6a8e86965ce23430c04442d7c25e333db45107ecc24cc30fba994d755";
  private static final CellKey COUNTED = new CellKey("bump", "", "tiny", TRACE, "simulated", 1);
  private static final CellKey TIMED = new CellKey("bump", "", "tiny", TRACE, "linux", 1);
  private static final CellKey REAL = new CellKey("native-glibc", "", "tiny", TRACE, "linux", 1);

  @TempDir Path folder;

  private static Path golden(String name) throws Exception {
    return Path.of(Objects.requireNonNull(GoldenFilesTest.class.getResource(name)).toURI());
  }

  private Path copy(String name) throws Exception {
    try (Stream<Path> files = Files.list(golden(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName().toString()));
      }
    }
    return folder;
  }

  @Test
  void aRunWhoseKeysHaveTheTracesDigestIsReadAndIsFinished() throws Exception {
    Path path = copy("run-with-digests");

    try (RunDirectory run = RunDirectory.resume(path)) {
      assertThat(run.cells()).extracting(Cell::key).containsExactly(COUNTED, REAL, TIMED);
      assertThat(run.isFinished(COUNTED, Stage.FOOTPRINT)).isTrue();
      assertThat(run.isFinished(REAL, Stage.FOOTPRINT)).isTrue();
      assertThat(run.isFinished(REAL, Stage.TIMING)).isTrue();
      assertThat(run.isFinished(TIMED, Stage.TIMING)).isTrue();
      Cell real = run.cell(REAL).orElseThrow();
      assertThat(real.count(Column.PEAK_RESIDENT_BYTES)).hasValue(16384);
      assertThat(real.number(Column.THROUGHPUT_OPS_PER_S)).hasValue(8009368.372250308);
      assertThat(run.cell(COUNTED).orElseThrow().count(Column.RETAINED_BYTES)).hasValue(200704);
    }
    assertThat(TimelineCsv.points(path)).containsOnlyKeys(COUNTED, REAL);
    assertThat(LatencyCsv.in(path).read()).containsOnlyKeys(TIMED, REAL);
    assertThat(ForksCsv.read(path, ForksCsv.NAME)).containsOnlyKeys(TIMED, REAL);
    assertThat(ForksCsv.read(path, ForksCsv.REFERENCES)).containsOnlyKeys(TIMED, REAL);
  }

  @Test
  void theEnvironmentOfSuchARunIsRead() throws Exception {
    Environment environment =
        EnvironmentJson.read(golden("run-with-digests").resolve(Environment.NAME));

    assertThat(environment.plan().contestants()).containsExactly("bump", "native-glibc");
    assertThat(environment.plan().relativeTo()).hasValue("native-glibc");
    assertThat(environment.workloads().getFirst().traceSha256()).isEqualTo(TRACE);
  }

  @Test
  void theFirstBaselineIsRead() throws Exception {
    Path path = golden("../gate/first-baseline");

    assertThat(Baseline.read(path).renewals())
        .containsExactly(
            new Baseline.Renewal(
                "2026-11-26",
                "The first baseline: every model, and the strategies that the README compares."));
    List<Cell> cells = CellsCsv.read(path.resolve(CellsCsv.NAME));
    assertThat(cells).hasSize(63);
    assertThat(cells.getFirst().key().allocator()).isEqualTo("bump");
    assertThat(cells.getFirst().key().workload()).isEqualTo("four-byte-flood:n=100000");
    assertThat(cells.getFirst().count(Column.PEAK_REQUESTED_BYTES)).hasValue(400_000);
    assertThat(cells.getFirst().number(Column.MODELLED_NS_PER_OP)).hasValue(2.603875);
  }
}
