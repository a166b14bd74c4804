package heapstakes.netty;

import heapstakes.allocator.AllocatorException;
import heapstakes.setting.Settings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocatorMetric;
import io.netty.util.internal.CleanableDirectBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Netty's pool of arenas, after jemalloc. A new chunk is met with the first block in it, and its
 * release is seen since the chunk is given a handle that says so.
 */
final class PooledHooks implements ChunkHooks {
  private static final PrivateField CHUNK = PrivateField.of("PooledByteBuf", "chunk");
  private static final PrivateField HANDLE = PrivateField.of("PoolChunk", "cleanable");

  // Not the default one, which other code in the JVM may use.
  private final PooledByteBufAllocator pool = new PooledByteBufAllocator(true);
  private final ChunkBook book;

  /**
   * @param settings which this JVM was started with
   * @throws AllocatorException where Netty took defaults in their place
   */
  PooledHooks(ChunkBook book, Settings settings) {
    this.book = book;
    long pageSize = settings.number("pageSize");
    long maxOrder = settings.number("maxOrder");
    if (pool.metric().chunkSize() != pageSize << maxOrder) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              "netty-pooled: a page of %d bytes and a chunk of %d << %d are not taken by Netty, which has chunks of %d.\n"
                  + "  Name a pageSize that is a power of two, and a chunk of at most 1G.",
              pageSize,
              pageSize,
              maxOrder,
              pool.metric().chunkSize()));
    }
  }

  @Override
  public ByteBufAllocator pool() {
    return pool;
  }

  @Override
  public void obtained(ByteBuf block) {
    ByteBuf buffer = block; // Netty's search for lost buffers wraps some
    while (!CHUNK.field().getDeclaringClass().isInstance(buffer)) {
      buffer = buffer.unwrap();
    }
    Object chunk = CHUNK.get(buffer);
    CleanableDirectBuffer handle = (CleanableDirectBuffer) HANDLE.get(chunk);
    CleanableDirectBuffer booked = book.booked(handle);
    if (booked != handle) {
      HANDLE.set(chunk, booked);
    }
  }

  @Override
  public void trim() {
    pool.trimCurrentThreadCache();
  }

  @Override
  public void count(Map<String, Long> counters) {
    PooledByteBufAllocatorMetric metric = pool.metric();
    ChunkHooks.countDirect(metric, counters);
    counters.put("numDirectArenas", (long) metric.numDirectArenas());
    counters.put("chunkSize", (long) metric.chunkSize());
    counters.put("numAllocations", sum(PoolArenaMetric::numAllocations));
    counters.put("numActiveAllocations", sum(PoolArenaMetric::numActiveAllocations));
    counters.put("numHugeAllocations", sum(PoolArenaMetric::numHugeAllocations));
    counters.put("numChunkAllocations", sum(PoolArenaMetric::numChunkAllocations));
    counters.put("numChunkDeallocations", sum(PoolArenaMetric::numChunkDeallocations));
    counters.put("numThreadCaches", sum(PoolArenaMetric::numThreadCaches));
  }

  private long sum(ToLongFunction<PoolArenaMetric> figure) {
    return pool.metric().directArenas().stream().mapToLong(figure).sum();
  }
}
