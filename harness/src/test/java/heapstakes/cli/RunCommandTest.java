package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static heapstakes.cli.TinyRun.key;
import static heapstakes.cli.TinyRun.trace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.os.host.NativeLinuxProvider;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.ForksCsv;
import heapstakes.results.csv.LatencyCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.run.CellFiles;
import heapstakes.timer.InstructionCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RunCommandTest {
  @TempDir Path folder;

  @Test
  void numbersOfThreadsThatAreNoneAreRefused() {
    for (String threads : List.of(",", "0", "-1", "1,,2", "many", "1,0")) {
      Outcome outcome = heapstakes("run", "-a", "bump", "-w", "larson", "--threads=" + threads);
      assertThat(outcome.exitCode()).as(threads).isEqualTo(2);
      assertThat(outcome.errors()).contains("--threads " + threads);
    }
  }

  @Test
  void aRunLeavesADirectoryInWhichEveryFileCanBeRead() throws IOException {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
    Path run = folder.resolve("run");

    Outcome outcome =
        heapstakes("run", "-a", "bump", "-w", trace(folder).toString(), "--out", run.toString());

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output()).contains("tiny", "bump", "Mops/s", "12 000 operations");
    assertThat(outcome.output()).doesNotContain("\u001b", "# JMH version");
    checkCells(run);
    checkFiles(run);
  }

  @Test
  @Tag("long")
  void instructionsOfALibraryAreInItsRow() throws IOException {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
    InstructionCounter.unavailable().ifPresent(Assumptions::abort);
    String words =
        "run -a native-glibc -a bump --instructions --memory linux -w " + trace(folder) + " --out ";
    Path one = folder.resolve("one");

    Outcome outcome = heapstakes((words + one).split(" "));

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output()).contains("instr./op");
    for (Cell cell : CellsCsv.ofRun(one)) {
      assertThat(cell.number(Column.INSTRUCTIONS_PER_OP).isPresent())
          .isEqualTo(cell.key().contestant().equals("native-glibc"));
    }
  }

  @Test
  @Tag("long")
  void aRunOnSimulatedMemoryIsTheSameToTheByteOnAnyNumberOfCores() throws IOException {
    Path tiny = trace(folder);
    String words =
        "run -a ptmalloc2 -a jemalloc -a tcmalloc:aggressive_decommit=true -a bump"
            + " --memory simulated -w random:operations=6000,sizes=small -w "
            + tiny;
    Outcome alone = heapstakes((words + " -j 1 --out " + folder.resolve("one")).split(" "));
    Outcome beside = heapstakes((words + " -j 3 --out " + folder.resolve("three")).split(" "));

    assertThat(alone.exitCode()).as(alone.errors()).isZero();
    assertThat(CellsCsv.ofRun(folder.resolve("one"))).hasSize(8);
    assertThat(beside.errors()).isEqualTo(alone.errors()).contains("[8/8]");
    for (String file : List.of(CellsCsv.NAME, TimelineCsv.NAME, "cells.done")) {
      assertThat(folder.resolve("three").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("one").resolve(file));
    }
  }

  /** A trace is metered once, by whichever words it is named. */
  @Test
  void aTraceThatIsNamedTwiceIsMeteredOnce() throws IOException {
    Path trace = trace(folder);
    Path again = Files.createDirectory(folder.resolve("again")).resolve(trace.getFileName());
    Files.copy(trace, again);
    String words =
        String.format(
            Locale.ROOT,
            "run -a bump --memory simulated -w %s -w %s --out %s",
            trace,
            again,
            folder.resolve("run"));

    Outcome outcome = heapstakes(words.split(" "));

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(Files.readAllLines(folder.resolve("run").resolve("cells.done"))).hasSize(1);
  }

  /** The first requests 100 000 bytes at a time, the second 900 000 and 10. */
  @Test
  void tracesOfOneNameHaveTheirOwnRowsAndAreToldApart() throws IOException {
    Path one = traceIn("a", "m 0 100000\nf 0\n");
    Path other = traceIn("b", "m 0 900000\nm 1 10\nf 0\n");
    Path run = folder.resolve("run");

    Outcome outcome =
        heapstakes(
            String.format(
                    Locale.ROOT,
                    "run -a bump --memory simulated -w %s -w %s --out %s",
                    one,
                    other,
                    run)
                .split(" "));

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    List<Cell> cells = CellsCsv.read(run.resolve("cells.csv"));
    assertThat(cells)
        .extracting(c -> c.count(Column.PEAK_REQUESTED_BYTES).orElse(-1))
        .containsExactly(100_000L, 900_010L);
    String first = "x@" + cells.get(0).key().trace().substring(0, 8);
    String second = "x@" + cells.get(1).key().trace().substring(0, 8);
    assertThat(outcome.output())
        .contains(first + "   2 operations", second + "   3 operations")
        .contains(first + " is " + one, second + " is " + other);
    assertThat(heapstakes("report", run.toString()).output()).contains(first, second);
  }

  @Test
  void aTraceThatChangedSinceTheRunBeganIsNotPutIntoItsTable() throws IOException {
    Path trace = traceIn("a", "m 0 100000\nf 0\n");
    Path run = folder.resolve("run");
    String line =
        String.format(Locale.ROOT, "run -a bump --memory simulated -w %s --out %s", trace, run);
    assertThat(heapstakes(line.split(" ")).exitCode()).isZero();
    String cells = Files.readString(run.resolve("cells.csv"));
    traceIn("a", "m 0 100001\nf 0\n");

    for (String words : List.of("run --resume --out " + run, line + " --resume")) {
      Outcome outcome = heapstakes(words.split(" "));
      assertThat(outcome.exitCode()).isEqualTo(2);
      assertThat(outcome.errors()).contains(trace.toString(), "no longer the trace");
    }
    assertThat(run.resolve("cells.csv")).hasContent(cells);
  }

  @Test
  void aRunThatConfirmsAnotherIsRefusedWhereItsTraceHasChanged() throws IOException {
    Path trace = traceIn("a", "m 0 100000\nf 0\n");
    Path run = folder.resolve("run");
    String line =
        String.format(Locale.ROOT, "run -a bump --memory simulated -w %s --out %s", trace, run);
    assertThat(heapstakes(line.split(" ")).exitCode()).isZero();
    Environment before = EnvironmentJson.read(run.resolve(Environment.NAME));
    traceIn("a", "m 0 100001\nf 0\n");

    Path again = folder.resolve("again");
    assertThatThrownBy(() -> SideRun.into(again, before.plan(), Optional.of(before)))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("no longer the trace");
    assertThat(again).doesNotExist();
  }

  private Path traceIn(String name, String events) throws IOException {
    Path place = Files.createDirectories(folder.resolve(name));
    return Files.writeString(place.resolve("x.hst"), "#heapstakes-trace 1\n" + events);
  }

  private static void checkCells(Path run) {
    CellKey simulated = key(run, "simulated");
    CellKey linux = key(run, "linux");
    List<Cell> cells = CellsCsv.read(run.resolve("cells.csv"));
    assertThat(cells).extracting(Cell::key).containsExactly(simulated, linux);
    assertThat(cells).extracting(c -> c.text(Column.STATUS)).containsOnly("ok");
    assertThat(cells.get(0).count(Column.OPS)).hasValue(12_000);
    // The largest request, and one block at a time is live.
    assertThat(cells.get(0).count(Column.PEAK_REQUESTED_BYTES)).hasValue(515);
    assertThat(cells.get(0).number(Column.THROUGHPUT_OPS_PER_S)).isEmpty();
    assertThat(cells.get(1).number(Column.THROUGHPUT_OPS_PER_S).orElse(0)).isPositive();
    assertThat(cells.get(1).number(Column.LATENCY_P99_NS).orElse(0)).isPositive();
    assertThat(TimelineCsv.in(run).read()).containsOnlyKeys(simulated);
    assertThat(LatencyCsv.in(run).read()).containsOnlyKeys(linux);
  }

  private static void checkFiles(Path run) throws IOException {
    JsonNode jmh = JsonMapper.builder().build().readTree(run.resolve("jmh.json"));
    assertThat(jmh).hasSize(1);
    assertThat(jmh.get(0).at("/params/allocator").asString()).isEqualTo("bump");
    assertThat(jmh.get(0).at("/secondaryMetrics/peak_resident_bytes/score").asLong()).isPositive();
    Environment environment = EnvironmentJson.read(run.resolve("environment.json"));
    assertThat(environment.commandLine()).contains("run", "-a", "bump");
    assertThat(environment.contestants())
        .extracting(Environment.Contestant::kind)
        .containsExactly("floor");
    assertThat(Files.readAllLines(run.resolve("cells.done"))).hasSize(2);
    Path histograms = CellFiles.histograms(run, key(run, "linux"));
    try (HistogramLogReader reader = new HistogramLogReader(histograms.toFile())) {
      List<String> tags = new ArrayList<>();
      for (var next = reader.nextIntervalHistogram();
          next != null;
          next = reader.nextIntervalHistogram()) {
        tags.add(next.getTag());
      }
      assertThat(tags).contains("malloc", "free");
    }
    try (Stream<Path> files = Files.list(run)) {
      assertThat(files.map(f -> f.getFileName().toString())).noneMatch(f -> f.endsWith(".tmp"));
    }
  }

  @Test
  void theProfileOfMemoryMetersARealLibraryBesideItsTwinAndTimesNobody() throws IOException {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
    Path run = folder.resolve("run");
    String line = "run -a ptmalloc2 -a native-glibc --profile memory -w %s --out %s";

    Outcome outcome = heapstakes(String.format(Locale.ROOT, line, trace(folder), run).split(" "));

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(CellsCsv.ofRun(run))
        .hasSize(2)
        .allSatisfy(cell -> {
          assertThat(cell.number(Column.PEAK_RESIDENT_BYTES).isPresent()).isTrue();
          assertThat(cell.text(Column.THROUGHPUT_OPS_PER_S)).isEmpty();
        });
    assertThat(run.resolve(ForksCsv.NAME)).doesNotExist();
    assertThat(heapstakes("run", "-w", "jq", "--profile", "memory", "--forks", "2").errors())
        .contains("--forks: the profile 'memory' times nothing");
  }

  @Test
  @Tag("long")
  void aReferenceTakesTurnsInEachFork() throws IOException {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
    Path run = folder.resolve("run");

    Outcome outcome =
        heapstakes(
            String.format(
                    Locale.ROOT,
                    "run -a bump --memory linux --forks 2 --relative-to ptmalloc2 -w %s --out %s",
                    trace(folder),
                    run)
                .split(" "));

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    CellKey key = key(run, "linux");
    double[] own = throughputs(run, ForksCsv.NAME, key);
    double[] reference = throughputs(run, ForksCsv.REFERENCES, key);
    assertThat(own).hasSize(2).doesNotContain(reference);
    assertThat(reference).hasSize(2);
    assertThat(EnvironmentJson.read(run.resolve(Environment.NAME)).plan().relativeTo())
        .hasValue("ptmalloc2");
    assertThat(CellsCsv.read(run.resolve("cells.csv"))).extracting(Cell::key).containsExactly(key);
    try (Stream<Path> files = Files.list(run)) {
      assertThat(files.map(f -> f.getFileName().toString())).noneMatch(f -> f.endsWith(".tmp"));
    }
  }

  private static double[] throughputs(Path run, String name, CellKey key) {
    return ForksCsv.read(run, name)
        .getOrDefault(key, Map.of())
        .getOrDefault(Column.THROUGHPUT_OPS_PER_S, new double[0]);
  }

  @Test
  void aReferenceThatIsNotKnownIsRefusedBeforeAnythingRuns() {
    Path run = folder.resolve("run");

    Outcome outcome =
        heapstakes("run", "-a", "bump", "-w", "jq", "--relative-to", "glibc", "--out", "" + run);

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.errors()).contains("glibc", "native-glibc");
    assertThat(run).doesNotExist();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "run -a ptmaloc2 -w sqlite3, Did you mean 'ptmalloc2'",
    "run -a ptmalloc2:trim_treshold=1 -w sqlite3, Did you mean 'trim_threshold'",
    "run -a ptmalloc2:trim_threshold=-5 -w sqlite3, value '-5'",
    "run -a bump -w sqlite, Did you mean 'sqlite3'",
    "run -a bump -w four-byte-flood:m=3, no setting 'm'",
    "run -a bump -w sqlite3 --memory simulatd, Did you mean 'simulated'",
    "run -a bump -w sqlite3 --profile quik, quik",
    "run --profil quick, Did you mean",
    "run -a native:/no/such/lib.so -w sqlite3, /no/such/lib.so",
    "list nonsense, nonsense",
    "doctr, Did you mean",
  })
  void aMistypedWordEndsWithTwoAndSaysWhatWasMeant(String line, String expected) {
    List<String> words = new ArrayList<>(Arrays.asList(line.split(" ")));
    if (words.getFirst().equals("run")) {
      words.addAll(List.of("--out", folder.resolve("none").toString()));
    }

    Outcome outcome = heapstakes(words.toArray(String[]::new));

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.errors()).startsWith("heapstakes: ").contains(expected);
    assertThat(outcome.errors()).doesNotContain("\tat ");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void listAndHelpShowWhatThereIs() {
    assertThat(heapstakes("list").output()).contains("ptmalloc2", "sqlite3", "trim_threshold");
    assertThat(heapstakes("run", "--help").output()).contains("--resume", "Examples:");
    assertThat(heapstakes().output()).contains("Commands:", "doctor");
  }

  @Test
  void doctorLooksAtEverythingResultsDependOn() {
    Outcome outcome = heapstakes("doctor");

    assertThat(outcome.output().lines())
        .allMatch(line -> line.matches("(ok|warn|fail) .*| {17}.*"))
        .anyMatch(line -> line.matches("ok +java +" + Runtime.version().feature() + ".*"))
        .anyMatch(line -> line.matches("\\w+ +library +native-glibc.*"))
        .anyMatch(line -> line.matches("\\w+ +cache +.+"));
    assertThat(outcome.exitCode()).isZero();
  }

  /** Nothing is said of contestants and memory: the workload's own, and its phases. */
  @Test
  void aQuestionBringsItsContestantsAndItsMemory() {
    Path run = folder.resolve("run");

    Outcome outcome = heapstakes("run", "-w", "teardown:n=60000", "--out", run.toString());

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(CellsCsv.read(run.resolve("cells.csv")))
        // in the versions of the libraries that are installed
        .extracting(c -> c.key().allocator().replaceFirst("@.*", "") + " on " + c.key().memory())
        .containsExactly(
            "bump on simulated:memory_max=1M,swap=8M",
            "ptmalloc2 on simulated:memory_max=1M,swap=8M",
            "tcmalloc on simulated:memory_max=1M,swap=8M",
            "jemalloc on simulated:memory_max=1M,swap=8M");
    assertThat(outcome.output()).contains("pages from swap", "allocated   requested", "exited");
  }

  @Test
  void whatTheUserNamesGoesBeforeWhatIsSuggested() {
    Path run = folder.resolve("run");

    Outcome outcome =
        heapstakes(
            "run",
            "-a",
            "bump",
            "-w",
            "teardown:n=2000",
            "--memory",
            "simulated:ram=1G",
            "--out",
            run.toString());

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(CellsCsv.read(run.resolve("cells.csv")))
        .extracting(c -> c.key().allocator() + " on " + c.key().memory())
        .containsExactly("bump on simulated:ram=1G");
  }
}
