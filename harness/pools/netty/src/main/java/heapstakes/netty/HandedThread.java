package heapstakes.netty;

import heapstakes.allocator.ThreadAllocator;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;

/** A thread of the JVM that carries out each call while its caller waits. */
final class HandedThread implements ThreadAllocator {
  private final ThreadAllocator inside;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> {
        FastThreadLocalThread made = new FastThreadLocalThread(work);
        made.setDaemon(true);
        return made;
      });

  /**
   * @param inside is called in the thread only
   */
  HandedThread(ThreadAllocator inside) {
    this.inside = inside;
  }

  private long call(LongSupplier call) {
    try {
      return thread.submit(call::getAsLong).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e);
    }
  }

  @Override
  public long malloc(long size) {
    return call(() -> inside.malloc(size));
  }

  @Override
  public long calloc(long count, long size) {
    return call(() -> inside.calloc(count, size));
  }

  @Override
  public long realloc(long address, long size) {
    return call(() -> inside.realloc(address, size));
  }

  @Override
  public long memalign(long alignment, long size) {
    return call(() -> inside.memalign(alignment, size));
  }

  @Override
  public void free(long address) {
    call(() -> {
      inside.free(address);
      return 0;
    });
  }

  @Override
  public long usableSize(long address) {
    return inside.usableSize(address); // asks no pool
  }

  @Override
  public void trim(long pad) {
    call(() -> {
      inside.trim(pad);
      return 0;
    });
  }

  @Override
  public void exit() {
    thread.close(); // what the pool keeps for the thread goes as it ends
  }
}
