package heapstakes.allocator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.os.Machine;
import heapstakes.setting.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every allocator of the catalogue owes its callers, on every kind of memory; C11 §7.22.3 and
 * the manual pages of malloc(3), memalign(3) and malloc_usable_size(3).
 */
class AllocatorContractTest {
  /** Round up to 0 or to a negative number, or are more than there are addresses. */
  private static final long[] ABSURD = {
    -1,
    -100,
    -8192,
    -8193,
    Long.MIN_VALUE,
    Long.MAX_VALUE,
    0x7000_0000_0000_0000L,
    1L << 60,
    1L << 48
  };

  private static final long MAX_ALIGN = 16; // alignof(max_align_t) on x86-64
  private static final int OPERATIONS = 4_000;

  /** An allocator on a memory; a native library brings its own and is tried once. */
  record Cell(AllocatorProvider provider, AddressSpaceProvider memory) {
    @Override
    public String toString() {
      return provider.name() + " on " + memory.name();
    }
  }

  static List<Cell> cells() {
    return Allocators.all().stream().flatMap(AllocatorContractTest::cells).toList();
  }

  private static Stream<Cell> cells(AllocatorProvider provider) {
    Stream<Cell> cells = Machine.all().stream().map(memory -> new Cell(provider, memory));
    return provider.capabilities().contains(Capability.ANY_MEMORY) ? cells : cells.limit(1);
  }

  private static void with(Cell cell, BiConsumer<ThreadAllocator, Memory> test) {
    cell.provider().unavailable().ifPresent(Assumptions::abort);
    Assumptions.assumeFalse(
        cell.provider().needsAProcess(), "it runs in a process of its own only");
    cell.memory().unavailable().ifPresent(Assumptions::abort);
    String name = cell.provider().name();
    try (AddressSpace space =
            cell.memory().open(Settings.defaults(name, cell.memory().settings()));
        Allocator allocator =
            cell.provider().open(space, Settings.defaults(name, cell.provider().settings()))) {
      test.accept(allocator.attach(), allocator.memory());
      allocator.audit();
    }
  }

  /** Behind bursts of small or large blocks, of which the last one may stay. */
  @ParameterizedTest
  @MethodSource("cells")
  void whoTrimsCallsTheKernelForItAndWhoDoesNotNever(Cell cell) {
    Assumptions.assumeTrue(
        cell.provider().capabilities().contains(Capability.ANY_MEMORY),
        "what a library asks of the kernel is not counted here");
    cell.memory().unavailable().ifPresent(Assumptions::abort);
    boolean called =
        trimsBehind(cell, 4000, 100, 1)
            | trimsBehind(cell, 4000, 3000, 0)
            | trimsBehind(cell, 20, 100_000, 0);
    assertThat(called).isEqualTo(cell.provider().capabilities().contains(Capability.TRIMS));
  }

