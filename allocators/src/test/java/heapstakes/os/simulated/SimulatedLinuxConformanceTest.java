package heapstakes.os.simulated;

import static heapstakes.os.MapFlags.FIXED;
import static heapstakes.os.MapFlags.NORESERVE;
import static heapstakes.os.MapFlags.PRIVATE_ANONYMOUS;
import static heapstakes.os.Protection.NONE;
import static heapstakes.os.Protection.READ;
import static heapstakes.os.Protection.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.memory.SegmentationFault;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.ReturnedBy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The conformance checks of linux-vm.md §17 that need a simulated machine, to the digit. */
class SimulatedLinuxConformanceTest extends OnSimulatedLinux {
  /** Pages resident and minor faults since the last call. */
  private long[] deltas(long[] last) {
    long resident = statistics().residentBytes() / PAGE;
    long faults = statistics().minorFaults();
    long[] delta = {resident - last[0], faults - last[1]};
    last[0] = resident;
    last[1] = faults;
    return delta;
  }

  @Test
  void faultsAndResidentPagesOfAThousandPagesAreThoseMeasured() { // §6, §17.1
    long block = map(1000 * PAGE);
    long[] last = new long[2];
    space.memory().load(block, 1000 * PAGE);
    assertThat(deltas(last)).containsExactly(0, 1000);
    assertThat(statistics().zeroPages()).isEqualTo(1000);
    space.memory().touch(block, 1000 * PAGE);
    assertThat(deltas(last)).containsExactly(1000, 1000);
    space.madvise(block, 1000 * PAGE, Advice.DONTNEED);
    assertThat(deltas(last)).containsExactly(-1000, 0);
    space.memory().fill(block, 1000 * PAGE, (byte) 1);
    assertThat(deltas(last)).containsExactly(1000, 1000);
    space.madvise(block, 1000 * PAGE, Advice.FREE);
    assertThat(deltas(last)).containsExactly(0, 0);
    assertThat(statistics().lazyFreeBytes()).isEqualTo(1000 * PAGE);
    assertThat(space.memory().load(block, 1000 * PAGE)).isEqualTo(1000);
    assertThat(deltas(last)).containsExactly(0, 0);
    for (int page = 0; page < 1000; page += 2) {
      space.memory().putByte(block + page * PAGE, (byte) 2);
    }
    assertThat(deltas(last)).containsExactly(0, 0);
    assertThat(statistics().lazyFreeBytes()).isEqualTo(500 * PAGE);
    space.madvise(block, 1000 * PAGE, Advice.PAGEOUT);
    assertThat(deltas(last)).containsExactly(-500, 0);
    assertThat(space.memory().load(block, 1000 * PAGE)).isEqualTo(1000); // 500 × 2, the rest 0
    assertThat(statistics().returnedBytes().get(ReturnedBy.FREE)).isEqualTo(1000 * PAGE);
  }

  @Test
  void changingProtectionBackAndForthCostsNoFault() { // §3, mprotect
    long block = map(100 * PAGE);
    space.memory().touch(block, 100 * PAGE);
    long[] last = new long[2];
    deltas(last);
    space.mprotect(block, 100 * PAGE, NONE);
    assertThatThrownBy(() -> space.memory().getByte(block)).isInstanceOf(SegmentationFault.class);
    space.mprotect(block, 100 * PAGE, READ_WRITE);
    space.memory().touch(block, 100 * PAGE);
    assertThat(deltas(last)).containsExactly(0, 0);
  }

