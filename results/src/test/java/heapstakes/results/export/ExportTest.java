package heapstakes.results.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.MemoryUse;
import heapstakes.results.ResultException;
import heapstakes.results.TimelinePoint;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.run.CellFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExportTest {
  private static final CellKey METERED = new CellKey("ptmalloc2", "", "jq", "simulated", 1);
  private static final CellKey TIMED = new CellKey("ptmalloc2", "", "jq", "linux", 1);

  @TempDir Path folder;
  private Path run = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void writeARun() throws IOException {
    run = Files.createDirectory(folder.resolve("run"));
    out = folder.resolve("out");
    CellsCsv.write(
        run.resolve(CellsCsv.NAME),
        List.of(
            Cell.of(METERED)
                .count(Column.RETAINED_BYTES, 4096)
                .decimal(Column.RETURNED_SHARE, 0.25)
                .build(),
            Cell.of(TIMED)
                .decimal(Column.THROUGHPUT_OPS_PER_S, 2e6)
                .decimal(Column.THROUGHPUT_ERROR_OPS_PER_S, 5e4)
                .decimal(Column.LATENCY_P50_NS, 70)
                .build()));
    TimelineCsv.append(
        run,
        METERED,
        List.of(
            point(0, 0, 0, 0),
            point(10, 1_000_000_000L, 1000, 8192),
            point(20, 2_000_000_000L, 3000, 12_288),
            point(30, 3_500_000_000L, 0, 4096)));
    Files.writeString(
        run.resolve(CellFiles.name(TIMED) + ".hlog"),
        "#[Histogram log format version 1.3]\nTag=malloc,0.000,0.000,1.000,AAAA\n");
  }

  private static TimelinePoint point(long operation, long nanos, long requested, long resident) {
    return new TimelinePoint(
        operation,
        nanos,
        "",
        MemoryUse.of(requested, requested, resident, resident),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  private static JsonNode json(Path file) throws IOException {
    return JsonMapper.builder().build().readTree(Files.readString(file));
  }

  @Test
  void massifHasWhatWasRequestedAndWhatLiesBeyond() throws IOException {
    List<Path> files = Export.MASSIF.write(run, out);

    assertThat(files).containsExactly(out.resolve("ptmalloc2@jq@1.massif"));
    assertThat(files.getFirst())
        .content()
        .contains("time_unit: ms\n")
        .contains("snapshot=1\n#-----------\ntime=1000\nmem_heap_B=1000\nmem_heap_extra_B=7192\n")
        .contains(
            "time=2000\nmem_heap_B=3000\nmem_heap_extra_B=9288\nmem_stacks_B=0\nheap_tree=peak")
        .containsOnlyOnce("heap_tree=peak");
  }

  /** The tool itself, of Debian's valgrind 3.19. */
  @Test
  void msPrintReadsIt() throws IOException, InterruptedException {
    Path tool = Path.of("/usr/bin/ms_print");
    assumeThat(Files.isExecutable(tool)).as("ms_print is not installed (valgrind)").isTrue();
    Path file = Export.MASSIF.write(run, out).getFirst();

    Process process =
        new ProcessBuilder(tool.toString(), file.toString()).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isZero();
    assertThat(printed)
        .contains("Number of snapshots: 4")
        .contains("Detailed snapshots: [2 (peak)]")
        .containsPattern("2 +2,000 +12,288 +3,000 +9,288 +0");
  }

  @Test
  void histogramsAreTaggedWithTheirCell() throws IOException {
    assertThat(Export.HLOG.write(run, out).getFirst())
        .content()
        .isEqualTo(
            "#[Histogram log format version 1.3]\n"
                + "Tag=jq/ptmalloc2/malloc,0.000,0.000,1.000,AAAA\n");
  }

  @Test
  void githubGetsWhatShouldBeSmallApartFromWhatShouldBeBig() throws IOException {
    List<Path> files = Export.GITHUB_BENCHMARK.write(run, out);

    JsonNode smaller = json(files.get(0));
    assertThat(smaller.findValuesAsString("name"))
        .containsExactly("jq/ptmalloc2/latency_p50_ns", "jq/ptmalloc2/retained_bytes");
    assertThat(smaller.get(1).get("unit").asString()).isEqualTo("bytes");
    JsonNode bigger = json(files.get(1));
    assertThat(bigger.findValuesAsString("name"))
        .containsExactly("jq/ptmalloc2/throughput_ops_per_s", "jq/ptmalloc2/returned_share");
    assertThat(bigger.get(0).get("range").asString()).isEqualTo("± 50000");
  }

  @Test
  void bencherGetsMeasuresWithTheirBounds() throws IOException {
    JsonNode metrics = json(Export.BENCHER.write(run, out).getFirst()).get("jq/ptmalloc2");

    assertThat(metrics.get("retained_bytes").get("value").asLong()).isEqualTo(4096);
    assertThat(metrics.get("throughput_ops_per_s").get("lower_value").asDouble())
        .isEqualTo(1_950_000.0);
  }

  @Test
  void whatWasNotMeasuredIsSaid() {
    assertThatThrownBy(() -> Export.JMH.write(run, out))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("nothing that can be written as jmh");
  }
}
