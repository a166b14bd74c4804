package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import heapstakes.driver.DriverOptions.Option;
import heapstakes.os.Syscall;
import heapstakes.results.Counts;
import heapstakes.results.Footprint;
import heapstakes.results.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Figures that can be had in two ways must be equal, on every library of this machine. */
class DriverFootprintTest {
  private static final TextTrace MIX = mix(0, 30_000);
  private static final TextTrace THREADS = mix(5, 9_000);

  private final Recorder recorder = new Recorder();

  /** Blocks of 8 B to 1 MiB that come and go, by some threads in turn. */
  private static TextTrace mix(int threads, int operations) {
    SplittableRandom random = new SplittableRandom(42);
    List<String> lines = new ArrayList<>();
    boolean[] live = new boolean[600];
    for (int i = 0; i < operations; i++) {
      if (threads > 0 && random.nextInt(50) == 0) {
        lines.add("t " + random.nextInt(threads));
      }
      int slot = random.nextInt(live.length);
      long size = 8 + random.nextLong(1L << (4 + random.nextInt(17)));
      if (live[slot] && random.nextInt(5) == 0) {
        lines.add("r " + slot + " " + size);
      } else {
        lines.add(live[slot] ? "f " + slot : "m " + slot + " " + size);
        live[slot] = !live[slot];
      }
      if (i % (operations / 3) == operations / 3 - 1) {
        lines.add("P third");
        lines.add("T 0");
      }
    }
    for (int thread = 1; thread < threads; thread++) {
      lines.add("t 0");
      lines.add("x " + thread);
    }
    return TextTrace.of(lines);
  }

  static List<MeteredLibrary> libraries() {
    return Libraries.all().toList();
  }

