package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static heapstakes.cli.TinyRun.key;
import static heapstakes.cli.TinyRun.trace;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.driver.NativeBuild;
import heapstakes.os.host.NativeLinuxProvider;
import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.TimelineCsv;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Libraries that die, hang, lie or borrow, as contestants. */
@Tag("long")
class FailingContestantTest {
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

  @Test
  void aContestantThatDiesFailsItsCellsAndNothingElse() throws Exception {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
    NativeBuild.ofDriver().unavailable().ifPresent(Assumptions::abort);
    Path library = compile(ABORTING_LIBRARY);
    String dying = "native:" + library + ",dying_";
    Path run = folder.resolve("run");

    Outcome outcome =
        heapstakes(
            "run",
            "-a",
            dying,
            "-a",
            "bump",
            "-w",
            trace(folder).toString(),
            "--out",
            run.toString());

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
            "run",
            "-a",
            broken,
            "-w",
            trace(folder).toString(),
            "--memory",
            "linux",
            "--out",
            "" + run);

    assertThat(outcome.exitCode()).as(outcome.errors()).isEqualTo(3);
    assertThat(outcome.output()).contains("timing broken", "not aligned to 16 bytes");
    assertThat(CellsCsv.read(run.resolve("cells.csv")))
        .hasSize(1)
        .allSatisfy(c -> assertThat(c.text(Column.STATUS)).isEqualTo("broken"))
        .allSatisfy(c -> assertThat(c.number(Column.THROUGHPUT_OPS_PER_S)).isEmpty())
        .allSatisfy(c -> assertThat(c.number(Column.PEAK_RESIDENT_BYTES)).isEmpty());
    assertThat(heapstakes("run", "--resume", "--out", "" + run).exitCode()).isEqualTo(3);
    assertThat(heapstakes("replay", "-a", broken, "-t", trace(folder).toString()))
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
      static char *pool; static size_t at; static long n; static int timed = -1;
      static void *place(size_t align, size_t s) {
        if (timed < 0) {
          char name[32] = {0};
          int file = open("/proc/self/comm", O_RDONLY);
          read(file, name, 31);
          close(file);
          timed = !strncmp(name, WHERE, strlen(WHERE));
          pool = mmap(0, 1 << 28, 3, 34, -1, 0);
        }
        if (timed && ++n > 2000) for (;;) { close(open(MARK, O_CREAT | O_WRONLY, 0600)); pause(); }
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

  /**
   * @param where begins the name of the processes in which it hangs: {@code timer}; empty: of any
   */
  private String hanging(Path mark, String where) throws Exception {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
    NativeBuild.ofDriver().unavailable().ifPresent(Assumptions::abort);
    Path library =
        compile(
            String.format(Locale.ROOT, "#define MARK \"%s\"%n#define WHERE \"%s\"%n", mark, where)
                + HANGING_LIBRARY);
    return "native:" + library + ",hang_";
  }

  @Test
  void aForkThatHangsIsEndedAndTheNextCellFollows() throws Exception {
    String hanging = hanging(folder.resolve("mark"), "timer");
    Path run = folder.resolve("run");
    String words = "run -a %s -a bump -w %s --memory linux --timeout 10 --out %s";

    Outcome outcome =
        heapstakes(String.format(Locale.ROOT, words, hanging, trace(folder), run).split(" "));

    assertThat(outcome.exitCode()).as(outcome.errors()).isEqualTo(3);
    assertThat(outcome.output()).contains("timing failed: the fork was not done after 10 s");
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
    String hanging = hanging(mark, "timer");
    String words = "run -a %s -w %s --memory linux --out %s";
    Process run =
        start(
            mark, String.format(Locale.ROOT, words, hanging, trace(folder), folder.resolve("run")));
    List<ProcessHandle> forks = run.descendants().toList();
    assertThat(forks).isNotEmpty();

    new ProcessBuilder("sh", "-c", "kill -" + signal + " " + run.pid()).start().waitFor();
    run.waitFor();
    for (ProcessHandle fork : forks) {
      fork.onExit().get(30, TimeUnit.SECONDS);
    }
  }

  /** Ctrl-C reaches the driver as well, and that may be done sooner. */
  @Test
  void whatTheUserEndsIsNotTheLibrarysDoing() throws Exception {
    Path mark = folder.resolve("mark");
    String words = "replay -a %s -t %s --memory linux";
    Process replay =
        start(mark, String.format(Locale.ROOT, words, hanging(mark, ""), trace(folder)));
    long driver = replay.descendants().findFirst().orElseThrow().pid();
    String script = "kill -INT %d; sleep 0.2; kill -TERM %d";

    new ProcessBuilder("sh", "-c", String.format(Locale.ROOT, script, driver, replay.pid()))
        .start()
        .waitFor();

    assertThat(replay.waitFor()).isEqualTo(128 + 15);
    assertThat(folder.resolve("said")).isEmptyFile();
  }

  /** The program in a process of its own, once the library has left {@code mark}. */
  private Process start(Path mark, String words) throws Exception {
    Process process =
        Outcome.inAJvm(List.of(), List.of(words.split(" ")))
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    while (!Files.exists(mark) && process.isAlive()) {
      Thread.sleep(50);
    }
    assertThat(mark).as(Files.readString(folder.resolve("said"))).exists();
    return process;
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
                    Locale.ROOT,
                    "replay -a native:%s,wrap_ --memory linux -t %s",
                    library,
                    trace(folder))
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
}
