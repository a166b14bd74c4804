package heapstakes.model.mimalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import heapstakes.memory.Memory;

/** The library's records of threads, and how many threads it believes there are (§15). */
final class ThreadRecords {
  private static final long RECORD_BYTES = 4600;
  private static final int CACHED = 8; // TD_CACHE_SIZE
  private static final int ATTEMPTS = 2;

  private final OsLayer os;
  private final Memory memory;
  private final long[] cache = new long[CACHED];
  private long threads = 1; // unsigned, as the library's: it falls by two for each that ends

  ThreadRecords(OsLayer os, Memory memory) {
    this.os = os;
    this.memory = memory;
  }

  /** As a child has them. */
  ThreadRecords(OsLayer os, Memory memory, ThreadRecords parent) {
    this(os, memory);
    System.arraycopy(parent.cache, 0, cache, 0, CACHED);
    threads = parent.threads;
  }

  /** Whether the library believes that there are several threads. */
  boolean areSeveral() {
    return Long.compareUnsigned(threads, 1) > 0;
  }

  /** A record for a thread that allocates for the first time; 0: none, though it counts. */
  long open() {
    os.lock.lock();
    try {
      long record = take();
      if (record != 0) {
        memory.touch(record, RECORD_BYTES);
      }
      os.statistics.threads.add(1);
      threads++;
      return record;
    } finally {
      os.lock.unlock();
    }
  }

  /** Writes the heap in {@code record}, which with its queues of spans fills the first page. */
  void writeHeap(long record) {
    memory.touch(record, PAGE_BYTES);
  }

  /**
   * Writes statistics in {@code record}: those of pages lie in the second page, behind all else.
   */
  void writeStatistics(long record) {
    memory.touch(record + PAGE_BYTES, RECORD_BYTES - PAGE_BYTES);
  }

  private long take() {
    for (int slot = 0; slot < CACHED; slot++) {
      long record = cache[slot];
      if (record != 0) {
        cache[slot] = 0;
        return record;
      }
    }
    long record = 0;
    for (int attempt = 0; attempt < ATTEMPTS && record == 0; attempt++) {
      record = os.allocateAnywhere(RECORD_BYTES);
    }
    return record;
  }

  /** A thread with a heap ends, and counts {@code times}. */
  void countEnd(int times) {
    os.lock.lock();
    try {
      os.statistics.threads.add(-times);
      threads -= times;
    } finally {
      os.lock.unlock();
    }
  }

  /** Keeps the record of a thread that ended, or gives it back. */
  void close(long record) {
    os.lock.lock();
    try {
      for (int slot = 0; slot < CACHED; slot++) {
        if (cache[slot] == 0) {
          cache[slot] = record;
          return;
        }
      }
      os.free(record, RECORD_BYTES, OsLayer.goodSize(RECORD_BYTES));
    } finally {
      os.lock.unlock();
    }
  }
}
