package heapstakes.netty;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import heapstakes.os.VmStatistics;
import heapstakes.setting.Settings;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is booked of chunks, beside what Netty and the kernel say. */
class NettyMemoryTest {
  private static final long MIB = 1 << 20;

  private record Open(AddressSpace space, Allocator allocator, ThreadAllocator heap) {
    VmStatistics statistics() {
      return space.statistics();
    }

    long counter(String name) {
      return allocator.counters().getOrDefault(name, -1L);
    }
  }

  static Stream<AllocatorProvider> pools() {
    return NettyContractTest.pools();
  }

  private static Open open(AllocatorProvider provider) {
    provider.unavailable().ifPresent(Assumptions::abort);
    AddressSpace space = provider.javaPool().orElseThrow().memory();
    Settings settings = NettyContractTest.defaults(provider);
    Allocator allocator = provider.open(space, settings);
    return new Open(space, allocator, allocator.attach());
  }

  /** Small blocks, runs, huge ones; resized, and freed again. */
  @ParameterizedTest
  @MethodSource("pools")
  void theBookSaysWhatThePoolSaysThatItHas(AllocatorProvider provider) {
    Open open = open(provider);
    Random random = new Random(1);
    List<Long> live = new ArrayList<>();
    long peak = 0;
    for (int i = 0; i < 3000; i++) {
      int kind = random.nextInt(100);
      if (kind < 40 && !live.isEmpty()) {
        open.heap().free(live.remove(random.nextInt(live.size())));
      } else if (kind < 55 && !live.isEmpty()) {
        int at = random.nextInt(live.size());
        live.set(at, open.heap().realloc(live.get(at), size(random)));
      } else {
        live.add(open.heap().malloc(size(random)));
      }
      if (i % 10 == 0) {
        long mapped = open.statistics().mappedBytes();
        // A buffer's memory may begin somewhat before what is handed out of it.
        assertThat(mapped - open.counter("usedDirectMemory"))
            .as("operation %d", i)
            .isBetween(0L, 4096L);
        peak = Math.max(peak, mapped);
        assertThat(open.statistics().residentBytes()).isLessThanOrEqualTo(mapped);
      }
    }
    assertThat(open.counter("chunks.released")).isPositive();
    assertThat(open.statistics().peakMappedBytes()).isGreaterThanOrEqualTo(peak);
  }

  private static long size(Random random) {
    return 1 + (long) Math.exp(random.nextDouble() * Math.log(6 * MIB));
  }

  /**
   * The kernel's count of the process, of which the pool is the only part that grows by so much.
   */
  @ParameterizedTest
  @MethodSource("pools")
  void residentGrowsWithTheProcess(AllocatorProvider provider) throws IOException {
    Open open = open(provider);
    long before = anonymous();
    for (int i = 0; i < 64; i++) {
      long block = open.heap().malloc(4 * MIB);
      NettyContractTest.write(open.allocator().memory(), block, 4 * MIB, i);
    }

    long grown = anonymous() - before;
    long resident = open.statistics().residentBytes();

    assertThat(resident).isBetween(256 * MIB, 272 * MIB);
    assertThat(grown).isBetween(resident - 16 * MIB, resident + 64 * MIB);
  }

  private static long anonymous() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }

  /** Nobody looks between the touch and the free: the peak is found when the chunk goes. */
  @ParameterizedTest
  @MethodSource("pools")
  void thePeakIsFoundThoughNobodyLooked(AllocatorProvider provider) {
    Open open = open(provider);
    long block = open.heap().malloc(32 * MIB);
    NettyContractTest.write(open.allocator().memory(), block, 32 * MIB, 1);
    long resized = open.heap().realloc(block, 48 * MIB); // both at once while it is copied
    NettyContractTest.write(open.allocator().memory(), resized, 48 * MIB, 1);
    open.heap().free(resized);

    assertThat(open.statistics().mappedBytes()).isLessThan(16 * MIB);
    assertThat(open.statistics().peakResidentBytes()).isBetween(64 * MIB, 96 * MIB);
    assertThat(open.statistics().returnedBytes().values())
        .allSatisfy(bytes -> assertThat(bytes).isBetween(80 * MIB, 81 * MIB));
  }

  /** What the table of options says, beside what Netty answers. */
  @Test
  void defaultsAreNettys() {
    Settings pooled = NettyContractTest.defaults(new NettyPooledProvider());

    assertThat(pooled.number("pageSize")).isEqualTo(PooledByteBufAllocator.defaultPageSize());
    assertThat(pooled.number("maxOrder")).isEqualTo(PooledByteBufAllocator.defaultMaxOrder());
    assertThat(pooled.number("smallCacheSize"))
        .isEqualTo(PooledByteBufAllocator.defaultSmallCacheSize());
    assertThat(pooled.number("normalCacheSize"))
        .isEqualTo(PooledByteBufAllocator.defaultNormalCacheSize());
    assertThat(pooled.flag("useCacheForAllThreads"))
        .isEqualTo(PooledByteBufAllocator.defaultUseCacheForAllThreads());
    assertThat(pooled.number("numDirectArenas"))
        .isGreaterThanOrEqualTo(PooledByteBufAllocator.defaultNumDirectArena());
  }

  @Test
  void defaultsOfTheAdaptivePoolAreNettys() {
    Settings adaptive = NettyContractTest.defaults(new NettyAdaptiveProvider());

    assertThat(adaptive.number("chunkReuseQueueCapacity")).isEqualTo(of("CHUNK_REUSE_QUEUE"));
    assertThat(adaptive.number("chunkPurgePollsThreadLocal"))
        .isEqualTo(of("CHUNK_PURGE_POLLS_THREAD_LOCAL"));
    assertThat(adaptive.number("chunkPurgePollsShared")).isEqualTo(of("CHUNK_PURGE_POLLS_SHARED"));
    assertThat(adaptive.number("chunkPurgeThreshold")).isEqualTo(of("CHUNK_PURGE_THRESHOLD"));
    assertThat(adaptive.number("threadLocalChunkCacheMaxBytes"))
        .isEqualTo(of("THREAD_LOCAL_CACHE_MAX_BYTES"));
    assertThat(adaptive.number("threadLocalChunkCacheMinBytes"))
        .isEqualTo(of("THREAD_LOCAL_CACHE_MIN_BYTES"));
    assertThat(adaptive.number("magazineBufferQueueCapacity"))
        .isEqualTo(of("MAGAZINE_BUFFER_QUEUE_CAPACITY"));
  }

  private static long of(String name) {
    PrivateField field = PrivateField.of("AdaptivePoolingAllocator", name);
    return ((Number) field.get(field)).longValue();
  }
}