  @Test
  void populatingGivesTheSameStatesAsTouching() { // §6, §7.4
    map(64 * PAGE, READ_WRITE, MapFlags.POPULATE);
    assertThat(statistics().residentBytes()).isEqualTo(64 * PAGE);
    assertThat(statistics().minorFaults()).isEqualTo(64);
    map(64 * PAGE, NONE, MapFlags.POPULATE);
    assertThat(statistics().minorFaults()).isEqualTo(64);
    long readable = map(64 * PAGE, READ, MapFlags.POPULATE);
    assertThat(statistics().residentBytes()).isEqualTo(64 * PAGE);
    assertThat(statistics().zeroPages()).isEqualTo(64);
    assertThat(space.madvise(readable, PAGE, Advice.POPULATE_WRITE)).isEqualTo(-Errno.EINVAL);
    assertThat(space.madvise(readable, -1, Advice.DONTNEED)).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void mappingsMergeAndSplitAsMeasured() { // §2
    int start = statistics().mapCount();
    long block = map(9 * PAGE);
    assertThat(statistics().mapCount()).isEqualTo(start + 1);
    space.mprotect(block + 3 * PAGE, 3 * PAGE, READ);
    assertThat(statistics().mapCount()).isEqualTo(start + 3);
    space.mprotect(block + 3 * PAGE, 3 * PAGE, READ_WRITE);
    assertThat(statistics().mapCount()).isEqualTo(start + 1);
    space.madvise(block, 3 * PAGE, Advice.NOHUGEPAGE);
    assertThat(statistics().mapCount()).isEqualTo(start + 2);
    space.madvise(block + 3 * PAGE, 6 * PAGE, Advice.NOHUGEPAGE);
    assertThat(statistics().mapCount()).isEqualTo(start + 1);
    space.munmap(block + 3 * PAGE, 3 * PAGE);
    assertThat(statistics().mapCount()).isEqualTo(start + 2);
    map(PAGE, READ_WRITE, NORESERVE);
    assertThat(statistics().mapCount()).isEqualTo(start + 3);
  }

  @Test
  void mappingsTouchedApartNeverBecomeOne() { // §2, anonId
    int start = statistics().mapCount();
    long block = map(3 * PAGE);
    space.munmap(block + PAGE, PAGE);
    space.memory().touch(block, PAGE);
    space.memory().touch(block + 2 * PAGE, PAGE);
    assertThat(statistics().mapCount()).isEqualTo(start + 2);
    assertThat(map(PAGE)).isEqualTo(block + PAGE);
    assertThat(statistics().mapCount()).isEqualTo(start + 2);
  }

  @Test
  void mmapReaches65531MappingsAndSplitsStopAt65530() { // §4.1, §17.4
    int made = statistics().mapCount();
    long last = 0;
    for (long at = 0; !Errno.isError(at); made++) {
      last = at;
      at = map(PAGE, made % 2 == 0 ? READ : READ_WRITE, 0);
    }
    assertThat(statistics().mapCount()).isEqualTo(65_531);
    assertThat(made - 1).isEqualTo(65_531);
    assertThat(space.mmap(last, PAGE, READ, PRIVATE_ANONYMOUS | FIXED)).isEqualTo(-Errno.ENOMEM);
    assertThat(space.sbrk(PAGE)).isEqualTo(-Errno.ENOMEM);
    assertThat(space.mremap(last, PAGE, PAGE, 0, 0)).isEqualTo(last);
    assertThat(space.mremap(last, PAGE, 2 * PAGE, MapFlags.MREMAP_MAYMOVE, 0))
        .isEqualTo(-Errno.ENOMEM);
    assertThat(space.madvise(last, PAGE, Advice.DONTNEED)).isZero();
    assertThat(space.mprotect(last, PAGE, NONE)).isZero();
    assertThat(space.munmap(last, PAGE)).isZero();
    assertThat(statistics().mapCount()).isEqualTo(65_530);
  }

  @Test
  void splittingStopsAt65530Mappings() { // §4.1
    long block = map(140_000 * PAGE);
    long at = block + PAGE;
    while (space.mprotect(at, PAGE, READ) == 0) {
      at += 2 * PAGE;
    }
    assertThat(statistics().mapCount()).isEqualTo(65_530);
    assertThat(space.munmap(block + 139_000 * PAGE, PAGE)).isEqualTo(-Errno.ENOMEM);
    assertThat(space.munmap(block + 139_999 * PAGE, PAGE)).isZero();
  }

  @ParameterizedTest(name = "{0}: {1} × {2} GiB")
  @CsvSource({
    "layout=pie, 131071, 1",
    "layout=pie, 8191, 16",
    "layout=non_pie, 131071, 1",
    "layout=non_pie, 8191, 16",
    "overcommit=1, 131071, 1",
    "overcommit=2, 11, 1"
  })
  void theAddressSpaceHoldsSoManyBlocks(String settings, int blocks, int gib) { // §4.2, §17.5
    restart(settings);
    int got = 0;
    while (!Errno.isError(map(gib * GIB))) {
      got++;
    }
    assertThat(got).isEqualTo(blocks);
  }

  @Test
  void onePageInEachOf100000GibibytesIsCheapAndExact() { // §4.3: 1 PTE and 1 PMD table per GiB
    restart("flat=false"); // the fast path would cost the host 8 KiB of page table a GiB
    int blocks = 0;
    for (long at = map(GIB); blocks < 100_000; at = map(GIB)) {
      space.memory().putLong(at, blocks++);
    }
    assertThat(statistics().residentBytes()).isEqualTo(100_000 * PAGE);
    long puds = 197; // 100 000 GiB in whole 512 GiB regions, with those they begin and end in
    assertThat(statistics().pageTableBytes() / PAGE)
        .isBetween(200_000 + puds - 1, 200_000 + puds + 3);
  }

  @Test
  void untouchedSpaceIsMappedAndUnmappedAsAWhole() {
    long length = 87_000 * GIB;
    long block = map(length, NONE, NORESERVE);
    assertThat(statistics().virtualBytes()).isGreaterThan(length);
    assertThat(space.munmap(block, length)).isZero();
    assertThat(statistics().mappedBytes()).isZero();
    assertThat(statistics().peakMappedBytes()).isEqualTo(length);
  }

  @Test
  void heuristicOvercommitRefusesOnlySingleRequestsBeyondRamAndSwap() { // §8, mode 0
    long ram = 24_684_092 * KIB;
    assertThat(map(ram + PAGE)).isEqualTo(-Errno.ENOMEM);
    assertThat(map(ram)).isPositive();
    assertThat(map(ram)).isPositive();
    assertThat(map(4 * ram, READ_WRITE, NORESERVE)).isPositive();
    long reserved = map(64 * GIB, NONE, 0);
    assertThat(space.mprotect(reserved, 64 * GIB, READ_WRITE)).isEqualTo(-Errno.ENOMEM);
    assertThat(space.mprotect(reserved, 16 * GIB, READ_WRITE)).isZero();
    assertThat(space.mprotect(reserved + 16 * GIB, 16 * GIB, READ_WRITE)).isZero();
    restart("ram=6079508K,swap=524284K");
    assertThat(map(6_603_796 * KIB)).isEqualTo(-Errno.ENOMEM);
    assertThat(map(6_603_792 * KIB)).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "1, 0, 0", "2, 64, 0", "0, 0, 64"})
  void committedFollowsTheTable(int mode, long noReserve, long keptOn61) { // §8, table
    restart("overcommit=" + mode + ",kernel=" + (keptOn61 > 0 ? "6.1" : "6.18"));
    long block = map(64 * MIB);
    assertThat(statistics().committedBytes()).isEqualTo(64 * MIB);
    map(64 * MIB, READ, 0);
    map(64 * MIB, NONE, 0);
    assertThat(statistics().committedBytes()).isEqualTo(64 * MIB);
    map(64 * MIB, READ_WRITE, NORESERVE);
    assertThat(statistics().committedBytes()).isEqualTo((64 + noReserve) * MIB);
    space.mprotect(block, 64 * MIB, NONE);
    assertThat(statistics().committedBytes()).isEqualTo((noReserve + keptOn61) * MIB);
    space.mprotect(block, 64 * MIB, READ_WRITE);
    space.memory().touch(block, PAGE);
    space.mprotect(block, 64 * MIB, NONE);
    space.madvise(block, 64 * MIB, Advice.DONTNEED);
    assertThat(statistics().committedBytes()).isEqualTo((64 + noReserve) * MIB);
    space.munmap(block, 32 * MIB);
    space.sbrk(16 * MIB);
    assertThat(statistics().committedBytes()).isEqualTo((48 + noReserve) * MIB);
  }

