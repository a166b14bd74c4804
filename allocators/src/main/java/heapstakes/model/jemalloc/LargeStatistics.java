package heapstakes.model.jemalloc;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counters of an arena's large classes. */
final class LargeStatistics {
  private static final int CLASSES = SizeClasses.COUNT - SizeClasses.SMALL_COUNT;

  private final AtomicLongArray allocations = new AtomicLongArray(CLASSES);
  private final AtomicLongArray deallocations = new AtomicLongArray(CLASSES);
  private final AtomicLongArray requests = new AtomicLongArray(CLASSES); // served by caches
  private final AtomicLongArray flushes = new AtomicLongArray(CLASSES);

  private final AtomicLong live = new AtomicLong(); // bytes

  private static int index(int sizeClass) {
    return sizeClass - SizeClasses.SMALL_COUNT;
  }

  void allocated(int sizeClass, long usable) {
    allocations.getAndIncrement(index(sizeClass));
    live.getAndAdd(usable);
  }

  void deallocated(int sizeClass, long usable) {
    deallocations.getAndIncrement(index(sizeClass));
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
