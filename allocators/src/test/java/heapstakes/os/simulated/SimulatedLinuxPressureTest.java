package heapstakes.os.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.memory.OutOfMemoryKill;
import heapstakes.os.Advice;
import org.junit.jupiter.api.Test;

/** The conformance checks of linux-vm.md §9: what gives way when memory is short. */
class SimulatedLinuxPressureTest extends OnSimulatedLinux {
  @Test
  void lazyPagesAreReclaimedInOrderAndOnlyAsFarAsNeeded() { // §9, §17.7
    restart("memory_max=200M");
    long lazy = map(150 * MIB);
    int pages = (int) (150 * MIB / PAGE);
    space.memory().fill(lazy, 150 * MIB, (byte) 1);
    space.madvise(lazy, 150 * MIB, Advice.FREE);
    long more = map(60 * MIB);
    space.memory().touch(more, 60 * MIB);
    long tables = statistics().pageTableBytes() / PAGE;
    long excess = (150 + 60 - 200) * MIB / PAGE + tables;
    long lost = (210 * MIB - statistics().residentBytes()) / PAGE;
    assertThat(lost).isBetween(excess, excess + 31);
    for (int page = 0; page < pages; page++) {
      byte expected = (byte) (page < lost ? 0 : 1);
      assertThat(space.memory().getByte(lazy + page * PAGE)).isEqualTo(expected);
    }
  }

  @Test
  void lazyPagesWrittenSinceSurviveReclaim() { // §9
    restart("memory_max=200M");
    long lazy = map(150 * MIB);
    space.memory().fill(lazy, 150 * MIB, (byte) 1);
    space.madvise(lazy, 150 * MIB, Advice.FREE);
    for (long at = lazy; at < lazy + 150 * MIB; at += 2 * PAGE) {
      space.memory().putByte(at, (byte) 1);
    }
    space.memory().touch(map(60 * MIB), 60 * MIB);
    long lost = (210 * MIB - statistics().residentBytes()) / PAGE;
    for (int page = 0; page < 150 * MIB / PAGE; page++) {
      byte expected = (byte) (page % 2 == 1 && page / 2 < lost ? 0 : 1);
      assertThat(space.memory().getByte(lazy + page * PAGE)).isEqualTo(expected);
    }
  }

  @Test
  void aHogIsKilledAtItsLimitPageTablesIncluded() { // §9
    restart("memory_max=200M");
    long block = map(GIB);
    assertThatThrownBy(() -> space.memory().touch(block, GIB))
        .isInstanceOf(OutOfMemoryKill.class)
        .hasMessageContaining("204800 KiB");
    long tables = 103; // 51 200 pages less tables: 100 PTE tables, the begun one, PMD, PUD
    assertThat(statistics().peakResidentBytes() / PAGE)
        .isBetween(51_200 - tables, 51_200 - tables + 2);
    assertThat(statistics().machineFrameBytes()).isZero();
    assertThatThrownBy(() -> map(PAGE)).isInstanceOf(OutOfMemoryKill.class);
    assertThatThrownBy(() -> space.memory().getByte(block)).isInstanceOf(OutOfMemoryKill.class);
  }

  @Test
  void swapTakesTheOldestPagesAndReadsThemBackAsMajorFaults() { // §9, §7.4
    restart("memory_max=200M,swap=1G");
    long block = map(300 * MIB);
    space.memory().fill(block, 300 * MIB, (byte) 1);
    assertThat(statistics().swappedBytes()).isGreaterThanOrEqualTo(100 * MIB);
    assertThat(statistics().machineSwapBytes()).isEqualTo(statistics().swappedBytes());
    long major = statistics().majorFaults();
    assertThat(space.memory().load(block, 300 * MIB)).isEqualTo(300 * 256);
    assertThat(statistics().majorFaults() - major).isEqualTo(300 * 256); // FIFO thrashes: all miss
    space.madvise(block, 300 * MIB, Advice.DONTNEED);
    assertThat(statistics().machineSwapBytes()).isZero();
    long paged = map(100 * MIB);
    space.memory().fill(paged, 100 * MIB, (byte) 1);
    space.madvise(paged, 100 * MIB, Advice.PAGEOUT);
    assertThat(statistics().swappedBytes()).isEqualTo(102_400 * KIB);
    assertThat(statistics().residentBytes()).isZero();
  }

  @Test
  void lazyPagesAreTakenBeforeSwapIsUsed() { // §9
    restart("memory_max=200M,swap=1G");
    space.memory().touch(map(80 * MIB), 80 * MIB);
    long lazy = map(100 * MIB);
    space.memory().touch(lazy, 100 * MIB);
    space.madvise(lazy, 100 * MIB, Advice.FREE);
    space.memory().touch(map(60 * MIB), 60 * MIB);
    assertThat(statistics().swappedBytes()).isZero();
    assertThat(statistics().lazyFreeBytes()).isLessThan(60 * MIB);
  }

  @Test
  void memoryHighThrottlesWithoutKilling() { // §9
    restart("memory_high=100M");
    long block = map(101 * MIB);
    space.memory().touch(block, 99 * MIB);
    long before = statistics().modelledNanos();
    space.memory().touch(block, 101 * MIB);
    assertThat(statistics().modelledNanos() - before).isBetween(5_000_000L, 60_000_000L);
    assertThat(statistics().residentBytes()).isEqualTo(101 * MIB);
  }
}
