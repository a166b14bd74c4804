package heapstakes.model.jemalloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.ShellLine;
import heapstakes.setting.SettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final long MIB = 1 << 20;

  @Test
  void everyKeyIsDeployedByItsNameInMallocConf() {
    Contestant all =
        Allocators.parse(
            "jemalloc:dirty_decay_ms=5000,muzzy_decay_ms=-1,narenas=2,tcache=true,tcache_max=64K,"
                + "retain=false,oversize_threshold=1M,lg_extent_max_active_fit=3");
    assertThat(ShellLine.of(all.environment()))
        .isEqualTo(
            "MALLOC_CONF=dirty_decay_ms:5000,muzzy_decay_ms:-1,narenas:2,tcache:true,"
                + "tcache_max:65536,retain:false,oversize_threshold:1048576,"
                + "lg_extent_max_active_fit:3");
  }

  @Test
  void defaultsNeedNothingDeployed() {
    Contestant stock = Allocators.parse("jemalloc");
    assertThat(ShellLine.of(stock.environment())).isEmpty();
  }

  @Test
  void aTimeBelowNeverIsRefusedWithTheRange() {
    assertThatThrownBy(() -> Allocators.parse("jemalloc:dirty_decay_ms=-2"))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("'-2'")
        .hasMessageContaining("dirty_decay_ms")
        .hasMessageContaining("-1 …");
  }

  /** §22: the library says "narenas w/ percpuarena beyond limit" and does not start. */
  @Test
  void moreProcessorsThanArenasAreRefused() {
    assertThatThrownBy(() -> TestHeap.open("percpu_arena=percpu,cpus=4095"))
        .isInstanceOf(AllocatorException.class)
        .hasMessageContainingAll("percpu_arena=percpu", "cpus=4095", "4094");
  }

  /** §21.2: what 5.3.1 caches at most, and options that 5.3.0 does not know. */
  @ParameterizedTest
  @CsvSource({
    "jemalloc@5.3.1:tcache_max=64K, tcache_max",
    "jemalloc@5.3.0:disable_large_size_classes=false, disable_large_size_classes",
    "jemalloc:experimental_tcache_gc=true, experimental_tcache_gc",
  })
  void eachVersionTakesItsOwnOptions(String contestant, String key) {
    assertThatThrownBy(() -> Allocators.parse(contestant))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"seeds=1/2/3", "seeds=1/2/3/4/5", "seeds=a/2/3/4", "seeds=1//3/4"})
  void seedsThatAreNotFourNumbersAreRefusedWithAnExample(String settings) {
    assertThatThrownBy(() -> TestHeap.open(settings))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("'" + settings.substring(6) + "'")
        .hasMessageContaining(Seeds.CANONICAL);
  }

  /** §10, and what the library says where the process may run on one of two processors. */
  @ParameterizedTest
  @CsvSource({
    "'',8",
    "cpus=1,1",
    "cpus=2,8",
    "cpus=32,128",
    "cpus=64,256",
    "cpus=4096,4094",
    "'cpus=1,narenas=3',3",
    "percpu_arena=percpu,2",
    "'cpus=5,percpu_arena=percpu',5",
    "'cpus=5,percpu_arena=phycpu',3",
    "'cpus=1,percpu_arena=phycpu',1",
    "'cpus=8,percpu_arena=phycpu',4",
    "'cpus=2,percpu_arena=percpu,narenas=7',7",
    "'cpus=4,percpu_arena=percpu,narenas=3',4",
    "'cpus=4094,percpu_arena=percpu',4094"
  })
  void withoutANumberOfArenasThereAreFourAProcessor(String settings, int arenas) {
    Contestant contestant =
        Allocators.parse("jemalloc" + (settings.isEmpty() ? "" : ":" + settings));
    assertThat(JemallocSettings.of(JemallocVersion.ALL.getFirst(), contestant.settings()).arenas())
        .isEqualTo(arenas);
  }

  /** §10: the initial thread has arena 0, the next ones new arenas, then the least loaded. */
  @ParameterizedTest
  @CsvSource({"8, 1 2 3 4", "3, 1 2 0 1", "1, 0 0 0 0"})
  void threadsAreSpreadOverTheArenas(int arenas, String expected) {
    assertArenasOfThreads("narenas=" + arenas, expected);
  }

  /** §22, percpu_arena_choose of jemalloc's sources, and threads on processors 1, 2, 3 … */
  @ParameterizedTest
  @CsvSource({
    "'cpus=3,percpu_arena=percpu', 1 2 0 1",
    "'cpus=8,percpu_arena=percpu,narenas=20', 1 2 3 4",
    "'cpus=6,percpu_arena=phycpu', 1 2 0 1",
    "'cpus=3,percpu_arena=phycpu', 0 1 0 0",
    "'cpus=1,percpu_arena=phycpu', 0 0 0 0",
    "'cpus=4,percpu_arena=percpu,tcache=false', 1 2 3 0"
  })
  void theProcessorDecidesOnTheArena(String settings, String expected) {
    assertArenasOfThreads(settings, expected);
  }

  private static void assertArenasOfThreads(String settings, String expected) {
    try (TestHeap heap = TestHeap.open(settings)) {
      StringBuilder chosen = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        JemallocThread thread = heap.newThread();
        thread.malloc(1);
        chosen.append(thread.arena.index).append(' ');
      }
      assertThat(chosen.toString().strip()).isEqualTo(expected);
    }
  }

  @Test
  void withoutCachesBlocksGoStraightBackToTheirSlab() {
    try (TestHeap heap = TestHeap.open("tcache=false")) {
      long before = heap.counter("allocated");
      heap.main.free(heap.main.malloc(100));
      assertThat(heap.counter("allocated")).isEqualTo(before);
      assertThat(heap.figures(".internal .tcache_bytes .bins.7.nmalloc .bins.7.nfills"))
          .isEqualTo("0 0 1 0");
    }
  }

  @Test
  void tcacheMaxSaysWhatIsCached() {
    try (TestHeap heap = TestHeap.open("tcache_max=100K")) {
      heap.main.free(heap.main.malloc(100_000));
      heap.main.free(heap.main.malloc(120_000));
      assertThat(heap.counter(".tcache_bytes")).isEqualTo(114_688);
    }
  }

  @Test
  void withoutRetainFreePagesAreUnmapped() {
    try (TestHeap heap = TestHeap.open("retain=false,dirty_decay_ms=0")) {
      long before = heap.space.statistics().mappedBytes();
      long block = heap.main.malloc(4 * MIB);
      assertThat(heap.space.statistics().mappedBytes() - before).isEqualTo(4 * MIB + 4096);
      heap.main.free(block);
      assertThat(heap.space.statistics().mappedBytes()).isEqualTo(before);
      assertThat(heap.counter("retained")).isZero();
    }
  }

  @Test
  void theThresholdDecidesOnTheHugeArenaByWhatIsAskedFor() {
    try (TestHeap heap = TestHeap.open("oversize_threshold=1M")) {
      heap.main.malloc(MIB - 1); // its class is 1 MiB
      assertThat(heap.heap.arenas().exists(8)).isFalse();
      heap.main.malloc(MIB);
      assertThat(heap.heap.arenas().exists(8)).isTrue();
    }
  }

  /** §7.1: a dirty extent whose page class is 64 times the request or less is cut, 6 being log2. */
  @ParameterizedTest
  @CsvSource({"6, true", "5, false", "0, false", "64, true"})
  void theFitSaysHowLargeADirtyExtentMayBeCut(int shift, boolean reused) {
    try (TestHeap heap = TestHeap.open("lg_extent_max_active_fit=" + shift)) {
      heap.main.free(heap.main.malloc(MIB + MIB / 4)); // 321 pages, in the heap of 320 or below
      long dirty = heap.counter(".pdirty");
      heap.main.malloc(24_576); // 7 pages: 45 times
      assertThat(heap.counter(".pdirty") < dirty).isEqualTo(reused);
    }
  }
}