  private DriverReport run(MeteredLibrary library, TextTrace trace, DriverOptions options)
      throws InterruptedException {
    return new NativeProcess(library, Map.of()).run(trace, options, recorder);
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void subtractionAndPageTableAgreeOnResidentPages(MeteredLibrary library) throws Exception {
    for (TextTrace trace : List.of(MIX, THREADS)) {
      DriverReport report =
          run(library, trace, DriverOptions.FOOTPRINT.with(Option.NO_ASLR, false));

      assertThat(report.failure()).isEmpty();
      assertThat(report.footprint().outcome().status()).isEqualTo(Status.OK);
      assertThat(report.metering()).isEqualTo(DriverReport.Metering.EXACT);
      assertThat(report.driftPages()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  @Tag("long")
  void readingThePageTableEachTimeGivesTheSameFigures(MeteredLibrary library) throws Exception {
    DriverOptions counted = DriverOptions.FOOTPRINT;
    DriverOptions read = counted.with(Option.SCAN, true);
    Footprint once = run(library, THREADS, counted).footprint();
    Footprint again = run(library, THREADS, read).footprint();

    assertThat(again.space().peak()).isEqualTo(once.space().peak());
    assertThat(again.space().atPeakResident()).isEqualTo(once.space().atPeakResident());
    assertThat(again.timeline()).isEqualTo(once.timeline());
    assertThat(again.space().residentByteSeconds()).isEqualTo(once.space().residentByteSeconds());
    assertThat(again.space().timeToReturn()).isEqualTo(once.space().timeToReturn());
  }

  @Test
  void theKernelsMarksAgreeAsFarAsTheyAreExact() throws Exception {
    MeteredLibrary glibc = Libraries.glibc();
    Footprint exact = run(glibc, MIX, DriverOptions.FOOTPRINT).footprint();
    DriverReport marks = run(glibc, MIX, DriverOptions.FOOTPRINT.with(Option.TRAP, false));

    assertThat(marks.metering()).isEqualTo(DriverReport.Metering.KERNEL_MARKS);
    assertThat(marks.footprint().kernel().calls()).isEqualTo(Counts.NOT_MEASURED);
    assertThat(marks.footprint().space().end()).isEqualTo(exact.space().end());
    // VmHWM is taken from counters per processor that differ from their sum by up to 32 pages each.
    long slack = 4096L * Math.max(32, 2 * processors()) * processors();
    assertThat(marks.footprint().space().peak().residentBytes().orElse(0))
        .isCloseTo(exact.space().peak().residentBytes().orElse(0), within(slack));
    assertThat(marks.footprint().space().peak().mappedBytes())
        .isEqualTo(exact.space().peak().mappedBytes());
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void theLogOfCallsExplainsWhatIsMappedAndReturned(MeteredLibrary library) throws Exception {
    Footprint footprint = run(library, MIX, DriverOptions.OBSERVATION).footprint();

    assertThat(count(Syscall.SBRK)).isEqualTo(footprint.kernel().calls().of("sbrk").orElse(-1));
    assertThat(count(Syscall.MMAP)).isEqualTo(footprint.kernel().calls().of("mmap").orElse(-1));
    assertThat(count(Syscall.MUNMAP)).isEqualTo(footprint.kernel().calls().of("munmap").orElse(-1));
    assertThat(count(Syscall.MADVISE))
        .isEqualTo(footprint.kernel().calls().of("madvise").orElse(-1));
    assertThat(count(Syscall.MREMAP)).isEqualTo(footprint.kernel().calls().of("mremap").orElse(-1));
    assertThat(footprint.kernel().minorFaults().orElse(0) * 4096)
        .isGreaterThanOrEqualTo(footprint.space().peak().residentBytes().orElse(0) - baseline());
    // A page that is read before it is written costs two faults; glibc's malloc does no such thing.
    long came = footprint.kernel().minorFaults().orElse(0) * 4096 + returnedBefore() + baseline();
    long wentOrStays =
        total(footprint.kernel().returned()) + footprint.space().end().residentBytes().orElse(0);
    assertThat(wentOrStays).isLessThanOrEqualTo(came);
    if (library.file().isEmpty()) {
      assertThat(wentOrStays).isEqualTo(came);
    }
  }

  private long baseline() {
    return recorder.samples.getFirst().use().residentBytes().orElse(0);
  }

  private long returnedBefore() {
    return total(recorder.samples.getFirst().kernel().returned());
  }

  private static long total(Counts returned) {
    return Stream.of("brk", "munmap", "dontneed")
        .mapToLong(way -> returned.of(way).orElse(0))
        .sum();
  }

  private long count(Syscall kind) {
    return recorder.calls.stream().filter(call -> call.kind() == kind).count();
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void rangesAddUpToResidentAndMapped(MeteredLibrary library) throws Exception {
    DriverOptions options =
        DriverOptions.FOOTPRINT.with(Option.PAGES_EVERY, 1 << 30).with(Option.PAGE_BITS, true);
    Footprint footprint = run(library, THREADS, options).footprint();

    assertThat(recorder.ranges.stream().mapToLong(ResidentRange::residentPages).sum() * 4096)
        .isEqualTo(footprint.space().end().residentBytes().orElse(-1));
    assertThat(recorder.ranges.stream().mapToLong(ResidentRange::bytes).sum())
        .isEqualTo(footprint.space().end().mappedBytes().orElse(-1));
    assertThat(recorder.ranges)
        .allSatisfy(r -> assertThat(r.pages().cardinality()).isEqualTo((int) r.residentPages()));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void theSameTraceGivesTheSameFiguresAgain(MeteredLibrary library) throws Exception {
    DriverOptions options = DriverOptions.OBSERVATION.with(Option.COUNTERS_EVERY, 5000);
    Footprint once = run(library, THREADS, options).footprint();
    List<Long> addresses = List.copyOf(recorder.addresses);
    recorder.addresses.clear();
    Footprint again = run(library, THREADS, options).footprint();

    assertThat(again.space().peak()).isEqualTo(once.space().peak());
    assertThat(again.space().end()).isEqualTo(once.space().end());
    assertThat(again.timeline()).isEqualTo(once.timeline());
    assertThat(again.kernel().calls()).isEqualTo(once.kernel().calls());
    if (!library.name().contains("mimalloc")) { // it draws its addresses from random numbers
      assertThat(recorder.addresses).isEqualTo(addresses);
    }
  }
}
