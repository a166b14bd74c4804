package heapstakes.model.mimalloc;

import java.util.SequencedMap;

/** One of the library's statistics: a level, how it came about, and its highest value. */
final class Statistic {
  private long allocated;
  private long freed;
  private long peak;
  private long current;

  /** Moves the level by {@code amount}, which may be negative; 0 leaves no trace. */
  void add(long amount) {
    current += amount;
    peak = Math.max(peak, current);
    if (amount > 0) {
      allocated += amount;
    } else {
      freed -= amount;
    }
  }

  /** Takes a thread's share in, as the library does: peaks are summed up. */
  void merge(Statistic share) {
    if (share.allocated != 0 || share.freed != 0) {
      allocated += share.allocated;
      freed += share.freed;
      current += share.current;
      peak += share.peak;
    }
  }

  void clear() {
    allocated = 0;
    freed = 0;
    peak = 0;
    current = 0;
  }

  long current() {
    return current;
  }

  long peak() {
    return peak;
  }

  void report(String name, SequencedMap<String, Long> counters) {
    counters.put(name + ".allocated", allocated);
    counters.put(name + ".freed", freed);
    counters.put(name + ".peak", peak);
    counters.put(name + ".current", current);
  }
}
