package heapstakes.os;

import static heapstakes.os.MapFlags.PRIVATE_ANONYMOUS;
import static heapstakes.os.Protection.NONE;
import static heapstakes.os.Protection.READ;
import static heapstakes.os.Protection.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.memory.Memory;
import heapstakes.memory.SegmentationFault;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every kind of memory must do (linux-vm.md §17, what needs no simulated machine). Figures are
 * those measured on Linux 6.18, in pages, over the canonical layout.
 */
public abstract class AddressSpaceContractTest {
  static final long PAGE = 4096;
  static final long MIB = 1L << 20;

  /** Lowest address of the libraries: the first mapping ends here. */
  static final long MMAP_TOP = 0x7fff_f7dd_1000L;

  AddressSpace space;

  /** A fresh process on the memory under test. */
  protected abstract AddressSpace open();

  /** Whether loads and stores that are not permitted can be caught. */
  protected boolean catchesFaults() {
    return true;
  }

  @BeforeEach
  void start() {
    space = open();
  }

  @AfterEach
  void stop() {
    space.close();
  }

  long map(long pages) {
    return map(pages, READ_WRITE);
  }

  long map(long pages, int protection) {
    return space.mmap(0, pages * PAGE, protection, PRIVATE_ANONYMOUS);
  }

  long residentPages() {
    return space.statistics().residentBytes() / PAGE;
  }

  Memory memory() {
    return space.memory();
  }

  @Test
  void aFreshProcessHasNothingMappedAndTheCanonicalBreak() {
    assertThat(space.initialBreak()).isEqualTo(0x5555_5555_a000L);
    assertThat(space.programBreak()).isEqualTo(space.initialBreak());
    assertThat(space.statistics().mappedBytes()).isZero();
    assertThat(space.statistics().residentBytes()).isZero();
  }

  @Test
  void pagesBecomeResidentWhenWrittenAndGoWithDontNeed() {
    long block = map(1000);
    assertThat(residentPages()).isZero();
    memory().touch(block, 1000 * PAGE);
    assertThat(residentPages()).isEqualTo(1000);
    memory().putLong(block + 8, 7);
    assertThat(space.madvise(block, 1000 * PAGE, Advice.DONTNEED)).isZero();
    assertThat(residentPages()).isZero();
    assertThat(space.statistics().returnedBytes().get(ReturnedBy.DONTNEED)).isEqualTo(1000 * PAGE);
    assertThat(memory().getLong(block + 8)).isZero();
    assertThat(space.statistics().mappedBytes()).isEqualTo(1000 * PAGE);
    assertThat(space.statistics().peakResidentBytes()).isEqualTo(1000 * PAGE);
  }

  @Test
  void pagesAreToldInRunsOfOneState() {
    long block = map(10);
    memory().touch(block, 6 * PAGE);
    space.madvise(block + PAGE, PAGE, Advice.DONTNEED);
    space.madvise(block + 3 * PAGE, 2 * PAGE, Advice.FREE);
    map(2, NONE);
    List<String> told = new ArrayList<>();
    boolean known =
        space.visitPages((address, bytes, state) ->
            told.add((address - block) / PAGE + "+" + bytes / PAGE + " " + state));
    Assumptions.assumeTrue(known, "states of pages are not known of this memory");
    assertThat(told)
        .containsExactly(
            "-2+2 EMPTY",
            "0+1 DIRTY",
            "1+1 EMPTY",
            "2+1 DIRTY",
            "3+2 LAZY",
            "5+1 DIRTY",
            "6+4 EMPTY");
  }

  @Test
  void freedPagesReadAsZeroWhenTheyAreMappedAgain() {
    for (long pages : new long[] {1, 3, 63, 64, 700}) {
      long block = map(pages);
      memory().fill(block, pages * PAGE, (byte) 0x5a);
      assertThat(space.munmap(block, pages * PAGE)).isZero();
      assertThat(map(pages)).isEqualTo(block);
      for (long at = block; at < block + pages * PAGE; at += 8) {
        assertThat(memory().getLong(at)).isZero();
      }
      assertThat(space.munmap(block, pages * PAGE)).isZero();
    }
  }

