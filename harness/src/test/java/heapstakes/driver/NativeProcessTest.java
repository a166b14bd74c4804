package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.driver.DriverOptions.Option;
import heapstakes.results.Status;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceInfo.Touch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeProcessTest {
  private static final DriverOptions PLAIN = DriverOptions.FOOTPRINT;

  private static DriverReport run(Trace trace, DriverOptions options) throws InterruptedException {
    return new NativeProcess(Libraries.glibc(), Map.of()).run(trace, options, DriverListener.NONE);
  }

  @Test
  void anAbortOfTheLibraryIsReportedWithItsWordsAndTheOperation() throws Exception {
    // The store runs over the size word of the next block, which glibc finds out when freeing it.
    DriverReport report = run(TextTrace.of("m 0 24", "m 1 24", "w 0 24 1", "f 1", "m 2 8"), PLAIN);

    assertThat(report.footprint().outcome().status()).isEqualTo(Status.ABORTED);
    assertThat(report.standardError()).isEqualTo("free(): invalid pointer");
    DriverReport.Failure failure = report.failure().orElseThrow();
    assertThat(failure.operation()).isEqualTo(3);
    assertThat(failure.signal()).isEqualTo(6);
    assertThat(report.footprint().space().peak().residentBytes()).isEmpty();
  }

  @Test
  void aSegmentationFaultIsReportedWithItsAddress() throws Exception {
    DriverReport report = run(TextTrace.of("m 0 24", "w 0 1099511627776 1"), PLAIN);

    assertThat(report.failure().orElseThrow().signal()).isEqualTo(11);
    assertThat(report.failure().orElseThrow().operation()).isEqualTo(1);
    assertThat(report.failure().orElseThrow().address() - report.initialBreak())
        .isEqualTo(672 + 1099511627776L);
  }

  @Test
  void requestsBeyondTheGuardAreRefusedNotServed() throws Exception {
    DriverReport report =
        run(
            TextTrace.of("m 0 3000000000", "m 1 100", "r 1 3000000000", "f 1"),
            PLAIN.with(Option.LIMIT, 1 << 30).withTouch(Touch.NONE));

    assertThat(report.footprint().outcome().status()).isEqualTo(Status.OK);
    assertThat(report.footprint().outcome().refused()).isEqualTo(2);
    assertThat(report.footprint().space().peak().requestedBytes()).hasValue(100);
    assertThat(report.footprint().space().end().requestedBytes()).hasValue(0);
  }

  @Test
  void aTraceThatStopsAtNullEndsThere() throws Exception {
    TraceInfo.Features stops = new TraceInfo.Features(false, false, true, "", Touch.NONE);
    DriverReport report = run(TextTrace.of("m 0 8", "m 1 -1", "m 2 8", "m 3 8").with(stops), PLAIN);

    assertThat(report.footprint().outcome().operations()).isEqualTo(2);
    assertThat(report.footprint().outcome().refused()).isEqualTo(1);
  }

  @Test
  void theExitOfTheProcessReturnsEverything() throws Exception {
    DriverReport report = run(TextTrace.of("m 0 100000", "X"), PLAIN);

    assertThat(report.exited()).isTrue();
    assertThat(report.footprint().space().peak().residentBytes().orElse(0)).isGreaterThan(100_000);
    assertThat(report.footprint().space().end().residentBytes()).hasValue(0);
    assertThat(report.footprint().space().end().mappedBytes()).hasValue(0);
  }

  @Test
  void touchSaysWhichPagesOfABlockBecomeResident() throws Exception {
    TextTrace trace = TextTrace.of("m 0 1000000");
    // The mapping's first page holds the chunk's header in any case.
    assertThat(peak(trace, Touch.NONE)).isEqualTo(4096 + firstPageOfTheHeap());
    assertThat(peak(trace, Touch.FIRST)).isEqualTo(4096 + firstPageOfTheHeap());
    assertThat(peak(trace, Touch.ALL)).isEqualTo(245 * 4096 + firstPageOfTheHeap());
  }

  /** The thread cache is allocated with the first block. */
  private static long firstPageOfTheHeap() {
    return 4096;
  }

  private static long peak(Trace trace, Touch touch) throws InterruptedException {
    return run(trace, PLAIN.withTouch(touch)).footprint().space().peak().residentBytes().orElse(-1);
  }

  @Test
  void settingsReachTheLibraryByItsEnvironment() throws Exception {
    TextTrace trace = TextTrace.of("m 0 1000000");
    NativeProcess process =
        new NativeProcess(Libraries.glibc(), Map.of("MALLOC_MMAP_THRESHOLD_", "2000000"));

    DriverReport report = process.run(trace, PLAIN, DriverListener.NONE);
    assertThat(report.footprint().kernel().calls().of("mmap")).hasValue(0);
    assertThat(run(trace, PLAIN).footprint().kernel().calls().of("mmap")).hasValue(1);
  }

  @Test
  void aContestantBringsItsFileAndItsSettings() throws Exception {
    Libraries.glibc();
    Contestant contestant = Allocators.parse("native-glibc:mmap_threshold=2M,tcache_count=0");
    Recorder recorder = new Recorder();
    DriverReport report =
        NativeProcess.of(contestant)
            .run(
                TextTrace.of("m 0 1000000", "m 1 24", "f 1", "c 2 1 24"),
                DriverOptions.OBSERVATION,
                recorder);

    assertThat(report.footprint().kernel().calls().of("mmap")).hasValue(0);
    assertThat(report.maps()).contains("[stack]").contains("libc");
    // calloc does not look into the thread cache: without one it finds the block that was freed.
    assertThat(recorder.breakOffsets().get(2)).isEqualTo(recorder.breakOffsets().get(1));
  }

  @Test
  void aModelHasNoLibraryToRun() {
    Libraries.glibc();
    assertThatThrownBy(() -> NativeProcess.of(Allocators.parse("bump")))
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("bump");
  }

  @Test
  void aLibraryWithAPrefixIsOpenedByTheDriver() throws Exception {
    MeteredLibrary preloaded = Libraries.tcmalloc();
    MeteredLibrary opened =
        MeteredLibrary.prefixed("native:tc", preloaded.file().orElseThrow(), "tc_");
    Recorder recorder = new Recorder();
    DriverReport report =
        new NativeProcess(opened, Map.of())
            .run(TextTrace.of("m 0 100", "f 0"), DriverOptions.OBSERVATION, recorder);

    assertThat(report.failure()).isEmpty();
    assertThat(report.footprint().space().peak().allocatedBytes())
        .hasValue(112); // class of 100 bytes
    assertThat(recorder.breakOffsets()).hasSize(1);
  }

  @Test
  void aTraceForSimulatedMemoryOnlyIsRefused() {
    TraceInfo.Features only =
        new TraceInfo.Features(false, false, false, "it takes 1 TiB", Touch.ALL);
    assertThatThrownBy(() -> run(TextTrace.of("m 0 1").with(only), PLAIN))
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("it takes 1 TiB");
  }

  @Test
  void aMissingLibraryIsNamed() {
    Libraries.glibc();
    MeteredLibrary missing = MeteredLibrary.preloaded("native:/no/such.so", Path.of("/no/such.so"));
    assertThatThrownBy(() -> new NativeProcess(missing, Map.of()))
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("/no/such.so");
  }

  @Test
  void aFileThatDoesNotReplaceMallocIsNoContestant(@TempDir Path folder) throws Exception {
    Libraries.glibc();
    Path noLibrary = Files.writeString(folder.resolve("text.so"), "no library at all");
    NativeProcess process =
        new NativeProcess(MeteredLibrary.preloaded("native:text", noLibrary), Map.of());
    assertThatThrownBy(() -> process.run(TextTrace.of("m 0 1"), PLAIN, DriverListener.NONE))
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("does not replace malloc")
        .hasMessageContaining(noLibrary.toString());
  }

  @Test
  void aDamagedTraceEndsInItsOwnError() {
    TraceException damage = new TraceException("byte 17: damaged");
    Trace broken =
        cursor(batch -> {
          throw damage;
        });
    assertThatThrownBy(() -> run(broken, PLAIN)).isSameAs(damage);
  }

  @Test
  void whatTakesTooLongIsEnded() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Trace stuck = cursor(batch -> await(never));
    DriverReport report = run(stuck, PLAIN.withTimeout(Duration.ofMillis(300)));
    assertThat(report.footprint().outcome().status()).isEqualTo(Status.FAILED);
    assertThat(report.footprint().outcome().detail()).contains("not done after");
    never.countDown();
    assertThat(drivers()).isEmpty();
  }

  @Test
  void whoKillsTheDriverIsNoKernelWithoutMemory() throws Exception {
    Trace killing =
        cursor(batch -> {
          drivers().forEach(ProcessHandle::destroyForcibly);
          return true;
        });
    DriverReport report = run(killing, PLAIN);

    assertThat(report.failure().orElseThrow().signal()).isEqualTo(9);
    assertThat(report.footprint().outcome().status()).isEqualTo(Status.FAILED);
    assertThat(report.footprint().outcome().detail()).contains("SIGKILL");
  }

  private static Stream<ProcessHandle> drivers() {
    return ProcessHandle.current().children().filter(NativeProcessTest::isDriver);
  }

  @Test
  void anInterruptEndsTheProcess() throws Exception {
    Libraries.glibc();
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Trace stuck =
        cursor(batch -> {
          reached.countDown();
          return await(never);
        });
    boolean[] interrupted = new boolean[1];
    Thread runner =
        new Thread(() -> {
          try {
            run(stuck, PLAIN);
          } catch (InterruptedException e) {
            interrupted[0] = true;
          }
        });
    runner.start();
    reached.await();
    runner.interrupt();
    runner.join();
    never.countDown();

    assertThat(interrupted[0]).isTrue();
    assertThat(drivers()).isEmpty();
  }

  private static boolean isDriver(ProcessHandle process) {
    // One that was killed may still be waited for by the JVM: it is no longer running anything.
    return process.isAlive() && process.info().command().orElse("").contains("heapstakes/driver-");
  }

  private static boolean await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** A trace of one slot whose batches come from {@code next}. */
  private static Trace cursor(Predicate<EventBatch> next) {
    TraceInfo info =
        new TraceInfo("test", "", 1, 1, 1, List.of(0), List.of(), 1, 1, TraceInfo.Features.PLAIN);
    return new Trace() {
      @Override
      public TraceInfo info() {
        return info;
      }

      @Override
      public TraceCursor open() {
        return new TraceCursor() {
          @Override
          public boolean next(EventBatch batch) {
            batch.clear();
            batch.add(Op.MALLOC, 0, 1, 0);
            return next.test(batch);
          }

          @Override
          public void close() {}
        };
      }
    };
  }
}
