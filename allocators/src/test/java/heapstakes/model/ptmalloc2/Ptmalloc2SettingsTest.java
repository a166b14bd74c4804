package heapstakes.model.ptmalloc2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Badge;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.ShellLine;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.Syscall;
import heapstakes.setting.SettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the settings do: mallopt(3), glibc's tunables, and the strategies. */
class Ptmalloc2SettingsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | ''",
        "trim_threshold=64K | MALLOC_TRIM_THRESHOLD_=65536",
        "trim_threshold=-1 | MALLOC_TRIM_THRESHOLD_=18446744073709551615",
        "trim=never | MALLOC_TRIM_THRESHOLD_=18446744073709551615",
        "trim=modern-on-free | ''",
        "arena_max=2,mmap_max=0 | MALLOC_MMAP_MAX_=0 MALLOC_ARENA_MAX=2",
        "tcache_count=0,mxfast=0 |"
            + " GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0",
        "tcache_max=64,perturb=165 |"
            + " MALLOC_PERTURB_=165 GLIBC_TUNABLES=glibc.malloc.tcache_max=64",
      })
  void settingsHaveADeployableForm(String settings, String deployable) {
    Contestant contestant =
        Allocators.parse(settings.isEmpty() ? "ptmalloc2" : "ptmalloc2:" + settings);
    assertThat(ShellLine.of(contestant.environment())).isEqualTo(deployable);
  }

  @ParameterizedTest
  @CsvSource({
    "2.31, mmap_threshold=32M, mmap_threshold=33M",
    "2.34, mmap_threshold=32M, mmap_threshold=33M",
    "2.35, mmap_threshold=1G, mmap_threshold=-1",
    "2.41, tcache_max=1032, tcache_max=1033",
    "2.42, tcache_max=4194280, tcache_max=4194281",
    "2.42, mxfast=0, mxfast=161",
    "2.43, tcache_unsorted_limit=1, mxfast=0",
    "2.44, tcache_count=1000, tcache_unsorted_limit=1"
  })
  void aVersionTakesTheOptionsThatItHas(String version, String taken, String refused) {
    String name = "ptmalloc2@" + version;
    Allocators.parse(name + ":" + taken);
    assertThatThrownBy(() -> Allocators.parse(name + ":" + refused))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll(name, refused.substring(0, refused.indexOf('=')));
  }

  @ParameterizedTest
  @CsvSource({"2.31, TWIN", "2.36, TWIN", "2.40, BY_READING", "2.42, BY_READING", "2.44, TWIN"})
  void aVersionThatWasOnlyReadSaysSo(String version, Badge badge) {
    assertThat(Allocators.parse("ptmalloc2@" + version).provider().badge()).isEqualTo(badge);
  }

  @Test
  void contradictingSettingsAreRefused() {
    assertThatThrownBy(() -> TestProcess.start("trim=never,trim_threshold=1M"))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("trim=never")
        .hasMessageContaining("trim_threshold=1M");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "3, 3", "7, 7", "20, 20"})
  void tcacheCountIsHowManyBlocksAThreadKeeps(int count, int kept) {
    try (TestProcess process = TestProcess.start("tcache_count=" + count + ",mxfast=0")) {
      long used = process.counter("uordblks");
      long[] blocks = new long[30];
      for (int i = 0; i < blocks.length; i++) {
        blocks[i] = process.malloc(200);
      }
      for (long block : blocks) {
        process.free(block);
      }
      process.heap().audit();
      assertThat(process.counter("uordblks") - used).isEqualTo(656 + 208L * kept);
    }
  }

  @Test
  void withoutFastbinsSmallBlocksMergeAtOnce() {
    try (TestProcess process = TestProcess.start("mxfast=0,tcache_count=0")) {
      long[] blocks = {process.malloc(20), process.malloc(20), process.malloc(20)};
      process.malloc(20);
      for (long block : blocks) {
        process.free(block);
      }
      assertThat(process.counter("smblks")).isZero();
      assertThat(process.counter("ordblks")).isEqualTo(2);
    }
  }

  @Test
  void settingAnyThresholdStopsTheDynamicOnes() {
    try (TestProcess process = TestProcess.start("top_pad=128K")) {
      ThreadAllocator main = process.main();
      main.free(main.malloc(1_000_000));
      assertThat(process.heap().regionOf(main.malloc(200_000)).name()).isEqualTo("mmap");
    }
  }

  @Test
  void mmapMaxLimitsMappingsAtATime() {
    try (TestProcess process = TestProcess.start("mmap_max=2")) {
      ThreadAllocator main = process.main();
      long first = main.malloc(200_000);
      main.malloc(200_000);
      assertThat(process.heap().regionOf(main.malloc(200_000)).name()).isEqualTo("brk");
      main.free(first);
      assertThat(process.heap().regionOf(main.malloc(300_000)).name()).isEqualTo("mmap");
    }
  }

  @Test
  void perturbFillsNewAndFreedMemory() {
    try (TestProcess process = TestProcess.start("perturb=165,tcache_count=0,mxfast=0")) {
      long block = process.main().malloc(100);
      process.main().malloc(10);
      assertThat(process.memory().getByte(block)).isEqualTo((byte) (165 ^ 0xFF));
      assertThat(process.memory().getByte(block + 99)).isEqualTo((byte) (165 ^ 0xFF));
      process.main().free(block);
      assertThat(process.memory().getByte(block + 95)).isEqualTo((byte) 165);
      long zeroed = process.main().calloc(1, 100);
      assertThat(zeroed).isEqualTo(block);
      assertThat(process.memory().getByte(block + 99)).isZero();
    }
  }

  @Test
  void neverTrimmingKeepsTheBreak() {
    try (TestProcess process = TestProcess.start("trim=never")) {
      long[] blocks = {process.malloc(100_000), process.malloc(100_000), process.malloc(100_000)};
      long top = process.breakOffset();
      for (long block : blocks) {
        process.free(block);
      }
      assertThat(process.breakOffset()).isEqualTo(top);
      process.main().trim(0);
      assertThat(process.breakOffset()).isEqualTo(4096);
    }
  }

  private static long[] pinned(TestProcess process) {
    long[] blocks = new long[100];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = process.malloc(20_000);
      process.memory().touch(blocks[i] + process.space().initialBreak(), 20_000);
    }
    for (int i = 0; i < 99; i++) {
      process.free(blocks[i]);
    }
    process.heap().audit();
    return blocks;
  }

  @Test
  void modernTrimmingOnFreeReturnsPagesBelowALiveBlock() {
    try (TestProcess process = TestProcess.start("trim=modern-on-free")) {
      pinned(process);
      assertThat(process.space().statistics().residentBytes()).isLessThan(10 * 4096);
      assertThat(process.space().statistics().calls().get(Syscall.MADVISE)).isGreaterThan(90);
    }
  }

  @Test
  void legacyTrimmingOnFreeMovesOnlyTheTop() {
    try (TestProcess process = TestProcess.start("trim=legacy-on-free")) {
      long[] blocks = pinned(process);
      assertThat(process.space().statistics().residentBytes()).isGreaterThan(1_900_000);
      assertThat(process.space().statistics().calls().get(Syscall.MADVISE)).isZero();
      process.free(blocks[99]);
      assertThat(process.breakOffset()).isEqualTo(4096);
    }
  }

  @Test
  void madviseOnFreeReturnsEachPageOnce() {
    try (TestProcess process = TestProcess.start("madvise_on_free=true")) {
      pinned(process);
      assertThat(process.space().statistics().residentBytes()).isLessThan(10 * 4096);
      assertThat(process.space().statistics().calls().get(Syscall.MADVISE)).isLessThan(100);
    }
  }
}
