package heapstakes.netty;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.internal.CleanableDirectBuffer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;

/**
 * Netty's adaptive pool. It is made once more, with the same arguments, but that whoever makes its
 * chunks is asked through somebody who books them.
 */
final class AdaptiveHooks implements ChunkHooks {
  private static final PrivateField POOL = PrivateField.of("AdaptiveByteBufAllocator", "direct");
  private static final PrivateField CACHES =
      PrivateField.of(
          "AdaptiveByteBufAllocator", "DEFAULT_USE_CACHED_MAGAZINES_FOR_NON_EVENT_LOOP_THREADS");
  private static final PrivateField MAKER =
      PrivateField.of("AdaptivePoolingAllocator", "chunkAllocator");
  private static final PrivateField HANDLE = PrivateField.of("UnpooledDirectByteBuf", "cleanable");

  private final AdaptiveByteBufAllocator pool = new AdaptiveByteBufAllocator(true);
  private final ChunkBook book;

  AdaptiveHooks(ChunkBook book) {
    this.book = book;
    Object maker = MAKER.get(POOL.get(pool));
    Class<?> type = MAKER.field().getType();
    Object booking =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> booked(made(maker, method, arguments)));
    POOL.set(pool, POOL.make(new Class<?>[] {type, boolean.class}, booking, CACHES.get(pool)));
  }

  private static Object made(Object maker, Method method, Object[] arguments) throws Throwable {
    method.setAccessible(true);
    try {
      return method.invoke(maker, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause(); // out of memory, which the pool passes on
    }
  }

  private Object booked(Object chunk) {
    HANDLE.set(chunk, book.booked((CleanableDirectBuffer) HANDLE.get(chunk)));
    return chunk;
  }

  @Override
  public ByteBufAllocator pool() {
    return pool;
  }

  @Override
  public void obtained(ByteBuf block) {
    // its chunk was booked when it was made
  }

  @Override
  public void trim() {
    // it has no call for it: purges come with allocations
  }

  @Override
  public void count(Map<String, Long> counters) {
    ChunkHooks.countDirect(pool.metric(), counters);
  }
}
