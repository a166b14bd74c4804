package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.driver.NativeBuild;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RunCommandTest {
  /** Aborts at the thousandth request, as a library does that finds its heap damaged. */
  private static final String ABORTING_LIBRARY =
      """
      #include <stdlib.h>
      #include <stdio.h>
      static int calls;
      void *dying_malloc(size_t size) {
        if (++calls == 1000) {
          fprintf(stderr, "dying_malloc(): corrupted on purpose\\n");
          abort();
        }
        return malloc(size);
      }
      void dying_free(void *p) { free(p); }
      void *dying_calloc(size_t n, size_t size) { return calloc(n, size); }
      void *dying_realloc(void *p, size_t size) { return realloc(p, size); }
      void *dying_memalign(size_t a, size_t size) { return aligned_alloc(a, size); }
      void *dying_aligned_alloc(size_t a, size_t size) { return aligned_alloc(a, size); }
      size_t dying_malloc_usable_size(void *p) { return 0; }
      """;

  @TempDir Path folder;

  /** Just long enough to be timed. */
  private Path trace() throws IOException {
    Stream<String> lines =
        IntStream.range(0, 6000)
            .boxed()
            .flatMap(i -> Stream.of("m " + i % 50 + " " + (16 + i % 500), "f " + i % 50));
    return Files.write(folder.resolve("tiny.hst"), lines.toList());
  }

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
        heapstakes("run", "-a", "bump", "-w", trace().toString(), "--out", run.toString());

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(outcome.output()).contains("tiny", "bump", "Mops/s", "12 000 operations");
    assertThat(outcome.output()).doesNotContain("\u001b", "# JMH version");
    checkCells(run);
    checkFiles(run);
  }

  /** Of {@link #trace}, with the digest that the environment has of it. */
  private static CellKey key(Path run, String memory) {
    Environment.Workload workload =
        EnvironmentJson.read(run.resolve(Environment.NAME)).workloads().getFirst();
    return new CellKey("bump", "", "tiny", workload.traceSha256(), memory, 1);
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
  void aReferenceTakesTurnsInEachFork() throws IOException {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
    Path run = folder.resolve("run");

    Outcome outcome =
        heapstakes(
            String.format(
                    Locale.ROOT,
                    "run -a bump --memory linux --forks 2 --relative-to ptmalloc2 -w %s --out %s",
                    trace(),
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

  @Test
  void aContestantThatDiesFailsItsCellsAndNothingElse() throws Exception {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
    NativeBuild.ofDriver().unavailable().ifPresent(Assumptions::abort);
    Path library = compile(ABORTING_LIBRARY);
    String dying = "native:" + library + ",dying_";
    Path run = folder.resolve("run");

    Outcome outcome =
        heapstakes(
            "run", "-a", dying, "-a", "bump", "-w", trace().toString(), "--out", run.toString());

    assertThat(outcome.exitCode()).as(outcome.errors()).isEqualTo(3);
    assertThat(outcome.output()).contains("timing failed", "SIGABRT", "run --resume --out");
    List<Cell> cells = CellsCsv.read(run.resolve("cells.csv"));
    assertThat(cells)
        .filteredOn(c -> c.key().allocator().equals(dying))
        .isNotEmpty()
        .allSatisfy(c -> assertThat(c.text(Column.STATUS)).isEqualTo("failed"))
        .allSatisfy(c -> assertThat(c.number(Column.THROUGHPUT_OPS_PER_S)).isEmpty());
    assertThat(cells)
        .filteredOn(c -> c.key().allocator().equals("bump"))
        .allSatisfy(c -> assertThat(c.text(Column.STATUS)).isEqualTo("ok"));

    CellKey finished = key(run, "simulated");
    List<List<String>> before = TimelineCsv.in(run).read().get(finished);
    Outcome again = heapstakes("run", "--resume", "--memory", "simulated", "--out", run.toString());
    assertThat(again.exitCode()).as("what is left of the plan is done").isZero();
    assertThat(TimelineCsv.in(run).read().get(finished)).isNotEmpty().isEqualTo(before);
  }

  @Test
  void aBrokenLibraryHasNoFiguresAndNoRank() throws Exception {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
    NativeBuild.ofDriver().unavailable().ifPresent(Assumptions::abort);
    Path library =
        compile(
            """
            #include <stddef.h>
            static char aligned[1 << 20] __attribute__((aligned(16)));
            #define block (aligned + 4)
            void *one_malloc(size_t size) { return block; }
            void one_free(void *p) { }
            void *one_calloc(size_t n, size_t size) { return block; }
            void *one_realloc(void *p, size_t size) { return block; }
            void *one_memalign(size_t a, size_t size) { return block; }
            size_t one_malloc_usable_size(void *p) { return sizeof aligned - 4; }
            """);
    String broken = "native:" + library + ",one_";
    Path run = folder.resolve("run");

    Outcome outcome =
        heapstakes(
            "run", "-a", broken, "-w", trace().toString(), "--memory", "linux", "--out", "" + run);

    assertThat(outcome.exitCode()).as(outcome.errors()).isEqualTo(3);
    assertThat(outcome.output()).contains("timing broken", "not aligned to 16 bytes");
    assertThat(CellsCsv.read(run.resolve("cells.csv")))
        .hasSize(1)
        .allSatisfy(c -> assertThat(c.text(Column.STATUS)).isEqualTo("broken"))
        .allSatisfy(c -> assertThat(c.number(Column.THROUGHPUT_OPS_PER_S)).isEmpty())
        .allSatisfy(c -> assertThat(c.number(Column.PEAK_RESIDENT_BYTES)).isEmpty());
    assertThat(heapstakes("run", "--resume", "--out", "" + run).exitCode()).isEqualTo(3);
    assertThat(heapstakes("replay", "-a", broken, "-t", trace().toString()))
        .satisfies(o -> assertThat(o.exitCode()).isEqualTo(3))
        .satisfies(o -> assertThat(o.output()).contains("broken", "at operation 0"));
  }

  /** Hangs where the program is java: in a fork, and not in the driver. Says so by a file. */
  private static final String HANGING_LIBRARY =
      """
      #define _GNU_SOURCE
      #include <fcntl.h>
      #include <stddef.h>
      #include <string.h>
      #include <sys/mman.h>
      #include <unistd.h>
      static char *pool; static size_t at; static long n; static int java = -1;
      static void *place(size_t align, size_t s) {
        if (java < 0) {
          char name[32] = {0};
          int file = open("/proc/self/comm", O_RDONLY);
          read(file, name, 31);
          close(file);
          java = !strncmp(name, "java", 4);
          pool = mmap(0, 1 << 28, 3, 34, -1, 0);
        }
        if (java && ++n > 2000) for (;;) { close(open(MARK, O_CREAT | O_WRONLY, 0600)); pause(); }
        at = (at + 16 + align - 1) & -align;
        ((size_t *)(pool + at))[-1] = s;
        at += s + 16;
        return pool + at - s - 16;
      }
      void *hang_malloc(size_t s) { return place(16, s); }
      void hang_free(void *p) { }
      void *hang_calloc(size_t n, size_t s) { return place(16, n * s); }
      void *hang_memalign(size_t a, size_t s) { return place(a, s); }
      size_t hang_malloc_usable_size(void *p) { return p ? ((size_t *)p)[-1] : 0; }
      void *hang_realloc(void *o, size_t s) {
        size_t old = hang_malloc_usable_size(o);
        void *p = place(16, s);
        return o ? memcpy(p, o, old < s ? old : s) : p;
      }
      """;

  private String hanging(Path mark) throws Exception {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
    NativeBuild.ofDriver().unavailable().ifPresent(Assumptions::abort);
    Path library =
        compile(String.format(Locale.ROOT, "#define MARK \"%s\"%n", mark) + HANGING_LIBRARY);
    return "native:" + library + ",hang_";
  }

  @Test
  void aForkThatHangsIsEndedAndTheNextCellFollows() throws Exception {
    String hanging = hanging(folder.resolve("mark"));
    Path run = folder.resolve("run");
    String words = "run -a %s -a bump -w %s --memory linux --timeout 5 --out %s";

    Outcome outcome =
        heapstakes(String.format(Locale.ROOT, words, hanging, trace(), run).split(" "));

    assertThat(outcome.exitCode()).as(outcome.errors()).isEqualTo(3);
    assertThat(outcome.output()).contains("timing failed: the fork was not done after 5 s");
    assertThat(folder.resolve("mark")).exists();
    assertThat(CellsCsv.read(run.resolve("cells.csv")))
        .filteredOn(c -> c.key().allocator().equals("bump"))
        .allSatisfy(c -> assertThat(c.number(Column.THROUGHPUT_OPS_PER_S)).isPresent())
        .hasSize(1);
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"TERM", "KILL"})
  void aForkThatHangsEndsWithTheRun(String signal) throws Exception {
    Path mark = folder.resolve("mark");
    String hanging = hanging(mark);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("heapstakes.cli.Heapstakes");
    String words = "run -a %s -w %s --memory linux --out %s";
    command.addAll(
        List.of(
            String.format(Locale.ROOT, words, hanging, trace(), folder.resolve("run")).split(" ")));
    Process run =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    while (!Files.exists(mark) && run.isAlive()) {
      Thread.sleep(50);
    }
    assertThat(mark).as(Files.readString(folder.resolve("said"))).exists();
    List<ProcessHandle> forks = run.descendants().toList();
    assertThat(forks).isNotEmpty();

    new ProcessBuilder("kill", "-" + signal, Long.toString(run.pid())).start().waitFor();
    run.waitFor();
    for (ProcessHandle fork : forks) {
      fork.onExit().get(30, TimeUnit.SECONDS);
    }
  }

  /** Its blocks are the C library's, which the driver has for itself. */
  @Test
  void aLibraryThatHandsOutBlocksOfAnotherIsNotMetered() throws Exception {
    NativeBuild.ofDriver().unavailable().ifPresent(Assumptions::abort);
    Path library =
        compile(
            """
            #include <malloc.h>
            #include <stdlib.h>
            void *wrap_malloc(size_t size) { return malloc(size); }
            void wrap_free(void *p) { free(p); }
            void *wrap_calloc(size_t n, size_t size) { return calloc(n, size); }
            void *wrap_realloc(void *p, size_t size) { return realloc(p, size); }
            void *wrap_memalign(size_t a, size_t size) { return memalign(a, size); }
            size_t wrap_malloc_usable_size(void *p) { return malloc_usable_size(p); }
            """);

    Outcome outcome =
        heapstakes(
            String.format(
                    Locale.ROOT, "replay -a native:%s,wrap_ --memory linux -t %s", library, trace())
                .split(" "));

    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.output() + outcome.errors())
        .contains("blocks of the C library's malloc", "neither checked nor metered")
        .doesNotContain("unexpected", "Exception");
  }

  private Path compile(String source) throws Exception {
    Path file = Files.writeString(folder.resolve("dying.c"), source);
    Path library = folder.resolve("libdying.so");
    Process compiler =
        new ProcessBuilder(
                "cc", "-shared", "-fPIC", "-O1", "-o", library.toString(), file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(compiler.getInputStream().readAllBytes(), UTF_8);
    assertThat(compiler.waitFor()).as(said).isZero();
    return library;
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
        .anyMatch(line -> line.matches("\\w+ +library +native-glibc.*"));
    assertThat(outcome.exitCode()).isZero();
  }

  /** Nothing is said of contestants and memory: the workload's own, and its phases. */
  @Test
  void aQuestionBringsItsContestantsAndItsMemory() {
    Path run = folder.resolve("run");

    Outcome outcome = heapstakes("run", "-w", "teardown:n=60000", "--out", run.toString());

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    assertThat(CellsCsv.read(run.resolve("cells.csv")))
        .extracting(c -> c.key().allocator() + " on " + c.key().memory())
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
