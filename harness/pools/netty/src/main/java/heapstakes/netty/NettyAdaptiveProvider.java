package heapstakes.netty;

import heapstakes.allocator.Capability;
import java.util.Set;

/** {@code AdaptiveByteBufAllocator}: size classes and magazines, the default of Netty 4.2. */
public final class NettyAdaptiveProvider extends NettyProvider {
  /** Found by {@code META-INF/services}. */
  public NettyAdaptiveProvider() {
    super(
        "netty-adaptive",
        "Netty 4.2's default pool of direct buffers, in a JVM of its own",
        NettyOptions.ADAPTIVE,
        Set.of(Capability.REUSES_MEMORY),
        (book, settings) -> new AdaptiveHooks(book));
  }
}