  @Test
  void mappingsGoDownwardsFromTheLibraries() {
    long first = map(16, READ_WRITE);
    long second = map(16, READ);
    long third = map(16, READ_WRITE);
    assertThat(first).isEqualTo(MMAP_TOP - 16 * PAGE);
    assertThat(second).isEqualTo(first - 16 * PAGE);
    assertThat(third).isEqualTo(second - 16 * PAGE);
  }

  @Test
  void theHighestHoleThatFitsIsFilledFromItsTop() {
    long first = map(16);
    long second = map(16);
    long third = map(16);
    assertThat(space.munmap(second, 16 * PAGE)).isZero();
    assertThat(map(4)).isEqualTo(first - 4 * PAGE);
    assertThat(map(14)).isEqualTo(third - 14 * PAGE);
    assertThat(map(12)).isEqualTo(second);
  }

  @Test
  void aHintIsHeededWhereItIsFreeAndRoundedDown() {
    long block = map(1);
    long hint = block - 100 * PAGE;
    assertThat(space.mmap(hint + 123, PAGE, READ_WRITE, PRIVATE_ANONYMOUS)).isEqualTo(hint);
    assertThat(space.mmap(hint, PAGE, READ_WRITE, PRIVATE_ANONYMOUS)).isEqualTo(block - PAGE);
  }

  @Test
  void onlyWholeMultiplesOf2MiBAreAligned() {
    long first = map(512);
    assertThat(first % (2 * MIB)).isZero();
    assertThat(map(512)).isEqualTo(first - 2 * MIB);
    assertThat(map(1025) % (2 * MIB)).isNotZero();
    assertThat(map(768) % (2 * MIB)).isNotZero();
  }

  @Test
  void mmapRefusesWhatLinuxRefuses() {
    long block = map(2);
    int fixed = PRIVATE_ANONYMOUS | MapFlags.FIXED;
    int keep = PRIVATE_ANONYMOUS | MapFlags.FIXED_NOREPLACE;
    assertThat(map(0)).isEqualTo(-Errno.EINVAL);
    assertThat(space.mmap(0, Long.MAX_VALUE, READ_WRITE, PRIVATE_ANONYMOUS))
        .isEqualTo(-Errno.ENOMEM);
    assertThat(space.mmap(0, PAGE, READ_WRITE, MapFlags.ANONYMOUS)).isEqualTo(-Errno.EINVAL);
    assertThat(space.mmap(block + 1, PAGE, READ_WRITE, fixed)).isEqualTo(-Errno.EINVAL);
    assertThat(space.mmap(block + PAGE, PAGE, READ_WRITE, keep)).isEqualTo(-Errno.EEXIST);
    assertThat(space.mmap(0x7fff_ffff_f000L, PAGE, READ_WRITE, fixed)).isEqualTo(-Errno.ENOMEM);
  }

  @Test
  void aFixedMappingReplacesWhatIsThere() {
    long block = map(8);
    memory().fill(block, 8 * PAGE, (byte) 1);
    int fixed = PRIVATE_ANONYMOUS | MapFlags.FIXED;
    assertThat(space.mmap(block + PAGE, 2 * PAGE, READ_WRITE, fixed)).isEqualTo(block + PAGE);
    assertThat(residentPages()).isEqualTo(6);
    assertThat(memory().getLong(block + PAGE)).isZero();
    assertThat(memory().getByte(block + 3 * PAGE)).isEqualTo((byte) 1);
    assertThat(space.statistics().mappedBytes()).isEqualTo(8 * PAGE);
  }

  @Test
  void theBreakIsByteGranularButItsMappingIsNot() {
    long start = space.initialBreak();
    assertThat(space.sbrk(PAGE)).isEqualTo(start);
    assertThat(space.statistics().mappedBytes()).isEqualTo(PAGE);
    assertThat(space.sbrk(1)).isEqualTo(start + PAGE);
    assertThat(space.statistics().mappedBytes()).isEqualTo(2 * PAGE);
    assertThat(space.sbrk(PAGE - 1)).isEqualTo(start + PAGE + 1);
    assertThat(space.statistics().mappedBytes()).isEqualTo(2 * PAGE);
  }

