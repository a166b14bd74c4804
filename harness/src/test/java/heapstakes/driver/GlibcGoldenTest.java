package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.replay.TraceSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Golden facts of glibc 2.36, taken by other means: ptmalloc2.md, section 20. */
class GlibcGoldenTest {
  private final Recorder recorder = new Recorder();

  @BeforeEach
  void onlyWhereTheGoldenFiguresHold() {
    Libraries.assumeGlibc236();
  }

  private DriverReport run(List<String> lines, DriverOptions options) throws InterruptedException {
    return new NativeProcess(Libraries.glibc(), Map.of())
        .run(TextTrace.of(lines), options, recorder);
  }

  private static List<String> each(int from, int to, String format) {
    return IntStream.range(from, to)
        .mapToObj(i -> format.replace("#", Integer.toString(i)))
        .toList();
  }

  /**
   * As a C program of two threads does (gcc, glibc 2.36): pthread_create has allocated in main, so
   * that the block of the thread that mallocs first lies in a heap of its own.
   */
  @Test
  void theInitialThreadHasTheMainArenaThoughAnotherAllocatesFirst() throws Exception {
    run(List.of("t 1", "m 0 100", "t 0", "m 1 100"), DriverOptions.OBSERVATION);

    assertThat(recorder.locations)
        .extracting(Location::kind)
        .containsExactly(Location.Kind.HEAP, Location.Kind.BRK);
  }

  @Test
  void tenBlocksFreedInOrderComeBackFromTheThreadCacheAndTheUnsortedBin() throws Exception {
    List<String> lines = new ArrayList<>(each(0, 10, "m # 100"));
    lines.addAll(each(0, 10, "f #"));
    lines.addAll(each(0, 10, "m # 100"));
    run(lines, DriverOptions.OBSERVATION);

    assertThat(recorder.breakOffsets())
        .containsExactly(
            672L, 784L, 896L, 1008L, 1120L, 1232L, 1344L, 1456L, 1568L, 1680L, 1344L, 1232L, 1120L,
            1008L, 896L, 784L, 672L, 1680L, 1456L, 1568L);
  }

  @Test
  void reallocAndMemalignCarveWhereTheSpecificationSaysTheyDo() throws Exception {
    // S6 and S7 in processes of their own.
    run(
        List.of("m 0 1000", "r 0 900", "m 1 60", "r 0 3000", "r 0 100", "m 2 2880"),
        DriverOptions.OBSERVATION);
    run(List.of("g 0 4096 100", "g 1 256 1000", "m 2 500", "m 3 24"), DriverOptions.OBSERVATION);

    assertThat(recorder.breakOffsets())
        .containsExactly(672L, 672L, 1680L, 1760L, 1760L, 1872L, 4096L, 256L, 1984L, 2496L);
  }

  @Test
  void theBreakFallsOnceTheTopExceedsTheTrimThreshold() throws Exception {
    run(List.of("m 0 100000", "m 1 100000", "f 1", "f 0"), DriverOptions.OBSERVATION);

    assertThat(recorder.breaks).containsExactly(135168L, 335872L, 233472L, 135168L);
  }

  @ParameterizedTest(name = "free_and_sbrk 1000 10240 {0} {1} {2}")
  @CsvSource({
    "2, 1, 1000, 10391552, 134896, 501",
    "1, 1, 999, 10391552, 134896, 2",
    "1, 500, 1000, 5251072, 132672, 1",
    "1, 1, 1000, 135168, 134512, 1"
  })
  void theBookExampleEndsWithTheBreakOfTheSpecification(
      int step, int first, int last, long breakAfter, long keepcost, long ordblks)
      throws Exception {
    List<String> lines = new ArrayList<>(each(0, 1000, "m # 10240"));
    lines.add("P full");
    for (int i = first - 1; i < last; i += step) {
      lines.add("f " + i);
    }
    DriverReport report = run(lines, DriverOptions.FOOTPRINT);

    assertThat(recorder.samples.stream().filter(s -> s.phase() == 0).map(Sample::breakOffset))
        .containsExactly(10391552L);
    assertThat(report.footprint().space().end().mappedBytes()).hasValue(breakAfter);
    assertThat(report.footprint().counters())
        .containsEntry("keepcost", keepcost)
        .containsEntry("ordblks", ordblks)
        .containsEntry("arena", breakAfter);
  }

  @Test
  void aThreadsFirstBlockLiesBehindItsArenasHeaderInHeapOne() throws Exception {
    run(List.of("m 0 24", "t 7", "m 1 24", "x 7", "t 0", "m 2 24"), DriverOptions.OBSERVATION);

    assertThat(recorder.locations.stream().map(Location::region).map(r -> r.orElseThrow().name()))
        .containsExactly("brk", "heap1", "brk");
    // heap_info 48 + malloc_state 2200 + chunk of the thread cache 656 + header 16, aligned to 16.
    assertThat(Location.offset(recorder.locations.get(1))).isEqualTo(0xb70);
    assertThat(recorder.breakOffsets()).containsExactly(672L, 704L);
  }

  @ParameterizedTest
  @CsvSource({"sqlite3, 16", "jq, 36"})
  void recordedProgramsEndWithTheMegabytesHeldOfTheirOrigin(String name, long megabytes)
      throws Exception {
    // The workloads' own notes on where they are from: what glibc held when they were done.
    DriverReport report =
        new NativeProcess(Libraries.glibc(), Map.of())
            .run(TraceSource.open(name), DriverOptions.FOOTPRINT, recorder);

    assertThat(report.footprint().space().end().residentBytes().orElse(0))
        .isBetween(megabytes * 1_000_000, megabytes * 1_000_000 + 500_000);
    assertThat(report.driftPages()).isZero();
  }

  @Test
  void theFourByteFloodFreedForwardCollapsesAndFreedBackwardIsPinned() throws Exception {
    // Section 20.4 has these figures for 10 million objects.
    int n = 10_000_000;
    NativeProcess process = new NativeProcess(Libraries.glibc(), Map.of());
    DriverReport forward = process.run(new Flood(n, false), DriverOptions.FOOTPRINT, recorder);
    DriverReport backward = process.run(new Flood(n, true), DriverOptions.FOOTPRINT, recorder);

    assertThat(forward.footprint().space().peak().mappedBytes()).hasValue(320_077_824);
    assertThat(forward.footprint().space().end().mappedBytes()).hasValue(4096);
    assertThat(forward.footprint().space().end().residentBytes()).hasValue(4096);
    assertThat(backward.footprint().space().end().mappedBytes()).hasValue(320_004_096);
    assertThat(backward.footprint().kernel().returned().of("dontneed").orElse(0))
        .isEqualTo(320_004_096 - backward.footprint().space().end().residentBytes().orElse(0));
  }
}
