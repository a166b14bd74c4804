package heapstakes.results.run;

import static heapstakes.results.run.SampleRun.footprint;
import static heapstakes.results.run.SampleRun.jmh;
import static heapstakes.results.run.SampleRun.row;
import static heapstakes.results.run.SampleRun.timing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.ForksCsv;
import heapstakes.results.csv.LatencyCsv;
import heapstakes.results.csv.TimelineCsv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RunDirectoryTest {
  private static final CellKey FIRST = new CellKey("bump", "", "jq", "simulated", 1);
  private static final CellKey SECOND = new CellKey("bump", "step=4K", "jq", "simulated", 1);
  private static final CellKey TIMED = new CellKey("bump", "", "jq", "linux", 1);

  @TempDir Path folder;
  private Path path;
  private Optional<RunDirectory> open = Optional.empty();

  @BeforeEach
  void place() {
    path = folder.resolve("run");
  }

  /** As the system does when a process dies. */
  @AfterEach
  void letGo() {
    open.ifPresent(RunDirectory::close);
    open = Optional.empty();
  }

  private RunDirectory create() {
    letGo();
    open = Optional.of(RunDirectory.create(path));
    return open.get();
  }

  private RunDirectory resume() {
    letGo();
    open = Optional.of(RunDirectory.resume(path));
    return open.get();
  }

  private static CellKey numbered(int i) {
    return new CellKey("bump", "step=" + i + "K", "jq", "linux", 1);
  }

  private static void time(RunDirectory run, int i) {
    Cell row = row(numbered(i));
    run.finish(row, timing(), row, jmh("bump-" + i, 1), "");
  }

  /** Forty cells have two stages each; written anew at every change, that is forty times. */
  @Test
  void cellsAreWrittenAnewForAnEighthOfThemAtATime() throws IOException {
    RunDirectory run = create();
    Object before = null;
    int rewritten = 0;
    for (int i = 1; i <= 40; i++) {
      run.finish(row(numbered(i)), footprint(4096));
    }
    for (int i = 1; i <= 40; i++) {
      time(run, i);
      Object file =
          Files.readAttributes(path.resolve("cells.csv"), BasicFileAttributes.class).fileKey();
      rewritten += file.equals(before) ? 0 : 1;
      before = file;
      assertThat(CellsCsv.ofRun(path)).isEqualTo(run.cells());
    }
    assertThat(rewritten).isLessThanOrEqualTo(1 + 40 / (40 / 8));

    letGo();
    assertThat(path.resolve(CellsCsv.CHANGED)).doesNotExist();
    assertThat(CellsCsv.read(path.resolve("cells.csv")))
        .hasSize(40)
        .allSatisfy(cell -> assertThat(cell.number(Column.THROUGHPUT_OPS_PER_S)).isPresent());
  }

  @Test
  void whatWasNotYetWrittenAnewWhenARunWasKilledIsNotLost() throws IOException {
    RunDirectory run = create();
    for (int i = 1; i <= 20; i++) {
      run.finish(row(numbered(i)), footprint(4096));
    }
    time(run, 7);
    List<Cell> cells = run.cells();
    byte[] changed = Files.readAllBytes(path.resolve(CellsCsv.CHANGED));
    byte[] before = Files.readAllBytes(path.resolve("cells.csv"));
    letGo();
    Files.write(path.resolve("cells.csv"), before);
    Files.write(path.resolve(CellsCsv.CHANGED), changed); // as it lay when the process died
    Files.writeString(path.resolve(CellsCsv.CHANGED), "bump,step=8K,j", StandardOpenOption.APPEND);

    RunDirectory again = resume();

    assertThat(again.cells()).isEqualTo(cells);
    assertThat(again.isFinished(numbered(7), Stage.TIMING)).isTrue();
    assertThat(path.resolve(CellsCsv.CHANGED)).doesNotExist();
  }

  @Test
  void aRunThatWasKilledGoesOnFromWhatIsFinished() throws IOException {
    RunDirectory run = create();
    run.finish(row(FIRST), footprint(4096));
    run.finish(row(SECOND), footprint(8192));
    // Killed while the second line of the journal was being written: its files are there already.
    Path journal = path.resolve("cells.done");
    byte[] lines = Files.readAllBytes(journal);
    Files.write(journal, Arrays.copyOf(lines, lines.length - 7));

    RunDirectory resumed = resume();

    assertThat(resumed.isFinished(FIRST, Stage.FOOTPRINT)).isTrue();
    assertThat(resumed.isFinished(SECOND, Stage.FOOTPRINT)).isFalse();
    resumed.finish(row(SECOND), footprint(8192));
    RunDirectory again = resume();
    assertThat(again.isFinished(SECOND, Stage.FOOTPRINT)).isTrue();
    assertThat(CellsCsv.read(path.resolve("cells.csv"))).hasSize(2);
    assertThat(TimelineCsv.in(path).read().get(SECOND)).as("no point twice").hasSize(1);
  }

  @Test
  void tracesOfOneNameAreKeptApartInEveryFile() {
    CellKey one = TIMED.withTrace("0123456789abcdef");
    CellKey other = TIMED.withTrace("fedcba9876543210");
    RunDirectory run = create();
    run.finish(row(one), footprint(4096));
    assertThat(run.isFinished(other, Stage.FOOTPRINT)).isFalse();
    run.finish(row(other), footprint(8192));
    for (CellKey key : List.of(one, other)) {
      run.finish(row(key), timing(), row(key), jmh("bump", 1), "");
    }

    RunDirectory resumed = resume();

    assertThat(resumed.cells())
        .extracting(Cell::key, cell -> cell.count(Column.PEAK_RESIDENT_BYTES).orElseThrow())
        .containsExactly(tuple(one, 4096L), tuple(other, 8192L));
    assertThat(resumed.isFinished(one, Stage.TIMING)).isTrue();
    assertThat(resumed.isFinished(other, Stage.TIMING)).isTrue();
    assertThat(TimelineCsv.in(path).read()).containsOnlyKeys(one, other);
    assertThat(LatencyCsv.in(path).read()).containsOnlyKeys(one, other);
    assertThat(ForksCsv.read(path, ForksCsv.NAME)).containsOnlyKeys(one, other);
    assertThat(resumed.histogramFile(one)).exists().isNotEqualTo(resumed.histogramFile(other));
    assertThat(resumed.histogramFile(other)).exists();
    assertThat(JsonMapper.builder().build().readTree(path.resolve("jmh.json"))).hasSize(2);
  }

  @Test
  void stagesOfACellShareARowAndKeepEachOthersFigures() {
    RunDirectory run = create();
    run.finish(row(FIRST), footprint(4096));
    Cell memory = run.cell(FIRST).orElseThrow();
    run.finish(row(TIMED), timing(), memory, jmh("bump", 1), "");

    Cell timed = resume().cell(TIMED).orElseThrow();
    assertThat(timed.number(Column.THROUGHPUT_OPS_PER_S)).hasValue(2e6);
    assertThat(timed.number(Column.LATENCY_P99_9_NS)).hasValue(40);
    assertThat(timed.text(Column.STATUS)).isEqualTo("ok");
    assertThat(path.resolve("bump@jq@1.hlog")).hasContent("histograms");
  }

  @ParameterizedTest
  @CsvSource({
    "cells.csv,FOOTPRINT",
    "timeline.csv,FOOTPRINT",
    "cells.csv,TIMING",
    "latency.csv,TIMING",
    "forks.csv,TIMING",
    "bump@jq@1.hlog,TIMING"
  })
  void aStageThatLostAFileIsRunAgain(String file, Stage stage) throws IOException {
    RunDirectory run = create();
    run.finish(row(FIRST), footprint(4096));
    run.finish(row(TIMED), timing(), row(FIRST), jmh("bump", 1), "");
    CellKey key = stage == Stage.TIMING ? TIMED : FIRST;
    assertThat(resume().isFinished(key, stage)).isTrue();

    Files.delete(path.resolve(file));
    RunDirectory resumed = resume();

    assertThat(resumed.isFinished(key, stage)).isFalse();
    resumed.finish(row(FIRST), footprint(4096));
    resumed.finish(row(TIMED), timing(), row(FIRST), jmh("bump", 1), "");
    assertThat(resume().isFinished(key, stage)).isTrue();
    assertThat(CellsCsv.read(path.resolve("cells.csv"))).hasSize(2);
  }

  /** Every length of the file: whole rows stay, the one that was cut is measured again. */
  @Test
  void aTableThatWasCutAnywhereLosesNoRowForGood() throws IOException {
    create().finish(row(FIRST), footprint(4096));
    Path file = path.resolve("cells.csv");
    int first = (int) Files.size(file);
    open.orElseThrow().finish(row(SECOND), footprint(8192));
    byte[] whole = Files.readAllBytes(file);
    byte[] points = Files.readAllBytes(path.resolve("timeline.csv"));

    for (int length = 0; length < whole.length; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      Files.write(path.resolve("timeline.csv"), points);
      RunDirectory resumed = resume();
      assertThat(resumed.isFinished(FIRST, Stage.FOOTPRINT)).isEqualTo(length >= first);
      assertThat(resumed.isFinished(SECOND, Stage.FOOTPRINT)).as("cut at %d", length).isFalse();
    }
    RunDirectory resumed = resume();
    resumed.finish(row(SECOND), footprint(8192));
    assertThat(CellsCsv.read(file)).hasSize(2);
    assertThat(TimelineCsv.points(path).get(SECOND)).hasSize(1);
  }

  @Test
  void oneRunHasADirectoryAtATime() {
    RunDirectory run = create();
    run.finish(row(FIRST), footprint(4096));

    assertThatThrownBy(() -> RunDirectory.resume(path))
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll("going on", "process " + ProcessHandle.current().pid());
    run.finish(row(SECOND), footprint(8192));
    assertThat(resume().isFinished(SECOND, Stage.FOOTPRINT)).isTrue();
  }

  @Test
  void whatADeadRunLeftBehindIsClearedAway() throws IOException {
    create().finish(row(FIRST), footprint(4096));
    for (String name : List.of("latency.tmp", "cells.csv.tmp", ".operations.1.tmp")) {
      Files.writeString(path.resolve(name), "half");
    }

    resume();

    try (Stream<Path> files = Files.list(path)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"OK\";\"GREAT\"",
        "\"OK\";0",
        "\"threads\":1;\"threads\":4294967297",
        "\"threads\":1;\"threads\":0",
        "\"threads\":1;\"threads\":1.5",
        "\"stage\":\"FOOTPRINT\",;''",
        "\"allocator\":\"bump\";\"allocator\":null"
      })
  void aLineOfTheJournalThatCannotBeIsRefused(String from, String to) throws IOException {
    create().finish(row(FIRST), footprint(4096));
    Path journal = path.resolve("cells.done");
    String line = Files.readString(journal);
    assertThat(line).contains(from);
    Files.writeString(journal, line.replace(from, to));

    assertThatThrownBy(this::resume)
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll("cells.done", "line 1");
  }

  @Test
  void whatFailedSaysSoAndIsTriedAgain() {
    RunDirectory run = create();
    run.fail(row(TIMED), Stage.TIMING, "the fork was ended by SIGABRT:\nfree(): invalid");

    RunDirectory resumed = resume();
    assertThat(resumed.cell(TIMED).orElseThrow().text(Column.STATUS)).isEqualTo("failed");
    assertThat(resumed.isFinished(TIMED, Stage.TIMING)).isFalse();
    assertThat(resumed.last(TIMED, Stage.TIMING).orElseThrow().detail())
        .endsWith("free(): invalid");

    resumed.finish(row(TIMED), timing(), row(TIMED), jmh("bump", 1), "");
    assertThat(resumed.cell(TIMED).orElseThrow().text(Column.STATUS)).isEqualTo("ok");
  }

  @Test
  void jmhResultsCarryTheMemoryAndAreReplacedByThoseOfTheSameCell() {
    RunDirectory run = create();
    run.finish(row(FIRST), footprint(4096));
    Cell memory = run.cell(FIRST).orElseThrow();
    run.finish(row(TIMED), timing(), memory, jmh("bump", 1), "");
    run.finish(row(TIMED), timing(), memory, jmh("bump:step=4K", 2), "");
    run.finish(row(TIMED), timing(), memory, jmh("bump", 3), "");

    JsonNode all = JsonMapper.builder().build().readTree(path.resolve("jmh.json"));
    assertThat(all).hasSize(2);
    assertThat(all.get(1).at("/primaryMetric/score").asInt()).isEqualTo(3);
    JsonNode peak = all.get(1).at("/secondaryMetrics/peak_resident_bytes");
    assertThat(peak.get("score").asLong()).isEqualTo(4096);
    assertThat(peak.get("scoreUnit").asString()).isEqualTo("bytes");
  }

  @Test
  void namesThatAFileSystemWouldNotTakeDoNotMeet() {
    RunDirectory run = create();
    Path one = run.histogramFile(new CellKey("native:/a/b", "", "w", "linux", 1));
    Path other = run.histogramFile(new CellKey("native:/a:b", "", "w", "linux", 1));

    assertThat(one.getParent()).isEqualTo(path);
    assertThat(one).isNotEqualTo(other);
  }

  @Test
  void anotherRunIsNotOverwrittenAndAMissingOneIsNamed() {
    create().finish(row(FIRST), footprint(4096));

    assertThatThrownBy(() -> RunDirectory.create(path))
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll("not empty", "--resume");
    assertThatThrownBy(() -> RunDirectory.resume(folder.resolve("none")))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("no run");
  }

  @Test
  void aDamagedLineOfTheJournalIsNamed() throws IOException {
    create().finish(row(FIRST), footprint(4096));
    Files.writeString(path.resolve("cells.done"), "{nonsense\n", StandardOpenOption.APPEND);

    assertThatThrownBy(() -> resume())
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll("cells.done", "line 2");
  }
}
