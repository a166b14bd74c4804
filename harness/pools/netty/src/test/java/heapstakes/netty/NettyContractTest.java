package heapstakes.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a pool owes its callers through the calls of malloc, beside a naive book of intervals. */
class NettyContractTest {
  private static final long[] ABSURD = {
    -1, -100, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 60, 1L << 48, 1L << 31
  };

  static Stream<AllocatorProvider> pools() {
    return Stream.of(new NettyPooledProvider(), new NettyAdaptiveProvider());
  }

  static Settings defaults(AllocatorProvider provider) {
    return Settings.defaults(provider.name(), provider.settings());
  }

  private static Allocator open(AllocatorProvider provider) {
    provider.unavailable().ifPresent(Assumptions::abort);
    return provider.open(provider.javaPool().orElseThrow().memory(), defaults(provider));
  }

  @ParameterizedTest
  @MethodSource("pools")
  void blocksAreAlignedAndAtLeastAsLargeAsAskedFor(AllocatorProvider provider) {
    ThreadAllocator heap = open(provider).attach();
    for (long size : new long[] {0, 1, 8, 16, 17, 24, 100, 1000, 4097, 70_000, 1 << 20, 9 << 20}) {
      long block = heap.malloc(size);

      assertThat(block).as("malloc(%d)", size).isNotZero();
      assertThat(block % 16).as("malloc(%d)", size).isZero();
      assertThat(heap.usableSize(block)).isGreaterThanOrEqualTo(Math.max(1, size));
      heap.free(block);
    }
    for (long alignment = 8; alignment <= 1 << 17; alignment <<= 1) {
      long block = heap.memalign(alignment, 100);

      assertThat(block % alignment).as("memalign(%d, 100)", alignment).isZero();
      assertThat(heap.usableSize(block)).isGreaterThanOrEqualTo(100);
      heap.free(block);
    }
  }

  @ParameterizedTest
  @MethodSource("pools")
  void absurdSizesGiveNullAndLeaveTheBlockAsItWas(AllocatorProvider provider) {
    Allocator allocator = open(provider);
    ThreadAllocator heap = allocator.attach();
    long kept = heap.malloc(100);
    write(allocator.memory(), kept, 100, 1);
    for (long size : ABSURD) {
      assertThat(heap.malloc(size)).as("malloc(%d)", size).isZero();
      assertThat(heap.calloc(2, size)).as("calloc(2, %d)", size).isZero();
      assertThat(heap.memalign(1 << 16, size)).as("memalign(64K, %d)", size).isZero();
      assertThat(heap.realloc(kept, size)).as("realloc(%d)", size).isZero();
    }
    assertHolds(allocator.memory(), kept, 100, 1);
    heap.free(kept);
    heap.free(0);
  }

  @ParameterizedTest
  @MethodSource("pools")
  void callocIsZeroAndReallocKeepsTheBytesThatFit(AllocatorProvider provider) {
    Allocator allocator = open(provider);
    ThreadAllocator heap = allocator.attach();
    Memory memory = allocator.memory();
    for (long size : new long[] {24, 1000, 20_000, 300_000}) {
      long dirty = heap.malloc(size);
      memory.fill(dirty, size, (byte) 0xa5);
      heap.free(dirty);
      long block = heap.calloc(1, size);
      for (long at = 0; at < size; at++) {
        assertThat(memory.getByte(block + at)).isZero();
      }
      heap.free(block);
    }
    for (long first : new long[] {heap.realloc(0, 10), heap.memalign(4096, 10)}) {
      long block = first;
      long size = 10;
      for (long next : new long[] {30, 24, 5000, 200_000, 400_000, 150, 9 << 20, 1}) {
        write(memory, block, size, next);
        block = heap.realloc(block, next);
        assertHolds(memory, block, Math.min(size, next), next);
        size = next;
      }
      heap.free(block);
    }
  }

  /** In three threads of the JVM, of which one frees what another got, and one ends early. */
  @ParameterizedTest
  @MethodSource("pools")
  void liveBlocksNeverOverlapAndKeepTheirBytesInAnyThread(AllocatorProvider provider) {
    Allocator allocator = open(provider);
    Memory memory = allocator.memory();
    List<ThreadAllocator> threads =
        List.of(allocator.attach(), allocator.attach(), allocator.attach());
    Random random = new Random(20_261);
    TreeMap<Long, Long> live = new TreeMap<>(); // address → size
    for (int i = 0; i < 6000; i++) {
      ThreadAllocator heap = threads.get(i < 4000 ? random.nextInt(3) : random.nextInt(2));
      if (i == 4000) {
        threads.get(2).exit();
      }
      if (!live.isEmpty() && random.nextInt(100) < 45) {
        long block =
            live.ceilingKey(
                live.firstKey()
                    + (long) (random.nextDouble() * (live.lastKey() - live.firstKey())));
        long size = Objects.requireNonNull(live.remove(block));
        assertHolds(memory, block, size, block);
        heap.free(block);
      } else {
        long size =
            1 + (long) Math.exp(random.nextDouble() * random.nextDouble() * Math.log(1 << 21));
        long block = random.nextInt(20) == 0 ? heap.memalign(256, size) : heap.malloc(size);
        Map.Entry<Long, Long> below = live.lowerEntry(block + size);
        assertThat(below == null || below.getKey() + below.getValue() <= block).isTrue();
        live.put(block, size);
        write(memory, block, size, block);
      }
      if (i % 1000 == 999) {
        heap.trim(0);
        allocator.audit();
      }
    }
    live.forEach((block, size) -> assertHolds(memory, block, size, block));
  }

  @ParameterizedTest
  @MethodSource("pools")
  void elsewhereThanInAJvmOfItsOwnItCannotBeOpened(AllocatorProvider provider) {
    try (AddressSpace space = Machine.parse("simulated").open()) {
      assertThatThrownBy(() -> provider.open(space, defaults(provider)))
          .isInstanceOf(AllocatorException.class)
          .hasMessageContaining("a JVM");
    }
  }

  static void write(Memory memory, long block, long size, long seed) {
    for (long at = 0; at < size; at++) {
      memory.putByte(block + at, pattern(seed, at));
    }
  }

  private static void assertHolds(Memory memory, long block, long size, long seed) {
    for (long at = 0; at < size; at++) {
      if (memory.getByte(block + at) != pattern(seed, at)) {
        assertThat(at).as("first byte changed of the block of %d at 0x%x", size, block).isNull();
      }
    }
  }

  private static byte pattern(long seed, long at) {
    return (byte) (seed * 31 + at * 7 + (at >>> 8) + 1);
  }
}
