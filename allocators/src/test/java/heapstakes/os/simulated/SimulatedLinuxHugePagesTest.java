package heapstakes.os.simulated;

import static heapstakes.os.MapFlags.PRIVATE_ANONYMOUS;
import static heapstakes.os.Protection.READ;
import static heapstakes.os.Protection.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.os.Advice;
import heapstakes.os.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transparent huge pages (linux-vm.md §11, table; §17.9). */
class SimulatedLinuxHugePagesTest {
  private static final long PAGE = 4096;
  private static final long HUGE = 2L << 20;

  private SimulatedLinux space = SimulatedLinuxProvider.open("thp=always");

  @AfterEach
  void exit() {
    space.close();
  }

  private void restart(String settings) {
    space.close();
    space = SimulatedLinuxProvider.open(settings);
  }

  private long map(long bytes) {
    return space.mmap(0, bytes, READ_WRITE, PRIVATE_ANONYMOUS);
  }

  private void assertPages(long resident, long hugeMappings, long faults) {
    SimulatedStatistics statistics = space.statistics();
    assertThat(statistics.residentBytes() / PAGE).as("resident pages").isEqualTo(resident);
    assertThat(statistics.hugeBytes() / HUGE).as("huge mappings").isEqualTo(hugeMappings);
    assertThat(statistics.minorFaults()).as("minor faults").isEqualTo(faults);
  }

  @Test
  void oneByteMakesTwoMebibytesResident() {
    space.memory().putByte(map(HUGE) + 5, (byte) 1);
    assertPages(512, 1, 1);
    assertThat(space.statistics().machineFrameBytes()).isEqualTo(HUGE);
  }

  @Test
  void advisedMappingsOnlyInModeMadvise() {
    restart("thp=madvise");
    long block = map(2 * HUGE);
    space.memory().putByte(block, (byte) 1);
    assertPages(1, 0, 1);
    space.madvise(block + HUGE, HUGE, Advice.HUGEPAGE);
    space.memory().putByte(block + HUGE, (byte) 1);
    assertPages(513, 1, 2);
  }

  @Test
  void neverAndNoHugePageMeanSmallPages() {
    long block = map(HUGE);
    space.madvise(block, HUGE, Advice.NOHUGEPAGE);
    space.memory().putByte(block, (byte) 1);
    assertPages(1, 0, 1);
    restart("thp=never");
    long other = map(HUGE);
    space.madvise(other, HUGE, Advice.HUGEPAGE);
    space.memory().putByte(other, (byte) 1);
    assertPages(1, 0, 1);
  }

  @Test
  void aWriteAfterAReadGivesAHugePageAndOnOlderKernelsASmallOne() {
    long block = map(HUGE);
    space.memory().getByte(block);
    assertPages(0, 0, 1);
    assertThat(space.statistics().pageTableBytes()).isEqualTo(3 * PAGE);
    space.memory().putByte(block, (byte) 1);
    assertPages(512, 1, 2);
    restart("thp=always,kernel=6.1");
    long wide = map(2 * HUGE);
    long aligned = (wide + HUGE - 1) & -HUGE;
    space.memory().getByte(aligned);
    space.memory().putByte(aligned, (byte) 1);
    assertPages(1, 0, 2);
  }

  @Test
  void mappingsTooSmallGetSmallPagesAndTouchedOnesStaySmall() {
    space.memory().putByte(map(HUGE / 2), (byte) 1);
    assertPages(1, 0, 1);
    restart("thp=madvise");
    long block = map(HUGE);
    space.memory().putByte(block, (byte) 1);
    space.madvise(block, HUGE, Advice.HUGEPAGE);
    space.memory().putByte(block + PAGE, (byte) 1);
    assertPages(2, 0, 2);
    assertThat(space.madvise(block, HUGE, Advice.COLLAPSE)).isZero();
    assertPages(512, 1, 2);
    assertThat(space.memory().getByte(block + PAGE)).isEqualTo((byte) 1);
  }

  @Test
  void collapsingNothingIsAnError() {
    assertThat(space.madvise(map(HUGE), HUGE, Advice.COLLAPSE)).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void aWholeHugePageIsDroppedAndComesBack() {
    long block = map(HUGE);
    space.memory().fill(block, HUGE, (byte) 1);
    space.madvise(block, HUGE, Advice.DONTNEED);
    assertPages(0, 0, 1);
    assertThat(space.memory().getByte(block + 77 * PAGE)).isZero();
    space.memory().putByte(block, (byte) 1);
    assertPages(512, 1, 3); // the load mapped the huge zero page
  }

  @Test
  void droppingAPartSplitsTheMappingButFreesNoFrame() {
    long block = map(HUGE);
    space.memory().fill(block, HUGE, (byte) 1);
    space.madvise(block + 9 * PAGE, PAGE, Advice.DONTNEED);
    assertPages(511, 0, 1);
    assertThat(space.statistics().machineFrameBytes()).isEqualTo(HUGE);
    space.munmap(block, HUGE);
    assertThat(space.statistics().machineFrameBytes()).isZero();
  }

  @Test
  void unmappingOrProtectingAPartSplits() {
    long block = map(2 * HUGE);
    space.memory().fill(block, 2 * HUGE, (byte) 1);
    assertPages(1024, 2, 2);
    space.mprotect(block + PAGE, PAGE, READ);
    assertPages(1024, 1, 2);
    space.munmap(block + HUGE + PAGE, PAGE);
    assertPages(1023, 0, 2);
  }

  @Test
  void freeingAWholeHugePageKeepsItHuge() {
    long block = map(HUGE);
    space.memory().fill(block, HUGE, (byte) 1);
    space.madvise(block, HUGE, Advice.FREE);
    assertPages(512, 1, 1);
    assertThat(space.statistics().lazyFreeBytes()).isEqualTo(HUGE);
  }

  @Test
  void freeingAPartDropsTheZeroPagesAndOnOlderKernelsDoesNot() {
    long block = map(HUGE);
    space.memory().putByte(block, (byte) 1);
    space.madvise(block + HUGE / 2, HUGE / 2, Advice.FREE);
    assertPages(1, 0, 1); // RSS 2048 → 4 kB
    restart("thp=always,kernel=6.1");
    long wide = map(2 * HUGE);
    long aligned = (wide + HUGE - 1) & -HUGE;
    space.memory().putByte(aligned, (byte) 1);
    space.madvise(aligned + HUGE / 2, HUGE / 2, Advice.FREE);
    assertPages(512, 0, 1);
  }

  @Test
  void aChildCopiesSmallPagesAndTheParentReusesTheHugeOne() {
    long block = map(HUGE);
    space.memory().fill(block, HUGE, (byte) 1);
    try (SimulatedLinux child = space.fork()) {
      assertThat(child.statistics().hugeBytes()).isEqualTo(HUGE);
      child.memory().putByte(block, (byte) 2);
      assertThat(child.statistics().hugeBytes()).isZero();
      assertThat(child.statistics().minorFaults()).isEqualTo(1);
      assertThat(space.statistics().machineFrameBytes()).isEqualTo(HUGE + PAGE);
    }
    space.memory().touch(block, HUGE);
    assertPages(512, 1, 2);
    assertThat(space.statistics().machineFrameBytes()).isEqualTo(HUGE);
  }
}
