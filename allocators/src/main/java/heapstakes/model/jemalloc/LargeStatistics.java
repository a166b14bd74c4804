package heapstakes.model.jemalloc;

import heapstakes.memory.Memory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counters of an arena's large classes; the library's own are touched as they come into use. */
final class LargeStatistics {
  private static final int CLASSES = SizeClasses.COUNT - SizeClasses.SMALL_COUNT;

  private final AtomicLongArray allocations = new AtomicLongArray(CLASSES);
  private final AtomicLongArray deallocations = new AtomicLongArray(CLASSES);
  private final AtomicLongArray requests = new AtomicLongArray(CLASSES); // served by caches
  private final AtomicLongArray flushes = new AtomicLongArray(CLASSES);

  private final AtomicLong live = new AtomicLong(); // bytes

  private final Memory memory;
  private final long counters;
  private final long bytesOfClass;

  /**
   * @param counters where the library has those of the first class
   * @param bytesOfClass of those of one class
   */
  LargeStatistics(Memory memory, long counters, long bytesOfClass) {
    this.memory = memory;
    this.counters = counters;
    this.bytesOfClass = bytesOfClass;
  }

  /** As a forked child has them. */
  LargeStatistics(Memory memory, LargeStatistics parent) {
    this(memory, parent.counters, parent.bytesOfClass);
    for (int i = 0; i < CLASSES; i++) {
      allocations.set(i, parent.allocations.get(i));
      deallocations.set(i, parent.deallocations.get(i));
      requests.set(i, parent.requests.get(i));
      flushes.set(i, parent.flushes.get(i));
    }
    live.set(parent.live.get());
  }

  private static int index(int sizeClass) {
    return sizeClass - SizeClasses.SMALL_COUNT;
  }

  void allocated(int sizeClass, long usable) {
    allocations.getAndIncrement(index(sizeClass));
    touch(sizeClass);
    live.getAndAdd(usable);
  }

  /** Behind a fork their pages are shared, until they are written again. */
  private void touch(int sizeClass) {
    memory.touch(counters + index(sizeClass) * bytesOfClass, bytesOfClass);
  }

  void deallocated(int sizeClass, long usable) {
    deallocations.getAndIncrement(index(sizeClass));
    touch(sizeClass);
    live.getAndAdd(-usable);
  }

  /** A thread cache was flushed that had served {@code served} requests. */
  void flushed(int sizeClass, long served) {
    flushes.getAndIncrement(index(sizeClass));
    requests.getAndAdd(index(sizeClass), served);
  }

  long allocations() {
    return sum(allocations);
  }

  long deallocations() {
    return sum(deallocations);
  }

  long requests() {
    return sum(requests) + allocations();
  }

  long flushes() {
    return sum(flushes);
  }

  private static long sum(AtomicLongArray counts) {
    long sum = 0;
    for (int i = 0; i < CLASSES; i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  /** Bytes of live blocks, those in thread caches too. */
  long bytes() {
    return live.get();
  }
}