  @Test
  void strictOvercommitStopsAtTheLimitLessTheReserves() { // §8, mode 2
    restart("overcommit=2,ram=1G"); // limit 512 MiB, less 8 MiB and total_vm / 32
    assertThat(map(505 * MIB)).isEqualTo(-Errno.ENOMEM);
    assertThat(map(100 * GIB, NONE, 0)).isPositive();
    assertThat(map(474 * MIB)).isEqualTo(-Errno.ENOMEM); // 3 % of RAM are 30.7 MiB
    assertThat(map(473 * MIB)).isPositive();
  }

  @Test
  void addressSpaceLimitCountsReservationsToo() { // §3.5
    restart("rlimit_as=64M");
    assertThat(map(64 * MIB, NONE, 0)).isEqualTo(-Errno.ENOMEM);
    assertThat(map(32 * MIB, NONE, 0)).isPositive();
    assertThat(space.sbrk(40 * MIB)).isEqualTo(-Errno.ENOMEM);
  }

  @Test
  void dataLimitCountsWhatIsWritableAndTheBreak() { // §3.5, §5.1
    restart("rlimit_data=64M");
    long reserved = map(GIB, NONE, 0);
    assertThat(reserved).isPositive();
    assertThat(map(65 * MIB)).isEqualTo(-Errno.ENOMEM);
    assertThat(map(32 * MIB)).isPositive();
    assertThat(space.mprotect(reserved, 40 * MIB, READ_WRITE)).isEqualTo(-Errno.ENOMEM);
    assertThat(space.mprotect(reserved, 16 * MIB, READ_WRITE)).isZero();
    assertThat(space.sbrk(20 * MIB)).isEqualTo(-Errno.ENOMEM);
    assertThat(space.sbrk(8 * MIB)).isPositive();
    assertThat(space.mprotect(reserved, 16 * MIB, NONE)).isZero();
    assertThat(space.sbrk(20 * MIB)).isPositive();
  }

