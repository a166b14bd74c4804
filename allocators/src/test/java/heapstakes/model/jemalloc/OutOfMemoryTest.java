package heapstakes.model.jemalloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.FailingSpace;
import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ShadowHeap;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** §14 of the specification. */
class OutOfMemoryTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @ValueSource(
      longs = {-1, Long.MAX_VALUE, Long.MIN_VALUE, SizeClasses.MAX, 1L << 60, 1L << 48, -8192})
  void absurdSizesAreRefusedAndLeaveNoTrace(long size) {
    try (TestHeap heap = TestHeap.open("")) {
      assertThat(heap.main.malloc(size)).isZero();
      assertThat(heap.main.calloc(2, size)).isZero();
      assertThat(heap.main.memalign(16, size)).isZero();
      assertThat(heap.main.memalign(1 << 16, size)).isZero();
      long block = heap.main.malloc(100);
      assertThat(heap.main.realloc(block, size)).isZero();
      assertThat(heap.main.usableSize(block)).isEqualTo(112);
      heap.heap.audit();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 100", "3, 100", "48, 8", "-16, 8"})
  void anAlignmentThatIsNoPowerOfTwoIsRefused(long alignment, long size) {
    try (TestHeap heap = TestHeap.open("")) {
      assertThat(heap.main.memalign(alignment, size)).isZero();
    }
  }

  @Test
  void aHeapThatCannotStartSaysWhy() {
    FailingSpace space = new FailingSpace(TestHeap.newSpace());
    space.mmapFails = () -> true;
    assertThatThrownBy(() -> TestHeap.open(space, ""))
        .isInstanceOf(HeapCorruptedException.class)
        .hasMessageContaining("refused");
    space.close();
  }

  /** With the series refused, exactly what is needed is tried; the series stays where it was. */
  @Test
  void aRefusedMappingIsTriedAgainInTheSizeNeeded() {
    FailingSpace space = new FailingSpace(TestHeap.newSpace());
    try (TestHeap heap = TestHeap.open(space, "")) {
      int[] calls = {0};
      space.mmapFails = () -> calls[0]++ == 0;
      space.sbrkFails = () -> true;
      long before = space.statistics().mappedBytes();
      assertThat(heap.main.malloc(3 * MIB)).isNotZero();
      assertThat(space.statistics().mappedBytes() - before).isEqualTo(3 * MIB + 4096);
      assertThat(heap.main.malloc(3 * MIB)).isNotZero();
      assertThat(space.statistics().mappedBytes() - before).isEqualTo(6 * MIB + MIB / 2 + 4096);
      heap.heap.audit();
    }
  }

  @Test
  void whenAMappingIsRefusedTheBreakIsTheSecondChoice() {
    FailingSpace space = new FailingSpace(TestHeap.newSpace());
    try (TestHeap heap = TestHeap.open(space, "")) {
      int[] calls = {0};
      space.mmapFails = () -> calls[0]++ == 0; // the next, for the map, must not be refused
      long block = heap.main.malloc(3 * MIB);
      assertThat(heap.heap.regionOf(block).name()).isEqualTo("brk");
      heap.heap.audit();
    }
  }

  /** A fill that gets nothing is counted and answers NULL; nothing else changes. */
  @Test
  void aRefusedFillIsStillAFill() {
    FailingSpace space = new FailingSpace(TestHeap.newSpace());
    try (TestHeap heap = TestHeap.open(space, "")) {
      space.mmapFails = () -> true;
      space.sbrkFails = () -> true;
      while (heap.main.malloc(14_336) != 0) {}
      long fills = heap.counter(".bins.35.nfills");
      assertThat(heap.main.malloc(14_336)).isZero();
      assertThat(heap.counter(".bins.35.nfills")).isEqualTo(fills + 1);
      heap.heap.audit();
      space.mmapFails = () -> false;
      assertThat(heap.main.malloc(14_336)).isNotZero();
    }
  }

  /** Each system call that may fail fails once, wherever it is. */
  @ParameterizedTest
  @ValueSource(strings = {"", "retain=false", "muzzy_decay_ms=100", "tcache=false"})
  void anyCallMayFailOnce(String settings) {
    int refused = 0;
    for (int call = 2; call <= 24; call++) { // the first two are probes, the third starts the heap
      try (AddressSpace space = Machine.parse("simulated:fail_call=" + call).open();
          TestHeap heap = TestHeap.open(space, settings)) {
        refused += play(heap, new Random(call), 600);
        heap.heap.audit();
      } catch (HeapCorruptedException e) {
        assertThat(call).isBetween(3, 5);
      }
    }
    assertThat(refused).isLessThan(24);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void callsThatFailAtRandomLeaveEveryLiveBlockIntact(long seed) {
    FailingSpace space = new FailingSpace(TestHeap.newSpace());
    try (TestHeap heap = TestHeap.open(space, seed % 2 == 0 ? "" : "retain=false")) {
      Random random = new Random(seed);
      space.sbrkFails = () -> random.nextInt(4) != 0;
      space.mmapFails = () -> random.nextInt(4) != 0;
      space.madviseFails = () -> random.nextInt(3) == 0;
      assertThat(play(heap, random, 4000)).isPositive();
      heap.heap.audit();
    }
  }

  /** Returns how many requests were refused. */
  private static int play(TestHeap heap, Random random, int operations) {
    ShadowHeap shadow = new ShadowHeap(heap.space.memory());
    List<Long> live = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < operations; i++) {
      if (!live.isEmpty() && random.nextInt(5) < 2) {
        long block = live.remove(random.nextInt(live.size()));
        shadow.freed(block);
        heap.main.free(block);
      } else {
        long size = random.nextInt(10) == 0 ? random.nextInt(1 << 21) : random.nextInt(20_000);
        long block = heap.main.malloc(size);
        if (block == 0) {
          refused++;
        } else {
          shadow.allocated(block, size);
          live.add(block);
        }
      }
      if (i % 100 == 0) {
        heap.passMillis(500);
        heap.poll();
      }
    }
    return refused;
  }
}
