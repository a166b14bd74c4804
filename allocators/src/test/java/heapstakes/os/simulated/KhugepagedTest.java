package heapstakes.os.simulated;

import static heapstakes.os.MapFlags.PRIVATE_ANONYMOUS;
import static heapstakes.os.Protection.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.os.Advice;
import heapstakes.setting.SettingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * khugepaged as it was seen on Linux 6.18 (linux-vm.md §11.1), and what the machine's limits make
 * of it. Page for page, {@code HugePagesOfBothKernelsTest} compares with the real one.
 */
class KhugepagedTest {
  private static final long PAGE = 4096;
  private static final long HUGE = 2L << 20;
  private static final long PERIOD = 10_000_000_000L;

  private static long map(SimulatedLinux space, int ranges) {
    long wide = space.mmap(0, (ranges + 1) * HUGE, READ_WRITE, PRIVATE_ANONYMOUS);
    long start = (wide + HUGE - 1) & -HUGE;
    if (start > wide) {
      space.munmap(wide, start - wide);
    }
    space.munmap(start + ranges * HUGE, wide + HUGE - start);
    return start;
  }

  /** Small pages, in a mapping that is then open for huge ones. */
  private static long small(SimulatedLinux space, int ranges, int pages) {
    long start = map(space, ranges);
    for (int range = 0; range < ranges; range++) {
      space.memory().fill(start + range * HUGE, pages * PAGE, (byte) 1);
    }
    space.madvise(start, ranges * HUGE, Advice.HUGEPAGE);
    return start;
  }

  /** Seen: 24 ranges of one page each, 8 more of them huge at every look. */
  @Test
  void eightRangesAreLookedAtEveryTenSeconds() {
    try (SimulatedLinux space = SimulatedLinuxProvider.open("thp=madvise")) {
      small(space, 24, 1);
      SimulatedStatistics statistics = space.statistics();
      space.clock().advance(PERIOD - 1);
      assertThat(statistics.anonHugeBytes()).isZero();
      for (int look = 1; look <= 3; look++) {
        space.clock().advance(look == 1 ? 1 : PERIOD);
        assertThat(statistics.anonHugeBytes()).isEqualTo(8 * look * HUGE);
        assertThat(statistics.collapses()).isEqualTo(8 * look);
      }
      assertThat(statistics.residentBytes()).isEqualTo(24 * HUGE);
      assertThat(statistics.minorFaults()).isEqualTo(24);
      SimulatedAudit.check(List.of(space));
    }
  }

  @Test
  void aPageThatWasGivenBackComesBack() {
    try (SimulatedLinux space = SimulatedLinuxProvider.open("thp=always")) {
      long start = map(space, 1);
      space.memory().fill(start, HUGE, (byte) 1);
      space.madvise(start + 9 * PAGE, PAGE, Advice.DONTNEED);
      assertThat(space.statistics().residentBytes()).isEqualTo(HUGE - PAGE);
      space.clock().advance(PERIOD);
      assertThat(space.statistics().residentBytes()).isEqualTo(HUGE);
      assertThat(space.statistics().hugeBloatBytes()).isEqualTo(PAGE);
      assertThat(space.memory().getByte(start + 9 * PAGE)).isZero();
      assertThat(space.memory().getByte(start + 8 * PAGE)).isEqualTo((byte) 1);
      assertThat(space.statistics().hugeBloatBytes()).isEqualTo(PAGE);
      space.memory().putByte(start + 9 * PAGE, (byte) 2);
      assertThat(space.statistics().hugeBloatBytes()).isZero();
      assertThat(space.statistics().peakHugeBloatBytes()).isEqualTo(511 * PAGE);
    }
  }

  @ParameterizedTest(name = "{0}: {1} pages written, huge: {2}")
  @CsvSource(
      delimiter = ';',
      value = {
        "thp=madvise; 1; true",
        "thp=madvise,max_ptes_none=510; 1; false",
        "thp=madvise,max_ptes_none=510; 2; true",
        "thp=madvise,max_ptes_none=0; 511; false",
        "thp=madvise,max_ptes_none=0; 512; true",
        "thp=madvise,khugepaged=false; 512; false"
      })
  void maxPtesNoneIsHowManyMayBeMissing(String settings, int pages, boolean huge) {
    try (SimulatedLinux space = SimulatedLinuxProvider.open(settings)) {
      small(space, 1, pages);
      space.clock().advance(PERIOD);
      assertThat(space.statistics().anonHugeBytes()).isEqualTo(huge ? HUGE : 0);
      assertThat(space.statistics().residentBytes()).isEqualTo(huge ? HUGE : pages * PAGE);
    }
  }