  @Test
  void pageTablesAreCountedAndFreedAsMeasured() { // §6, §17.10
    long block = map(4 * GIB);
    long gib = (block + GIB) & -GIB;
    space.memory().touch(gib, PAGE);
    long first = statistics().pageTableBytes(); // PTE, PMD and, first in its 512 GiB, PUD
    assertThat(first).isEqualTo(3 * PAGE);
    space.memory().touch(gib + 2 * MIB, PAGE);
    assertThat(statistics().pageTableBytes() - first).isEqualTo(PAGE);
    space.memory().touch(gib + GIB, PAGE);
    assertThat(statistics().pageTableBytes() - first).isEqualTo(3 * PAGE);
    for (long at = gib; at < gib + GIB; at += 2 * MIB) {
      space.memory().getByte(at);
    }
    assertThat(statistics().pageTableBytes() - first).isEqualTo((2 + 511) * PAGE);
    space.madvise(gib, GIB, Advice.DONTNEED);
    assertThat(statistics().pageTableBytes() - first).isEqualTo(PAGE);
    space.munmap(block, 4 * GIB);
    assertThat(statistics().pageTableBytes()).isEqualTo(PAGE); // the libraries share the PUD
  }

  @Test
  void olderKernelsKeepPageTablesOfDroppedPages() { // §14
    restart("kernel=6.1");
    long block = map(4 * MIB);
    space.memory().touch(block, 4 * MIB);
    long tables = statistics().pageTableBytes();
    space.madvise(block, 4 * MIB, Advice.DONTNEED);
    assertThat(statistics().pageTableBytes()).isEqualTo(tables);
    assertThat(block % (2 * MIB)).isNotZero();
  }

  @Test
  void randomisedLayoutsFollowTheirSeedAndLoseFewBlocks() { // §4.2: 131 069 with ASLR
    restart("aslr=7");
    long start = space.initialBreak();
    int got = 0;
    while (!Errno.isError(map(GIB))) {
      got++;
    }
    assertThat(got).isBetween(131_067, 131_071);
    restart("aslr=7");
    assertThat(space.initialBreak()).isEqualTo(start).isNotEqualTo(0x5555_5555_a000L);
  }

  @Test
  void aCallCanBeMadeToFail() {
    restart("fail_call=2");
    long block = map(PAGE);
    assertThat(space.munmap(block, PAGE)).isEqualTo(-Errno.ENOMEM);
    assertThat(space.munmap(block, PAGE)).isZero();
    restart("fail_call=1");
    assertThat(space.sbrk(PAGE)).isEqualTo(-Errno.ENOMEM);
    assertThat(space.sbrk(PAGE)).isPositive();
  }

  @Test
  void modelledCostIsTheSumOfItsParts() { // §13, profile vm
    long block = map(10 * PAGE);
    long mapped = 110 + 950 + 800;
    assertThat(statistics().modelledNanos()).isEqualTo(mapped);
    space.memory().touch(block, 10 * PAGE);
    long touched = mapped + 10 * (1_240 + 65) + 3 * 600;
    assertThat(statistics().modelledNanos()).isEqualTo(touched);
    space.madvise(block, 10 * PAGE, Advice.FREE);
    long lazy = touched + 110 + 500 + 10 * 226;
    assertThat(statistics().modelledNanos()).isEqualTo(lazy);
    space.munmap(block, 10 * PAGE);
    assertThat(statistics().modelledNanos()).isEqualTo(lazy + 110 + 2_100 + 10 * 245);
  }

  /** §1.1 with the break moved up, as it is where the program is larger. */
  @Test
  void theBreakStartsAsFarAboveTheProgramAsIsSaid() {
    try (SimulatedLinux space = SimulatedLinuxProvider.open("break_gap=2M")) {
      assertThat(space.initialBreak()).isEqualTo(0x5555_5575_a000L);
      assertThat(space.sbrk(4096)).isEqualTo(0x5555_5575_a000L);
      assertThat(space.statistics().mappedBytes()).isEqualTo(4096);
    }
  }
}
