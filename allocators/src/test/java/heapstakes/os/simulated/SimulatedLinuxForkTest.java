package heapstakes.os.simulated;

import static heapstakes.os.MapFlags.PRIVATE_ANONYMOUS;
import static heapstakes.os.Protection.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.memory.OutOfMemoryKill;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.Advice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** fork with copy-on-write (linux-vm.md §10, §17.8): 1000 pages, figures as measured. */
class SimulatedLinuxForkTest {
  private static final long PAGE = 4096;
  private static final long MIB = 1L << 20;

  private final SimulatedLinux parent = SimulatedLinuxProvider.open("");
  private SimulatedLinux child = parent;
  private long block;

  @BeforeEach
  void touchAThousandPagesAndFork() {
    block = parent.mmap(0, 1000 * PAGE, READ_WRITE, PRIVATE_ANONYMOUS);
    parent.memory().fill(block, 1000 * PAGE, (byte) 1);
    child = parent.fork();
  }

  @AfterEach
  void exit() {
    child.close();
    parent.close();
  }

  private static long faults(SimulatedLinux process, Runnable work) {
    long before = process.statistics().minorFaults();
    work.run();
    return process.statistics().minorFaults() - before;
  }

  private static long kib(long bytes) {
    return bytes >> 10;
  }

  @Test
  void bothCountTheSharedPagesFullyAndHalfProportionally() {
    for (SimulatedLinux process : new SimulatedLinux[] {parent, child}) {
      SimulatedStatistics statistics = process.statistics();
      assertThat(kib(statistics.residentBytes())).isEqualTo(4000);
      assertThat(kib(statistics.proportionalBytes())).isEqualTo(2000);
      assertThat(kib(statistics.sharedBytes())).isEqualTo(4000);
      assertThat(kib(statistics.machineFrameBytes())).isEqualTo(4000);
    }
    assertThat(child.statistics().minorFaults()).isZero();
    assertThat(kib(child.statistics().committedBytes())).isEqualTo(8000);
  }

  @Test
  void writesCopyWhileSharedAndReuseAfterwards() {
    assertThat(faults(child, () -> child.memory().fill(block, 400 * PAGE, (byte) 2)))
        .isEqualTo(400);
    assertThat(kib(child.statistics().proportionalBytes())).isEqualTo(2800);
    assertThat(kib(parent.statistics().machineFrameBytes())).isEqualTo(5600);
    assertThat(faults(parent, () -> parent.memory().touch(block, 200 * PAGE))).isEqualTo(200);
    assertThat(kib(parent.statistics().machineFrameBytes())).isEqualTo(5600);
    assertThat(parent.memory().load(block, 1000 * PAGE)).isEqualTo(1000);
    assertThat(child.memory().load(block, 1000 * PAGE)).isEqualTo(1400);
    assertThat(faults(child, () -> child.memory().touch(block, 1000 * PAGE))).isEqualTo(600);
    assertThat(kib(parent.statistics().machineFrameBytes())).isEqualTo(8000);
  }

  @Test
  void afterTheChildIsGoneEachPageCostsAFaultButNoCopy() {
    child.close();
    assertThat(kib(parent.statistics().machineFrameBytes())).isEqualTo(4000);
    assertThat(kib(parent.statistics().proportionalBytes())).isEqualTo(4000);
    assertThat(faults(parent, () -> parent.memory().touch(block, 1000 * PAGE))).isEqualTo(1000);
    assertThat(faults(parent, () -> parent.memory().touch(block, 1000 * PAGE))).isZero();
    assertThat(kib(parent.statistics().machineFrameBytes())).isEqualTo(4000);
    assertThat(kib(parent.statistics().committedBytes())).isEqualTo(4000);
  }

  @Test
  void droppingSharedPagesFreesNoFrame() {
    parent.madvise(block, 1000 * PAGE, Advice.DONTNEED);
    assertThat(parent.statistics().residentBytes()).isZero();
    assertThat(kib(parent.statistics().machineFrameBytes())).isEqualTo(4000);
    assertThat(kib(child.statistics().proportionalBytes())).isEqualTo(4000);
    assertThat(child.memory().load(block, 1000 * PAGE)).isEqualTo(1000);
    assertThat(parent.memory().load(block, 1000 * PAGE)).isZero();
    child.munmap(block, 1000 * PAGE);
    assertThat(parent.statistics().machineFrameBytes()).isZero();
  }

  @Test
  void sharedPagesAreNotFreedLazily() {
    parent.madvise(block, 1000 * PAGE, Advice.FREE);
    parent.madvise(block, 1000 * PAGE, Advice.PAGEOUT);
    assertThat(parent.memory().load(block, 1000 * PAGE)).isEqualTo(1000);
  }

  @Test
  void adviceSaysWhatAChildGets() {
    long absent = parent.mmap(0, 4 * PAGE, READ_WRITE, PRIVATE_ANONYMOUS);
    long wiped = parent.mmap(0, 4 * PAGE, READ_WRITE, PRIVATE_ANONYMOUS);
    parent.memory().fill(absent, 4 * PAGE, (byte) 1);
    parent.memory().fill(wiped, 4 * PAGE, (byte) 1);
    parent.madvise(absent, 4 * PAGE, Advice.DONTFORK);
    parent.madvise(wiped, 4 * PAGE, Advice.WIPEONFORK);
    try (SimulatedLinux second = parent.fork()) {
      assertThat(second.memory().getByte(wiped)).isZero();
      assertThatThrownBy(() -> second.memory().getByte(absent))
          .isInstanceOf(SegmentationFault.class);
      assertThat(second.statistics().residentBytes()).isEqualTo(1000 * PAGE);
    }
  }

  @Test
  void aChildHasItsOwnBreakClockAndMappings() {
    parent.clock().advance(5);
    child.sbrk(PAGE);
    assertThat(parent.programBreak()).isEqualTo(parent.initialBreak());
    assertThat(child.clock().nanos()).isZero();
    assertThat(child.mmap(0, PAGE, READ_WRITE, PRIVATE_ANONYMOUS))
        .isEqualTo(parent.mmap(0, PAGE, READ_WRITE, PRIVATE_ANONYMOUS));
  }

  @Test
  void theLargestProcessIsKilledWhicheverAsks() {
    try (SimulatedLinux hog = SimulatedLinuxProvider.open("memory_max=64M")) {
      long own = hog.mmap(0, 40 * MIB, READ_WRITE, PRIVATE_ANONYMOUS);
      try (SimulatedLinux small = hog.fork()) {
        hog.memory().touch(own, 40 * MIB);
        small.memory().touch(own, 30 * MIB); // 24 MiB fit: the larger one has to go
        assertThat(small.statistics().residentBytes()).isEqualTo(30 * MIB);
        assertThatThrownBy(() -> hog.memory().getByte(own)).isInstanceOf(OutOfMemoryKill.class);
        assertThat(small.statistics().machineFrameBytes()).isEqualTo(30 * MIB);
      }
    }
  }
}
