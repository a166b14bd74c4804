package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.TraceInfo.Touch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Golden facts of gperftools 2.10 and jemalloc 5.3.0, taken by other means. */
class OtherLibrariesGoldenTest {
  private static final DriverOptions EACH_OPERATION =
      DriverOptions.OBSERVATION.with(DriverOptions.Option.COUNTERS_EVERY, 1).withTouch(Touch.NONE);

  private final Recorder recorder = new Recorder();

  @Test
  void tcmallocStartsSlowlyAsItsTableSays() throws Exception {
    // tcmalloc.md, sections 11.1 (start) and 15.2; the heap begins 8 MiB above the break.
    List<String> lines = new ArrayList<>();
    IntStream.range(0, 36).forEach(i -> lines.add("m " + i + " 100"));
    IntStream.range(0, 36).forEach(i -> lines.add("f " + i));
    IntStream.range(0, 4).forEach(i -> lines.add("m " + i + " 100"));
    new NativeProcess(Libraries.tcmalloc(), Map.of())
        .run(TextTrace.of(lines), EACH_OPERATION, recorder);

    List<Long> offsets = recorder.breakOffsets();
    assertThat(offsets.subList(0, 36))
        .isEqualTo(IntStream.range(0, 36).mapToObj(i -> 0x816000L + 112 * i).toList());
    assertThat(offsets.subList(36, 40)).containsExactly(0x816f50L, 0x816ee0L, 0x816e70L, 0x816930L);
    assertThat(recorder.counters.get(0L))
        .containsEntry("generic.current_allocated_bytes", 73752L)
        .containsEntry("tcmalloc.central_cache_free_bytes", 16360L)
        .containsEntry("tcmalloc.pageheap_free_bytes", 958464L)
        .containsEntry("generic.total_physical_bytes", 3538944L);
    assertThat(recorder.counters.get(36L))
        .containsEntry("generic.current_allocated_bytes", 77784L)
        .containsEntry("tcmalloc.central_cache_free_bytes", 20520L);
    assertThat(recorder.counters.get(72L))
        .containsEntry("tcmalloc.current_total_thread_cache_bytes", 336L)
        .containsEntry("tcmalloc.central_cache_free_bytes", 24216L);
  }

  @Test
  void jemallocsSmokeTestHasTheFiguresOfItsSpecification() throws Exception {
    // jemalloc.md, section 18.4, up to the flush.
    new NativeProcess(Libraries.jemalloc(), Map.of())
        .run(
            TextTrace.of("m 0 1", "m 1 20000", "m 2 20000", "m 3 100", "f 0", "f 1", "f 2"),
            EACH_OPERATION,
            recorder);

    assertThat(recorder.counters.get(0L))
        .containsEntry("stats.allocated", 110_592L)
        .containsEntry("stats.active", 118_784L)
        .containsEntry("stats.metadata", 2_668_400L)
        .containsEntry("stats.resident", 2_764_800L)
        .containsEntry("stats.mapped", 6_410_240L)
        .containsEntry("stats.retained", 1_978_368L);
    assertThat(recorder.counters.get(7L))
        .containsEntry("stats.allocated", 163_552L)
        .containsEntry("stats.active", 200_704L)
        .containsEntry("stats.metadata", 2_668_912L)
        .containsEntry("stats.resident", 2_846_720L)
        .containsEntry("stats.mapped", 6_492_160L)
        .containsEntry("stats.retained", 1_896_448L)
        .containsEntry("stats.arenas.4096.tcache_bytes", 52_848L);
    assertThat(recorder.addresses.get(0) % (2 << 20)).isEqualTo(118_784);
  }

  @Test
  void jemallocDecaysByTheTracesTime() throws Exception {
    // Section 9: dirty pages go within 10 s, as polls notice, which only uncached requests make.
    List<String> lines = new ArrayList<>();
    IntStream.range(0, 2000).forEach(i -> lines.add("m " + i + " 10000"));
    IntStream.range(0, 2000).forEach(i -> lines.add("f " + i));
    lines.add("P freed");
    List<String> later = new ArrayList<>(lines);
    for (int second = 0; second < 30; second++) {
      later.add("@ 1000000000");
      IntStream.range(0, 2000)
          .forEach(i -> {
            later.add("m 0 40000");
            later.add("f 0");
          });
    }
    lines.add("@ 0");
    NativeProcess process = new NativeProcess(Libraries.jemalloc(), Map.of());
    DriverReport atOnce = process.run(TextTrace.of(lines), DriverOptions.FOOTPRINT, recorder);
    DriverReport after = process.run(TextTrace.of(later), DriverOptions.FOOTPRINT, recorder);

    assertThat(atOnce.footprint().kernel().returned().of("dontneed")).hasValue(4096);
    assertThat(after.footprint().kernel().returned().of("dontneed").orElse(0))
        .isGreaterThan(19_000_000);
    assertThat(
            after.footprint().space().timeToReturn().orElseThrow().ninetyPercentNanos().orElse(0))
        .isBetween(1_000_000_000L, 30_000_000_000L);
  }

  @Test
  void jemallocsBackgroundThreadIsMeteredToo() throws Exception {
    DriverReport report =
        new NativeProcess(Libraries.jemalloc(), Map.of("MALLOC_CONF", "background_thread:true"))
            .run(TextTrace.of("m 0 100000", "f 0"), DriverOptions.FOOTPRINT, recorder);

    assertThat(report.failure()).isEmpty();
  }

  @Test
  void jemallocWithMuzzyDecayPromisesPagesBeforeItGivesThem() throws Exception {
    List<String> lines = new ArrayList<>();
    IntStream.range(0, 200).forEach(i -> lines.add("m " + i + " 100000"));
    IntStream.range(0, 200).forEach(i -> lines.add("f " + i));
    lines.add("@ 20000000000");
    IntStream.range(0, 2000).forEach(i -> lines.addAll(List.of("m 0 40000", "f 0")));
    lines.add("@ 20000000000");
    IntStream.range(0, 2000).forEach(i -> lines.addAll(List.of("m 0 40000", "f 0")));
    DriverReport report =
        new NativeProcess(Libraries.jemalloc(), Map.of("MALLOC_CONF", "muzzy_decay_ms:-1"))
            .run(TextTrace.of(lines), DriverOptions.FOOTPRINT, recorder);

    long promised = report.footprint().kernel().returned().of("free").orElse(0);
    assertThat(promised).isGreaterThan(10_000_000);
    assertThat(report.footprint().space().lazyFreeBytes().orElse(0))
        .isBetween(promised - 100_000, promised); // the requests above write to some again
    assertThat(report.footprint().space().end().residentBytes().orElse(0)).isGreaterThan(promised);
  }
}
