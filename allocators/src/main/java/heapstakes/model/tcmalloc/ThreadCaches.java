package heapstakes.model.tcmalloc;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The list of thread caches and the budget that they share. A cache that overflows takes 64 KiB of
 * what is unclaimed, or else of the limit of another one. Guarded by the heap lock.
 */
final class ThreadCaches {
  /** kDefaultOverallThreadCacheSize (common.h): budget for all caches unless set, in bytes. */
  static final long DEFAULT_BUDGET = 32L << 20;

  /** Smallest and largest budget, in bytes: set_overall_thread_cache_size, thread_cache.cc. */
  static final long MIN_BUDGET = 512 * 1024;

  static final long MAX_BUDGET = 1L << 30;

  private static final int STEP_BYTES = 64 * 1024; // kStealAmount, common.h
  private static final int MIN_LIMIT =
      512 * 1024; // kMinThreadCacheSize: one with no more is not stolen from
  private static final int MAX_CACHE_BYTES = 4 << 20; // kMaxThreadCacheSize, common.h
  private static final int STEAL_ATTEMPTS = 10; // IncreaseCacheLimitLocked, thread_cache.cc
  private static final long RECORD_BYTES = 4160; // sizeof (ThreadCache); specification §4.2
  private static final long LIST_BYTES = 32; // of one class in a record
  private static final long TRAILER_OFFSET = 128 * LIST_BYTES; // the other fields of a record

  private final PageHeap heap;
  private final RecordAllocator records;
  private final FreeList[] closedLists;
  private @Nullable ThreadCache first;
  private @Nullable ThreadCache stealFrom;
  private int count;
  private long budget = DEFAULT_BUDGET;
  private long unclaimed = DEFAULT_BUDGET; // below 0 when caches have more than the budget
  private long share = MAX_CACHE_BYTES; // of one cache, when the budget was last set

  ThreadCaches(PageHeap heap, int classes) {
    this.heap = heap;
    this.records = new RecordAllocator(heap.metadata, RECORD_BYTES);
    this.closedLists = new FreeList[classes];
    Arrays.fill(closedLists, FreeList.closed());
  }

  /** The same budget in a forked child; {@link #adopt} brings the caches. */
  ThreadCaches(PageHeap heap, ThreadCaches parent) {
    this.heap = heap;
    this.records = new RecordAllocator(heap.metadata, parent.records);
    this.closedLists = parent.closedLists;
    this.budget = parent.budget;
    this.unclaimed = parent.unclaimed;
    this.share = parent.share;
  }

  /** Lists {@code copies}, which are those of the parent's caches, in the parent's order. */
  void adopt(ThreadCaches parent, Map<ThreadCache, TcMallocThread> copies) {
    ThreadCache oldest = parent.first;
    while (oldest != null && oldest.next != null) {
      oldest = oldest.next;
    }
    for (ThreadCache cache = oldest; cache != null; cache = cache.previous) {
      TcMallocThread copy = copies.get(cache);
      if (copy != null) {
        link(copy);
      }
    }
    stealFrom = parent.stealFrom == null ? null : copies.get(parent.stealFrom);
  }

  /** For every class a list that is always empty and full. */
  FreeList[] closedLists() {
    return closedLists;
  }

  /** A cache comes into being, with its first share of the budget. Takes the lock. */
  void add(ThreadCache cache) {
    heap.lock.lock();
    try {
      touchRecord();
      cache.limit = 0;
      raise(cache);
      if (cache.limit == 0) { // nothing unclaimed and nobody to steal from
        cache.limit = MIN_LIMIT;
        unclaimed -= MIN_LIMIT;
      }
      link(cache);
    } finally {
      heap.lock.unlock();
    }
  }

  private void touchRecord() {
    long record = records.allocate();
    if (record != 0) {
      heap.metadata.touch(record, closedLists.length * LIST_BYTES);
      heap.metadata.touch(record + TRAILER_OFFSET, RECORD_BYTES - TRAILER_OFFSET);
    }
  }

  private void link(ThreadCache cache) {
    cache.previous = null;
    cache.next = first;
    if (first == null) {
      stealFrom = cache;
    } else {
      first.previous = cache;
    }
    first = cache;
    count++;
  }

  /** A cache, which is empty, ceases to be. Takes the lock. */
  void remove(ThreadCache cache) {
    heap.lock.lock();
    try {
      unlink(cache);
      unclaimed += cache.limit;
      records.free();
    } finally {
      heap.lock.unlock();
    }
  }

  private void unlink(ThreadCache cache) {
    if (cache.next != null) {
      cache.next.previous = cache.previous;
    }
    if (cache.previous == null) {
      first = cache.next;
    } else {
      cache.previous.next = cache.next;
    }
    if (stealFrom == cache) {
      stealFrom = cache.next == null ? first : cache.next;
    }
    count--;
  }

  /** Gives {@code cache} 64 KiB more if they can be found. Takes the lock. */
  void raiseLimit(ThreadCache cache) {
    heap.lock.lock();
    try {
      raise(cache);
    } finally {
      heap.lock.unlock();
    }
  }

  private void raise(ThreadCache cache) {
    if (unclaimed > 0) {
      unclaimed -= STEP_BYTES;
      cache.limit += STEP_BYTES;
      return;
    }
    for (int attempt = 0; attempt < STEAL_ATTEMPTS; attempt++) {
      ThreadCache victim = stealFrom == null ? first : stealFrom;
      if (victim == null) {
        return;
      }
      stealFrom = victim.next;
      if (victim != cache && victim.limit > MIN_LIMIT) {
        victim.limit -= STEP_BYTES;
        cache.limit += STEP_BYTES;
        return;
      }
    }
  }

  /** Sets the budget of all caches together, in bytes, clipped to its range. Takes the lock. */
  void setBudget(long bytes) {
    heap.lock.lock();
    try {
      budget = Math.clamp(bytes, MIN_BUDGET, MAX_BUDGET);
      long newShare = Math.clamp(budget / Math.max(1, count), MIN_LIMIT, MAX_CACHE_BYTES);
      double ratio = (double) newShare / Math.max(1, share);
      unclaimed = budget;
      for (ThreadCache cache = first; cache != null; cache = cache.next) {
        if (ratio < 1.0) {
          cache.limit = (int) (cache.limit * ratio);
        }
        unclaimed -= cache.limit;
      }
      share = newShare;
    } finally {
      heap.lock.unlock();
    }
  }

  /** Bytes in all caches; exact while no thread is in one. Takes the lock. */
  long bytes() {
    heap.lock.lock();
    try {
      long sum = 0;
      for (ThreadCache cache = first; cache != null; cache = cache.next) {
        sum += cache.bytes;
      }
      return sum;
    } finally {
      heap.lock.unlock();
    }
  }

  /** Bytes that all caches together may hold. */
  long budget() {
    return budget;
  }

  /** What no cache has claimed. */
  long unclaimed() {
    return unclaimed;
  }

  /** The newest cache; the others follow by {@link ThreadCache#next}. */
  @Nullable ThreadCache first() {
    return first;
  }
}
