package heapstakes.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import java.util.Map;

/** One of Netty's pools, as it comes, with a book of its chunks. */
interface ChunkHooks {
  /** The pool itself. */
  ByteBufAllocator pool();

  /** Books the chunk that {@code block}, just handed out, lies in, if it is a new one. */
  void obtained(ByteBuf block);

  /** Gives up what the calling thread has cached; nothing where the pool has no call for it. */
  void trim();

  /** The pool's own metrics. */
  void count(Map<String, Long> counters);

  /** What the pool says it has of direct memory, in bytes. */
  static void countDirect(ByteBufAllocatorMetric metric, Map<String, Long> counters) {
    counters.put("usedDirectMemory", metric.usedDirectMemory());
  }
}