  @Test
  void loweringTheBreakKeepsThePartialPageAndFreesTheOthers() {
    long start = space.sbrk(8 * PAGE);
    memory().fill(start, 8 * PAGE, (byte) 3);
    assertThat(space.sbrk(-(6 * PAGE - 1))).isEqualTo(start + 8 * PAGE);
    assertThat(space.programBreak()).isEqualTo(start + 2 * PAGE + 1);
    assertThat(residentPages()).isEqualTo(3);
    assertThat(space.statistics().returnedBytes().get(ReturnedBy.BRK)).isEqualTo(5 * PAGE);
    space.sbrk(6 * PAGE - 1);
    assertThat(memory().getByte(start + 3 * PAGE - 1)).isEqualTo((byte) 3);
    assertThat(memory().getByte(start + 3 * PAGE)).isZero();
  }

  @Test
  void theBreakKeepsOneFreePageBeforeTheNextMapping() {
    long start = space.initialBreak();
    long wall = start + 10 * PAGE;
    space.mmap(wall, PAGE, READ, PRIVATE_ANONYMOUS | MapFlags.FIXED);
    assertThat(space.sbrk(10 * PAGE)).isEqualTo(-Errno.ENOMEM);
    assertThat(space.programBreak()).isEqualTo(start);
    assertThat(space.sbrk(9 * PAGE)).isEqualTo(start);
    assertThat(space.sbrk(1)).isEqualTo(-Errno.ENOMEM);
  }

  @Test
  void theBreakCannotPassItsStart() {
    assertThat(space.sbrk(-1)).isEqualTo(-Errno.ENOMEM);
    assertThat(space.sbrk(Long.MIN_VALUE)).isEqualTo(-Errno.ENOMEM);
    assertThat(space.programBreak()).isEqualTo(space.initialBreak());
  }

  @Test
  void munmapTakesHolesButNoUnalignedAddress() {
    long block = map(9);
    assertThat(space.munmap(block + 1, PAGE)).isEqualTo(-Errno.EINVAL);
    assertThat(space.munmap(block, 0)).isEqualTo(-Errno.EINVAL);
    assertThat(space.munmap(0x7fff_ffff_f000L, PAGE)).isEqualTo(-Errno.EINVAL);
    assertThat(space.munmap(block + 3 * PAGE, 3 * PAGE)).isZero();
    assertThat(space.munmap(block, 9 * PAGE)).isZero();
    assertThat(space.munmap(block, 9 * PAGE)).isZero();
    assertThat(space.statistics().mappedBytes()).isZero();
  }

  @Test
  void protectionStopsAtAHoleAndKeepsWhatItDid() {
    long block = map(3);
    space.munmap(block + PAGE, PAGE);
    memory().putByte(block, (byte) 9);
    assertThat(space.mprotect(block, 3 * PAGE, READ)).isEqualTo(-Errno.ENOMEM);
    assertThat(space.mprotect(block + 1, PAGE, READ)).isEqualTo(-Errno.EINVAL);
    assertThat(space.mprotect(block, 0, READ)).isZero();
    assertThat(memory().getByte(block)).isEqualTo((byte) 9);
    Assumptions.assumeTrue(catchesFaults(), "a store that is not permitted would end this JVM");
    assertThatThrownBy(() -> memory().putByte(block, (byte) 1))
        .isInstanceOf(SegmentationFault.class);
  }

  @Test
  void residentPagesAndTheirBytesSurviveProtNone() {
    long block = map(4);
    memory().fill(block, 4 * PAGE, (byte) 7);
    assertThat(space.mprotect(block, 4 * PAGE, NONE)).isZero();
    assertThat(residentPages()).isEqualTo(4);
    assertThat(space.mprotect(block, 4 * PAGE, READ_WRITE)).isZero();
    assertThat(memory().getByte(block + 4 * PAGE - 1)).isEqualTo((byte) 7);
    assertThat(residentPages()).isEqualTo(4);
  }

