package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Footprint;
import heapstakes.results.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processes of a trace that forks: what they share is counted once, and none is left behind. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ForkedProcessTest {
  private static final long PAGE = 4096;
  private static final DriverOptions PLAIN =
      DriverOptions.FOOTPRINT.withSilence(Duration.ofSeconds(5));

  /** Statements of a malloc that are carried out in children only. */
  private static final String IN_A_CHILD =
      "MALLOC=static long me; if (!me) me = getpid(); if (getpid() != me) ";

  @TempDir private Path folder;

  private static DriverReport run(MeteredLibrary library, DriverOptions options, TextTrace trace)
      throws InterruptedException {
    return new NativeProcess(library, Map.of()).run(trace, options, DriverListener.NONE);
  }

  private static Footprint metered(String... lines) throws InterruptedException {
    DriverReport report = run(Libraries.glibc(), PLAIN, TextTrace.of(lines));
    assertThat(report.footprint().outcome().detail()).isEmpty();
    return report.footprint();
  }

  private DriverReport faulty(DriverOptions options, String... faults) throws Exception {
    Libraries.glibc();
    return run(
        BadLibrary.with(folder, faults),
        options,
        TextTrace.of("m 0 40", "F 1", "m 1 100", "t 1", "m 2 100", "m 4242 8", "X", "t 0"));
  }

  /** By a slot that no other test's trace has. */
  private static List<ProcessHandle> ours() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(" slots=4243 "))
        .toList();
  }

  private static void assertNobodyIsLeft() throws InterruptedException {
    for (int i = 0; i < 100 && !ours().isEmpty(); i++) {
      Thread.sleep(100);
    }
    assertThat(ours()).isEmpty();
  }

  /**
   * A mapping of 101 pages: its child writes ten, then the parent all, of which 91 are shared
   * still; what the child had alone goes with it, and the rest when the parent frees it.
   */
  @Test
  void aPageThatProcessesShareIsOne() throws Exception {
    String[] begin = {"m 0 409600", "F 1"};
    long alone = peak(metered("m 0 409600"));
    String[] write = {"t 1", "w 0 0 40000", "t 0", "w 0 0 409600"};
    Footprint forked = metered(begin);
    Footprint written = metered(joined(begin, write));
    Footprint exited = metered(joined(begin, write, new String[] {"t 1", "X", "t 0"}));

    assertThat(peak(forked)).isEqualTo(alone);
    assertThat(forked.kernel().copiedOnWriteBytes()).hasValue(0);
    assertThat(written.kernel().copiedOnWriteBytes()).hasValue(101 * PAGE);
    assertThat(written.space().end().residentBytes()).hasValue(alone + 101 * PAGE);
    assertThat(exited.space().end().residentBytes()).hasValue(alone);
    assertThat(peak(exited)).isEqualTo(alone + 101 * PAGE);
    assertThat(written.space().peak().requestedBytes()).hasValue(2 * 409600);
  }

  private static long peak(Footprint footprint) {
    return footprint.space().peak().residentBytes().orElse(-1);
  }

  private static String[] joined(String[]... parts) {
    return List.of(parts).stream().flatMap(part -> List.of(part).stream()).toArray(String[]::new);
  }

  /** The parent first, its child, a grandchild; and all of them, so that nothing is left. */
  @Test
  void whoeverExitsTakesOnlyItsOwn() throws Exception {
    Footprint all =
        metered(
            "m 0 409600",
            "F 1",
            "X",
            "t 1",
            "F 2",
            "w 0 0 409600",
            "X",
            "t 2",
            "f 0",
            "X",
            "P end");

    assertThat(all.space().end().residentBytes()).hasValue(0);
    assertThat(all.space().end().requestedBytes()).hasValue(0);
    assertThat(all.space().end().mappedBytes()).hasValue(0);
    assertThat(all.kernel().calls().of("munmap")).hasValue(1);
    assertThat(all.counters()).containsEntry("hblks", 1L);
  }

  @Test
  void threadsOfEachProcessComeAndGo() throws Exception {
    Footprint footprint =
        metered(
            "m 0 40", "t 1", "m 1 40", "F 2", "t 2", "f 0", "t 3", "f 1", "m 5 40", "t 0", "x 3",
            "f 0", "x 0", "t 1", "f 1", "t 2", "f 5", "x 2", "t 1", "F 4", "t 4", "m 6 9");
    assertThat(footprint.space().end().requestedBytes()).hasValue(9);
    assertThat(footprint.outcome().operations()).isEqualTo(9);
  }

  @Tag("long")
  @Test
  void thousandsOfForksLeaveNobody() throws Exception {
    List<String> lines = new ArrayList<>(List.of("m 4242 4000"));
    int children = 3000;
    for (int child = 1; child <= children; child++) {
      lines.addAll(List.of("F " + child, "t " + child, "m 1 40", "X", "t 0"));
    }
    DriverReport report = run(Libraries.glibc(), PLAIN, TextTrace.of(lines));

    assertThat(report.footprint().outcome().detail()).isEmpty();
    assertThat(report.footprint().outcome().operations()).isEqualTo(1 + children);
    assertThat(report.footprint().kernel().copiedOnWriteBytes()).hasValue(children * PAGE);
    assertThat(ours()).isEmpty();
  }

  @Tag("long")
  @Test
  void aLibraryThatHangsInAChildIsEndedWithAllProcesses() throws Exception {
    DriverReport report = faulty(PLAIN, IN_A_CHILD + "for (;;) pause()");
    assertThat(report.footprint().outcome().detail()).contains("no sign of life for 5 s");
    assertNobodyIsLeft();
  }

  @Test
  void aLibraryThatHangsAsItIsForkedIsEndedWithAllProcesses() throws Exception {
    DriverReport report =
        faulty(
            PLAIN,
            "MALLOC=void hang(void) { for (;;) pause(); } if (n == 1) pthread_atfork(0, 0, hang)");
    assertThat(report.footprint().outcome().detail()).contains("no sign of life for 5 s");
    assertNobodyIsLeft();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "abort()                   | aborted | at operation 2: ",
        "*(volatile char *) 64 = 1 | failed  | at 0x40",
        "_exit(0)                  | failed  | ended itself with exit code 0",
        "raise(9)                  | failed  | SIGKILL",
      })
  void whatAChildDoesIsReportedWithItsOperation(String what, String status, String detail)
      throws Exception {
    DriverReport report = faulty(PLAIN, IN_A_CHILD + what);
    assertThat(report.footprint().outcome().status().word()).isEqualTo(status);
    assertThat(report.footprint().outcome().detail()).contains(detail);
    assertNobodyIsLeft();
  }

  @Test
  void blocksOfChildrenAreCheckedAsWell() throws Exception {
    assertThat(faulty(DriverOptions.CHECK).failure()).isEmpty();
    DriverReport report = faulty(DriverOptions.CHECK, IN_A_CHILD + "at = 0");
    assertThat(report.footprint().outcome().status()).isEqualTo(Status.BROKEN);
    assertThat(report.footprint().outcome().detail()).contains("handed out already");
    assertNobodyIsLeft();
  }

  @Test
  void childrenEndWithADriverThatIsKilled() throws Exception {
    Thread killer =
        Thread.ofVirtual()
            .start(() -> {
              while (ours().size() < 3) { // the supervisor, the first process, its child
                Thread.onSpinWait();
              }
              ours().stream()
                  .filter(process ->
                      process.parent().map(ProcessHandle::pid).orElse(0L)
                          == ProcessHandle.current().pid())
                  .forEach(ProcessHandle::destroyForcibly);
            });
    DriverReport report =
        faulty(PLAIN.withSilence(Duration.ofMinutes(2)), IN_A_CHILD + "for (;;) pause()");
    killer.join();
    assertThat(report.footprint().outcome().detail()).contains("SIGKILL");
    assertNobodyIsLeft();
  }
}
