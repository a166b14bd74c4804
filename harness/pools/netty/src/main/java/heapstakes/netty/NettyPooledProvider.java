package heapstakes.netty;

/** {@code PooledByteBufAllocator}: arenas of chunks with runs and subpages, after jemalloc 4. */
public final class NettyPooledProvider extends NettyProvider {
  /** Found by {@code META-INF/services}. */
  public NettyPooledProvider() {
    super(
        "netty-pooled",
        "Netty's arenas of direct buffers, after jemalloc 4, in a JVM of their own",
        NettyOptions.POOLED,
        PooledHooks::new);
  }
}
