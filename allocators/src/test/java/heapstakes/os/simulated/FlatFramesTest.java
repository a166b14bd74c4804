package heapstakes.os.simulated;

import static heapstakes.os.Protection.NONE;
import static heapstakes.os.Protection.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.memory.Memory;
import heapstakes.os.Advice;
import heapstakes.os.MapFlags;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames go from process to process, their bytes do not. */
class FlatFramesTest extends OnSimulatedLinux {
  private static final int PAGES = 600; // more than one page table, and a large run
  private static final int ALL = 2000; // and what lies below it

  private long nonZeroWords(SimulatedLinux process, long at, long bytes) {
    Memory memory = process.memory();
    long count = 0;
    for (long word = at; word < at + bytes; word += Long.BYTES) {
      count += memory.getLong(word) != 0 ? 1 : 0;
    }
    return count;
  }

  private void assertNothingIsLeftOf(LongConsumer life) {
    long block = map(PAGES * PAGE);
    life.accept(block);
    restart("");
    long all = map(ALL * PAGE);
    assertThat(all + ALL * PAGE).isEqualTo(block + PAGES * PAGE); // the same addresses, and more
    assertThat(nonZeroWords(space, all, ALL * PAGE)).isZero();
  }

  private void write(long at, long pages) {
    space.memory().fill(at, pages * PAGE, (byte) 0xAB);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, PAGES})
  void whatWasStored(int pages) {
    assertNothingIsLeftOf(block -> write(block, pages));
  }

  @Test
  void whatWasStoredAfterATouch() {
    assertNothingIsLeftOf(block -> {
      space.memory().touch(block, PAGES * PAGE);
      write(block, PAGES);
      space.memory().touch(block, PAGES * PAGE);
    });
  }

  @Test
  void whatCouldNotBeReachedAtTheEnd() {
    assertNothingIsLeftOf(block -> {
      write(block, PAGES);
      space.mprotect(block, PAGES * PAGE, NONE);
    });
  }

  @Test
  void whatWasMovedAway() {
    assertNothingIsLeftOf(block -> {
      write(block, PAGES);
      assertThat(space.mremap(block, PAGES * PAGE, 1000 * PAGE, MapFlags.MREMAP_MAYMOVE, 0))
          .isEqualTo(block - 1000 * PAGE);
    });
  }

  @Test
  void whatMayGoWhenMemoryIsShort() {
    assertNothingIsLeftOf(block -> {
      write(block, PAGES);
      space.madvise(block, PAGES * PAGE, Advice.FREE);
      write(block, 100);
    });
  }

  @Test
  void whatAChildHadCopied() {
    long block = map(PAGES * PAGE);
    write(block, PAGES);
    SimulatedLinux child = space.fork();
    child.memory().touch(block, 10 * PAGE);
    child.close();
    SimulatedLinux next = SimulatedLinuxProvider.open("");
    try {
      long again = next.mmap(0, PAGES * PAGE, READ_WRITE, MapFlags.PRIVATE_ANONYMOUS);
      assertThat(nonZeroWords(next, again, PAGES * PAGE)).isZero();
    } finally {
      next.close();
    }
    assertThat(nonZeroWords(space, block, PAGES * PAGE)).isEqualTo(PAGES * PAGE / Long.BYTES);
  }

  @Test
  void moreThanIsKept() {
    long bytes = 100 * MIB;
    long block = map(bytes);
    write(block, bytes / PAGE);
    space.munmap(block + MIB, bytes - 2 * MIB);
    restart("");
    block = map(bytes);
    assertThat(nonZeroWords(space, block, bytes)).isZero();
  }
}
