package heapstakes.results.run;

import static heapstakes.results.run.SampleRun.footprint;
import static heapstakes.results.run.SampleRun.jmh;
import static heapstakes.results.run.SampleRun.row;
import static heapstakes.results.run.SampleRun.timing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.results.CellKey;
import heapstakes.results.ResultException;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.ForksCsv;
import heapstakes.results.csv.LatencyCsv;
import heapstakes.results.csv.TimelineCsv;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs as each version of this program wrote them. */
class SchemaVersionsTest {
  private static final CellKey FIRST = new CellKey("bump", "", "jq", "simulated", 1);
  private static final CellKey TIMED = new CellKey("bump", "", "jq", "linux", 1);

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void place() {
    path = folder.resolve("run");
  }

  /** 0 was written before digests told cells apart, 1 with CR LF and no version, 3 has rounds. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aRunByEachVersionIsReadAndGoneOnWith(int schema) throws Exception {
    Files.createDirectory(path);
    Path golden =
        Path.of(getClass().getResource("schema-" + schema + "/cells.csv").toURI()).getParent();
    try (Stream<Path> files = Files.list(golden)) {
      for (Path file : files.toList()) {
        Files.copy(file, path.resolve(file.getFileName().toString()));
      }
    }
    String digest = CellsCsv.read(path.resolve("cells.csv")).getFirst().key().trace();
    CellKey metered = new CellKey("bump", "", "tiny", digest, "simulated", 1);
    CellKey timed = new CellKey("bump", "", "tiny", digest, "linux", 1);
    assertThat(TimelineCsv.points(path)).containsKey(metered);
    assertThat(ForksCsv.read(path, ForksCsv.REFERENCES)).containsKey(timed);
    assertThat(CellFiles.histograms(path, timed)).exists();

    try (RunDirectory run = RunDirectory.resume(path)) {
      assertThat(run.isFinished(metered, Stage.FOOTPRINT)).isTrue();
      assertThat(run.isFinished(timed, Stage.TIMING)).isTrue();
      run.finish(row(FIRST), footprint(4096));
    }

    assertThat(TimelineCsv.points(path)).containsKeys(metered, FIRST);
    assertThat(ForksCsv.read(path, ForksCsv.NAME)).containsKey(timed);
    assertThat(LatencyCsv.in(path).read()).containsKey(timed);
  }

  /** A CR would be a part of the last field to cut, awk and join. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void whatIsGoneOnWithHasTodaysLinesInEveryCsv(int schema) throws Exception {
    aRunByEachVersionIsReadAndGoneOnWith(schema);

    for (String name :
        List.of("cells.csv", "timeline.csv", "latency.csv", "forks.csv", "references.csv")) {
      List<String> lines = List.of(Files.readString(path.resolve(name)).split("\n"));
      assertThat(lines.getFirst()).as(name).endsWith(",schema_version");
      assertThat(lines.stream().skip(1)).as(name).isNotEmpty().allMatch(l -> l.endsWith(",3"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cells.csv", "timeline.csv", "latency.csv", "forks.csv"})
  void aFileOfALaterVersionIsRefusedAndKept(String name) throws Exception {
    try (RunDirectory run = RunDirectory.create(path)) {
      run.finish(row(FIRST), footprint(4096));
      run.finish(row(TIMED), timing(), row(FIRST), jmh("bump", 1), "");
    }
    Path file = path.resolve(name);
    String later = Files.readString(file).replaceAll(",3\n", ",4\n");
    Files.writeString(file, later);

    assertThatThrownBy(() -> RunDirectory.resume(path))
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll(name, "line 2", "schema version 4", "up to 3", "newer heapstakes");
    assertThat(file).hasContent(later);
  }
}
