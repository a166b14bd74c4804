package heapstakes.netty;

import heapstakes.allocator.Capability;
import java.util.Set;

/** {@code PooledByteBufAllocator}: arenas of chunks with runs and subpages, after jemalloc 4. */
public final class NettyPooledProvider extends NettyProvider {
  /** Found by {@code META-INF/services}. */
  public NettyPooledProvider() {
    super(
        "netty-pooled",
        "Netty's arenas of direct buffers, after jemalloc 4, in a JVM of their own",
        NettyOptions.POOLED,
        Set.of(Capability.REUSES_MEMORY, Capability.TRIMS),
        PooledHooks::new);
  }
}
