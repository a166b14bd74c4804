package heapstakes.os.host;

import static heapstakes.os.MapFlags.PRIVATE_ANONYMOUS;
import static heapstakes.os.Protection.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import heapstakes.os.ReturnedBy;
import heapstakes.os.Syscall;
import heapstakes.os.VmStatistics;
import heapstakes.setting.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only real memory can show; the rules it shares with simulated memory are tested there. */
class NativeLinuxTest {
  private static final long PAGE = 4096;

  private final NativeLinuxProvider provider = new NativeLinuxProvider();

  @BeforeEach
  void needsLinux() {
    provider.unavailable().ifPresent(Assumptions::abort);
  }

  private AddressSpace open(String settings) {
    return provider.open(Settings.parse("linux", provider.settings(), settings));
  }

  private static long map(AddressSpace space, long pages) {
    long address = space.mmap(0, pages * PAGE, READ_WRITE, PRIVATE_ANONYMOUS);
    assertThat(Errno.isError(address)).as("mmap gives %d", address).isFalse();
    return address;
  }

  @Test
  void droppedPagesReadAsZero() {
    try (AddressSpace space = open("")) {
      Memory memory = space.memory();
      long block = map(space, 4);
      memory.fill(block, 4 * PAGE, (byte) 7);
      assertThat(space.madvise(block + PAGE, 2 * PAGE, Advice.DONTNEED)).isZero();
      assertThat(memory.getByte(block + PAGE - 1)).isEqualTo((byte) 7);
      assertThat(memory.getLong(block + PAGE)).isZero();
      assertThat(memory.getLong(block + 3 * PAGE - 8)).isZero();
      assertThat(memory.getByte(block + 3 * PAGE)).isEqualTo((byte) 7);
    }
  }

  @Test
  void residentIsWhatWasTouched() {
    try (AddressSpace space = open("metered=true")) {
      long block = map(space, 1000);
      assertThat(space.statistics().residentBytes()).isZero();
      for (int page = 0; page < 1000; page += 3) {
        space.memory().putByte(block + page * PAGE, (byte) 1);
      }
      assertThat(space.statistics().residentBytes()).isEqualTo(334 * PAGE);
      assertThat(space.statistics().mappedBytes()).isEqualTo(1000 * PAGE);
    }
  }

  @Test
  void thePeakIsSeenThoughNobodyLookedAtIt() {
    try (AddressSpace space = open("metered=true")) {
      VmStatistics seen = space.statistics();
      long block = map(space, 200);
      space.memory().touch(block, 100 * PAGE);
      space.madvise(block, 60 * PAGE, Advice.DONTNEED);
      space.memory().touch(block + 100 * PAGE, 30 * PAGE);
      space.sbrk(20 * PAGE);
      space.memory().touch(space.initialBreak(), 20 * PAGE);
      space.sbrk(-15 * PAGE);
      space.munmap(block, 50 * PAGE);
      assertThat(seen.peakResidentBytes()).isEqualTo(100 * PAGE);
      assertThat(seen.returnedBytes().get(ReturnedBy.DONTNEED)).isEqualTo(60 * PAGE);
      assertThat(seen.returnedBytes().get(ReturnedBy.BRK)).isEqualTo(15 * PAGE);
      assertThat(seen.returnedBytes().get(ReturnedBy.MUNMAP)).isZero();
      assertThat(seen.residentBytes()).isEqualTo((40 + 30 + 5) * PAGE);
      assertThat(seen.peakMappedBytes()).isEqualTo(220 * PAGE);
    }
  }

  /** The kernel promises pages in batches of at most 31 (linux-vm.md §7.3). */
  @Test
  void lazilyFreedPagesStayResidentUntilTheyAreReclaimed() {
    try (AddressSpace space = open("metered=true")) {
      long block = map(space, 500);
      space.memory().touch(block, 500 * PAGE);
      assertThat(space.madvise(block, 500 * PAGE, Advice.FREE)).isZero();
      VmStatistics seen = space.statistics();
      assertThat(seen.residentBytes()).isEqualTo(500 * PAGE);
      assertThat(seen.lazyFreeBytes()).isBetween(469 * PAGE, 500 * PAGE);
      assertThat(seen.returnedBytes().get(ReturnedBy.FREE)).isEqualTo(500 * PAGE);
      space.memory().putByte(block, (byte) 9);
      assertThat(space.madvise(block, 500 * PAGE, Advice.PAGEOUT)).isZero();
      // §7.3: up to a batch of 31 pages may wait in another CPU's list, unseen by PAGEOUT.
      assertThat(seen.residentBytes()).isBetween(PAGE, PAGE + 31 * PAGE);
      assertThat(space.memory().getByte(block)).isEqualTo((byte) 9);
      assertThat(space.memory().getByte(block + PAGE)).isZero();
      assertThat(seen.peakResidentBytes()).isEqualTo(500 * PAGE);
    }
  }