  @Test
  void mremapShrinksGrowsInPlaceAndMoves() {
    long wall = map(1, READ);
    long block = map(4);
    memory().fill(block, 4 * PAGE, (byte) 5);
    assertThat(space.mremap(block, 4 * PAGE, 2 * PAGE, 0, 0)).isEqualTo(block);
    assertThat(residentPages()).isEqualTo(2);
    assertThat(space.mremap(block, 2 * PAGE, 4 * PAGE, 0, 0)).isEqualTo(block);
    assertThat(block + 4 * PAGE).isEqualTo(wall);
    assertThat(space.mremap(block, 4 * PAGE, 6 * PAGE, 0, 0)).isEqualTo(-Errno.ENOMEM);
    long moved = space.mremap(block, 4 * PAGE, 6 * PAGE, MapFlags.MREMAP_MAYMOVE, 0);
    assertThat(moved).isEqualTo(block - 6 * PAGE);
    assertThat(memory().getByte(moved + 2 * PAGE - 1)).isEqualTo((byte) 5);
    assertThat(memory().getByte(moved + 2 * PAGE)).isZero();
    assertThat(space.statistics().mappedBytes()).isEqualTo(7 * PAGE);
  }

  @Test
  void mremapRefusesWhatLinuxRefuses() {
    long block = map(4);
    int move = MapFlags.MREMAP_MAYMOVE;
    assertThat(space.mremap(block + 1, PAGE, PAGE, 0, 0)).isEqualTo(-Errno.EINVAL);
    assertThat(space.mremap(block, PAGE, 0, move, 0)).isEqualTo(-Errno.EINVAL);
    assertThat(space.mremap(block, 0, PAGE, move, 0)).isEqualTo(-Errno.EINVAL);
    assertThat(space.mremap(block, PAGE, PAGE, MapFlags.MREMAP_FIXED, block - 9 * PAGE))
        .isEqualTo(-Errno.EINVAL);
    assertThat(space.mremap(block - PAGE, PAGE, 2 * PAGE, move, 0)).isEqualTo(-Errno.EFAULT);
    assertThat(space.mremap(block, 5 * PAGE, 6 * PAGE, move, 0)).isEqualTo(-Errno.EFAULT);
    assertThat(space.mremap(block, 4 * PAGE, 4 * PAGE, 0, 0)).isEqualTo(block);
  }

  @Test
  void madviseServesMappedPartsAndReportsHoles() {
    long block = map(6);
    memory().touch(block, 6 * PAGE);
    space.munmap(block + 2 * PAGE, PAGE);
    assertThat(space.madvise(block + 1, PAGE, Advice.DONTNEED)).isEqualTo(-Errno.EINVAL);
    assertThat(space.madvise(block, 0, Advice.DONTNEED)).isZero();
    assertThat(space.madvise(block, 6 * PAGE, Advice.DONTNEED)).isEqualTo(-Errno.ENOMEM);
    assertThat(residentPages()).isZero();
    assertThat(space.madvise(block - 5 * PAGE, PAGE, Advice.DONTNEED)).isEqualTo(-Errno.ENOMEM);
  }

  @Test
  void freedPagesStayResidentAndWritingKeepsThem() {
    long block = map(100);
    memory().fill(block, 100 * PAGE, (byte) 1);
    assertThat(space.madvise(block, 100 * PAGE, Advice.FREE)).isZero();
    assertThat(residentPages()).isEqualTo(100);
    for (int page = 0; page < 100; page += 2) {
      memory().putByte(block + page * PAGE, (byte) 2);
    }
    assertThat(space.madvise(block, 100 * PAGE, Advice.PAGEOUT)).isZero();
    assertThat(residentPages()).isEqualTo(50);
    assertThat(memory().getByte(block)).isEqualTo((byte) 2);
    assertThat(memory().getByte(block + PAGE)).isZero();
  }

  @Test
  void systemCallsAreCountedFailedOnesIncluded() {
    long block = map(2);
    map(0);
    space.sbrk(PAGE);
    space.sbrk(-PAGE);
    space.munmap(block, 2 * PAGE);
    space.madvise(block, PAGE, Advice.DONTNEED);
    assertThat(space.statistics().calls().get(Syscall.MMAP)).isEqualTo(2);
    assertThat(space.statistics().calls().get(Syscall.SBRK)).isEqualTo(2);
    assertThat(space.statistics().calls().get(Syscall.MUNMAP)).isEqualTo(1);
    assertThat(space.statistics().calls().get(Syscall.MADVISE)).isEqualTo(1);
  }
}