  /** Seen: 256 of them, and 256 more of one's own, yes; 257, no. */
  @ParameterizedTest
  @CsvSource({"256, 0, 2", "256, 256, 2", "257, 0, 0"})
  void maxPtesSharedIsHowManyMayBeAnothersToo(int shared, int own, int huge) {
    try (SimulatedLinux space = SimulatedLinuxProvider.open("thp=madvise")) {
      long start = small(space, 1, shared);
      try (SimulatedLinux child = space.fork()) {
        space.memory().fill(start + shared * PAGE, own * PAGE, (byte) 1);
        space.clock().advance(PERIOD);
        long both = space.statistics().anonHugeBytes() + child.statistics().anonHugeBytes();
        assertThat(both).isEqualTo(huge * HUGE);
        SimulatedAudit.check(List.of(space, child));
        assertThat(child.memory().getByte(start)).isEqualTo((byte) 1);
      }
    }
  }

  @Test
  void whatIsAllFreedLazilyStaysAndOneUseIsEnough() {
    try (SimulatedLinux space = SimulatedLinuxProvider.open("thp=madvise")) {
      long start = small(space, 3, 512);
      space.madvise(start, 3 * HUGE, Advice.FREE);
      space.memory().putByte(start + HUGE + 7 * PAGE, (byte) 1);
      space.memory().getByte(start + 2 * HUGE + 7 * PAGE);
      space.clock().advance(PERIOD);
      assertThat(space.statistics().anonHugeBytes()).isEqualTo(2 * HUGE);
      assertThat(space.statistics().lazyFreeBytes()).isEqualTo(HUGE);
      SimulatedAudit.check(List.of(space));
    }
  }

  /** Known of the kernel's source, not seen: this machine has no swap. */
  @ParameterizedTest
  @CsvSource({"64, true", "65, false"})
  void maxPtesSwapIsHowManyMayBeInSwap(int swapped, boolean huge) {
    try (SimulatedLinux space = SimulatedLinuxProvider.open("thp=madvise,swap=64M")) {
      long start = small(space, 1, 512);
      space.madvise(start + 8 * PAGE, swapped * PAGE, Advice.PAGEOUT);
      assertThat(space.statistics().swappedBytes()).isEqualTo(swapped * PAGE);
      space.clock().advance(PERIOD);
      assertThat(space.statistics().anonHugeBytes()).isEqualTo(huge ? HUGE : 0);
      assertThat(space.statistics().swappedBytes()).isEqualTo(huge ? 0 : swapped * PAGE);
      assertThat(space.memory().getByte(start + 8 * PAGE)).isEqualTo((byte) 1);
      SimulatedAudit.check(List.of(space));
    }
  }

  @Test
  void withoutAFree2MebibytesNothingHappensAndNobodyIsKilled() {
    try (SimulatedLinux space = SimulatedLinuxProvider.open("thp=madvise,memory_max=3M")) {
      small(space, 1, 300);
      space.clock().advance(PERIOD);
      assertThat(space.statistics().anonHugeBytes()).isZero();
      assertThat(space.statistics().residentBytes()).isEqualTo(300 * PAGE);
      assertThat(space.pages().machine().kills()).isZero();
    }
  }

  @Test
  void lazyPagesMakeRoomForAHugeOne() {
    try (SimulatedLinux space = SimulatedLinuxProvider.open("thp=madvise,memory_max=4M")) {
      long start = small(space, 2, 300);
      space.madvise(start + HUGE, HUGE, Advice.FREE);
      space.clock().advance(PERIOD);
      assertThat(space.statistics().anonHugeBytes()).isEqualTo(HUGE);
      assertThat(space.statistics().lazyFreeBytes()).isLessThan(300 * PAGE);
      SimulatedAudit.check(List.of(space));
    }
  }

  @Test
  void settingsOfKhugepagedNeedHugePages() {
    assertThatThrownBy(() -> SimulatedLinuxProvider.open("max_ptes_none=0"))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll("max_ptes_none=0", "thp=never", "Add thp=madvise or thp=always");
    assertThatThrownBy(() -> SimulatedLinuxProvider.open("thp=always,max_ptes_none=512"))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll("max_ptes_none", "512", "511");
  }
}