  @Test
  void withoutMeteringResidentIsUnknown() {
    try (AddressSpace space = open("")) {
      space.memory().touch(map(space, 3), 3 * PAGE);
      VmStatistics seen = space.statistics();
      assertThat(seen.residentBytes()).isEqualTo(-1);
      assertThat(seen.peakResidentBytes()).isEqualTo(-1);
      assertThat(seen.returnedBytes()).isEmpty();
      assertThat(seen.lazyFreeBytes()).isEqualTo(-1);
      assertThat(seen.mappedBytes()).isEqualTo(3 * PAGE);
      assertThat(seen.calls().get(Syscall.MMAP)).isEqualTo(1);
    }
  }

  @Test
  void aMovedMappingTakesItsPagesAlong() {
    try (AddressSpace space = open("metered=true")) {
      Memory memory = space.memory();
      long block = map(space, 8);
      long above = block + 8 * PAGE;
      memory.putLong(block, 11);
      memory.putLong(block + 7 * PAGE, 12);
      long moved = space.mremap(block, 8 * PAGE, 16 * PAGE, MapFlags.MREMAP_MAYMOVE, 0);
      assertThat(moved).isEqualTo(above - 24 * PAGE);
      assertThat(memory.getLong(moved)).isEqualTo(11);
      assertThat(memory.getLong(moved + 7 * PAGE)).isEqualTo(12);
      assertThat(memory.getLong(moved + 8 * PAGE)).isZero();
      assertThat(space.statistics().mappedBytes()).isEqualTo(16 * PAGE);
      assertThat(space.statistics().returnedBytes().get(ReturnedBy.MUNMAP)).isZero();
    }
  }

  /** One mapping in the book, two to the kernel: each was touched before they met. */
  @Test
  void mappingsThatTheHostKeepsApartMoveTogether() {
    try (AddressSpace space = open("")) {
      Memory memory = space.memory();
      long top = map(space, 3);
      space.munmap(top + PAGE, PAGE);
      memory.putLong(top, 1);
      memory.putLong(top + 2 * PAGE, 3);
      assertThat(map(space, 1)).isEqualTo(top + PAGE);
      memory.putLong(top + PAGE, 2);
      long moved = space.mremap(top, 3 * PAGE, 64 * PAGE, MapFlags.MREMAP_MAYMOVE, 0);
      assertThat(Errno.isError(moved)).isFalse();
      assertThat(memory.getLong(moved)).isEqualTo(1);
      assertThat(memory.getLong(moved + PAGE)).isEqualTo(2);
      assertThat(memory.getLong(moved + 2 * PAGE)).isEqualTo(3);
    }
  }

  @Test
  void aLoweredBreakForgetsWholePagesOnly() {
    try (AddressSpace space = open("")) {
      Memory memory = space.memory();
      long start = space.sbrk(3 * PAGE);
      assertThat(start).isEqualTo(0x55555555a000L);
      memory.fill(start, 3 * PAGE, (byte) 5);
      assertThat(space.sbrk(-PAGE + 1)).isEqualTo(start + 3 * PAGE);
      assertThat(space.sbrk(-PAGE)).isEqualTo(start + 2 * PAGE + 1);
      assertThat(space.sbrk(2 * PAGE)).isEqualTo(start + PAGE + 1);
      assertThat(memory.getByte(start + 2 * PAGE - 1)).isEqualTo((byte) 5);
      assertThat(memory.getByte(start + 2 * PAGE)).isZero();
    }
  }