  private static boolean trimsBehind(Cell cell, int count, long size, int left) {
    String name = cell.provider().name();
    try (AddressSpace space =
            cell.memory().open(Settings.defaults(name, cell.memory().settings()));
        Allocator allocator =
            cell.provider().open(space, Settings.defaults(name, cell.provider().settings()))) {
      ThreadAllocator thread = allocator.attach();
      List<Long> blocks = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        blocks.add(thread.malloc(size));
      }
      blocks.subList(0, count - left).forEach(thread::free);
      Map<?, Long> before = space.statistics().calls();
      thread.trim(0);
      return !space.statistics().calls().equals(before);
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void blocksAreAlignedAndAtLeastAsLargeAsAskedFor(Cell cell) {
    with(
        cell,
        (heap, memory) -> {
          for (long size : new long[] {1, 8, 16, 17, 24, 100, 1000, 4096, 70_000, 1 << 20}) {
            long block = heap.malloc(size);
            assertThat(block).as("malloc(%d)", size).isNotZero();
            assertThat(block % (size < MAX_ALIGN ? 8 : MAX_ALIGN)).as("malloc(%d)", size).isZero();
            assertThat(heap.usableSize(block)).isGreaterThanOrEqualTo(size);
            heap.free(block);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("cells")
  void memalignGivesEveryPowerOfTwo(Cell cell) {
    with(
        cell,
        (heap, memory) -> {
          List<Long> blocks = new ArrayList<>();
          for (long alignment = 8; alignment <= 1 << 17; alignment <<= 1) {
            long block = heap.memalign(alignment, 100);
            assertThat(block).as("memalign(%d, 100)", alignment).isNotZero();
            assertThat(block % alignment).as("memalign(%d, 100)", alignment).isZero();
            assertThat(heap.usableSize(block)).isGreaterThanOrEqualTo(100);
            blocks.add(block);
          }
          blocks.forEach(heap::free);
        });
  }

  @ParameterizedTest
  @MethodSource("cells")
  void callocIsZeroThoughTheMemoryWasUsedBefore(Cell cell) {
    with(
        cell,
        (heap, memory) -> {
          for (long size : new long[] {24, 1000, 20_000, 300_000}) {
            long dirty = heap.malloc(size);
            memory.fill(dirty, size, (byte) 0xa5);
            heap.free(dirty);
            long block = heap.calloc(1, size);
            for (long at = 0; at < size; at++) {
              if (memory.getByte(block + at) != 0) {
                fail("byte %d of calloc(1, %d) is not zero", at, size);
              }
            }
            heap.free(block);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("cells")
  void reallocKeepsTheBytesThatFit(Cell cell) {
    with(
        cell,
        (heap, memory) -> {
          long size = 10;
          long block = heap.realloc(0, size);
          for (long next : new long[] {30, 24, 5000, 200_000, 400_000, 150, 2_000_000, 1}) {
            write(memory, block, size, next);
            long moved = heap.realloc(block, next);
            assertThat(moved).as("realloc to %d", next).isNotZero();
            assertHolds(memory, moved, Math.min(size, next), next);
            block = moved;
            size = next;
          }
          heap.free(block);
        });
  }

  @ParameterizedTest
  @MethodSource("cells")
  void absurdSizesGiveNullAndLeaveTheHeapUsable(Cell cell) {
    with(
        cell,
        (heap, memory) -> {
          assertThat(heap.calloc(1L << 33, 1L << 33)).isZero();
          long kept = heap.malloc(100);
          long usable = heap.usableSize(kept);
          write(memory, kept, 100, 1);
          for (long size : ABSURD) {
            assertThat(heap.malloc(size)).as("malloc(%d)", size).isZero();
            assertThat(heap.calloc(2, size)).as("calloc(2, %d)", size).isZero();
            assertThat(heap.memalign(16, size)).as("memalign(16, %d)", size).isZero();
            assertThat(heap.memalign(1 << 16, size)).as("memalign(64K, %d)", size).isZero();
            assertThat(heap.realloc(kept, size)).as("realloc(%d)", size).isZero();
            assertThat(heap.usableSize(kept)).isEqualTo(usable);
          }
          assertHolds(memory, kept, 100, 1);
          heap.free(kept);
          heap.free(0);
        });
  }

  /** Against a naive map of intervals, with a pattern of its own in every block. */
  @ParameterizedTest
  @MethodSource("cells")
  void liveBlocksNeverOverlapAndKeepTheirBytes(Cell cell) {
    with(
        cell,
        (heap, memory) -> {
          Random random = new Random(20_261_120);
          TreeMap<Long, Long> live = new TreeMap<>(); // address → size
          for (int i = 0; i < OPERATIONS; i++) {
            if (!live.isEmpty() && random.nextInt(100) < 45) {
              long block = pick(live, random);
              long size = Objects.requireNonNull(live.remove(block));
              assertHolds(memory, block, size, block);
              heap.free(block);
            } else {
              long size = size(random);
              long block = random.nextInt(20) == 0 ? heap.memalign(256, size) : heap.malloc(size);
              assertFree(live, block, size);
              live.put(block, size);
              write(memory, block, size, block);
            }
            if (i % 1000 == 999) {
              heap.trim(0);
            }
          }
          live.forEach((block, size) -> assertHolds(memory, block, size, block));
          live.keySet().forEach(heap::free);
        });
  }

  private static long pick(TreeMap<Long, Long> live, Random random) {
    long somewhere = live.firstKey() + random.nextLong(live.lastKey() - live.firstKey() + 1);
    return Objects.requireNonNull(live.floorKey(somewhere));
  }

  /** Mostly small, some large: log-uniform up to 1 MiB. */
  private static long size(Random random) {
    return 1 + (long) Math.exp(random.nextDouble() * random.nextDouble() * Math.log(1 << 20));
  }

  private static void assertFree(TreeMap<Long, Long> live, long block, long size) {
    Map.Entry<Long, Long> before = live.floorEntry(block + size - 1);
    if (before != null) {
      assertThat(before.getKey() + before.getValue())
          .as("end of the block below [0x%x, 0x%x)", block, block + size)
          .isLessThanOrEqualTo(block);
    }
  }

  private static void write(Memory memory, long block, long size, long seed) {
    for (long at = 0; at < size; at++) {
      memory.putByte(block + at, pattern(seed, at));
    }
  }

  private static void assertHolds(Memory memory, long block, long size, long seed) {
    for (long at = 0; at < size; at++) {
      if (memory.getByte(block + at) != pattern(seed, at)) {
        fail("byte %d of the block of %d at 0x%x changed", at, size, block);
      }
    }
  }

  private static byte pattern(long seed, long at) {
    return (byte) (seed * 31 + at * 7 + (at >>> 8) + 1);
  }
}