  @Test
  void processesLiveSideBySideAtTheSameAddresses() {
    List<AddressSpace> spaces = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        AddressSpace space = open("");
        spaces.add(space);
        assertThat(map(space, 1)).isEqualTo(0x7ffff7dd0000L);
        space.memory().putLong(0x7ffff7dd0000L, i);
      }
      for (int i = 0; i < 4; i++) {
        assertThat(spaces.get(i).memory().getLong(0x7ffff7dd0000L)).isEqualTo(i);
      }
    } finally {
      spaces.forEach(AddressSpace::close);
    }
  }

  @Test
  void whatDoesNotFitTheWindowIsOutOfMemory() {
    try (AddressSpace space = open("window=1G")) {
      long gib = 1L << 30;
      assertThat(space.sbrk(gib + PAGE)).isEqualTo(-Errno.ENOMEM);
      assertThat(space.programBreak()).isEqualTo(space.initialBreak());
      assertThat(space.mmap(0, gib + PAGE, 0, PRIVATE_ANONYMOUS)).isEqualTo(-Errno.ENOMEM);
      assertThat(space.mmap(0, gib / 2, 0, PRIVATE_ANONYMOUS)).isPositive();
      assertThat(space.statistics().mappedBytes()).isEqualTo(gib / 2);
    }
  }

  @Test
  void resetGivesAFreshProcessThatKeepsTheFramesOfItsBreak() {
    try (AddressSpace space = open("")) {
      Memory memory = space.memory();
      long start = space.sbrk(50 * PAGE);
      memory.fill(start, 50 * PAGE, (byte) 3);
      long block = map(space, 4);
      memory.fill(block, 4 * PAGE, (byte) 3);
      assertThat(space.reset()).isTrue();
      assertThat(space.programBreak()).isEqualTo(start);
      assertThat(space.statistics().mappedBytes()).isZero();
      assertThat(space.statistics().calls().get(Syscall.SBRK)).isZero();

      assertThat(space.sbrk(80 * PAGE)).isEqualTo(start);
      long host = start + hostOffset(memory, start);
      assertThat(new NativeLinuxCalls().residentBytes(host, 80 * PAGE)).isEqualTo(50 * PAGE);
      for (long at = start; at < start + 80 * PAGE; at += 8) {
        assertThat(memory.getLong(at)).isZero();
      }
      assertThat(map(space, 4)).isEqualTo(block);
      assertThat(memory.getLong(block)).isZero();
    }
  }

  /** Finds where the bytes of {@code address} are, by /proc/self/maps alone. */
  private static long hostOffset(Memory memory, long address) {
    memory.putLong(address, 0x5eed_1234_5678_9abcL);
    for (NativeLinuxMaps.Range range : NativeLinuxMaps.readable()) {
      long host = range.start();
      if (range.size() == 80 * PAGE && Memory.real(0).getLong(host) == 0x5eed_1234_5678_9abcL) {
        memory.putLong(address, 0);
        return host - address;
      }
    }
    throw new AssertionError("no mapping of the host holds the word just written");
  }

  @Test
  void resetAfterHolesInTheBreakGivesZeroesToo() {
    try (AddressSpace space = open("")) {
      long start = space.sbrk(10 * PAGE);
      space.memory().fill(start, 10 * PAGE, (byte) 3);
      space.munmap(start + 2 * PAGE, PAGE);
      space.mprotect(start + 5 * PAGE, PAGE, Protection.READ);
      assertThat(space.reset()).isTrue();
      assertThat(space.sbrk(10 * PAGE)).isEqualTo(start);
      for (long at = start; at < start + 10 * PAGE; at += PAGE) {
        assertThat(space.memory().getLong(at)).isZero();
        space.memory().putLong(at, 1);
      }
    }
  }

  @Test
  void aProcessThatEndedTakesNoMoreCalls() {
    AddressSpace space = open("");
    space.close();
    assertThatThrownBy(() -> space.sbrk(1)).hasMessageContaining("ended");
    space.close();
  }

  @Test
  void threadsMapWithoutSteppingOnOneAnother() throws InterruptedException, ExecutionException {
    try (AddressSpace space = open("");
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> runs = new ArrayList<>();
      for (int thread = 1; thread <= 4; thread++) {
        long mark = thread;
        runs.add(threads.submit(() -> mapAndCheck(space, mark)));
      }
      for (Future<?> run : runs) {
        run.get();
      }
      assertThat(space.statistics().mappedBytes()).isZero();
      assertThat(space.statistics().calls().get(Syscall.MMAP)).isEqualTo(4 * 500);
    }
  }

  private static void mapAndCheck(AddressSpace space, long mark) {
    for (int i = 0; i < 500; i++) {
      long pages = 1 + i % 7;
      long block = map(space, pages);
      for (long page = 0; page < pages; page++) {
        assertThat(space.memory().getLong(block + page * PAGE)).isZero();
        space.memory().putLong(block + page * PAGE, mark);
      }
      for (long page = 0; page < pages; page++) {
        assertThat(space.memory().getLong(block + page * PAGE)).isEqualTo(mark);
      }
      assertThat(space.munmap(block, pages * PAGE)).isZero();
    }
  }
}
