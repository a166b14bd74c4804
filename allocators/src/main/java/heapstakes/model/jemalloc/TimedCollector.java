package heapstakes.model.jemalloc;

import heapstakes.os.VirtualClock;

/**
 * Looks at many bins, but not more often than every 10 ms, and gives back first what lies far from
 * where the next blocks will come from (§21.2).
 */
final class TimedCollector extends Collector {
  private static final long INTERVAL_NANOS = 10_000_000;
  private static final int MOST_SMALL = SizeClasses.SMALL_COUNT >> 3; // bins flushed at a time
  private static final int MOST_LARGE = 1;
  private static final long NEIGHBOURHOOD_BYTES = 2L << 20; // in both directions

  private final VirtualClock clock;
  private long last; // ns
  private int nextSmall;
  private int nextLarge = SizeClasses.SMALL_COUNT;

  TimedCollector(VirtualClock clock, Flusher flusher, int classes) {
    super(flusher, classes);
    this.clock = clock;
  }

  @Override
  void copyFrom(Collector parent) {
    TimedCollector timed = (TimedCollector) parent;
    last = timed.last;
    nextSmall = timed.nextSmall;
    nextLarge = timed.nextLarge;
  }

  @Override
  void collect(CacheBin[] bins, Arena own) {
    long now = clock.nanos();
    if (now - last < INTERVAL_NANOS) {
      return;
    }
    last = now;
    int small = Math.min(classes, SizeClasses.SMALL_COUNT);
    int flushed = 0;
    for (int i = 0; i < small && flushed < MOST_SMALL; i++) {
      flushed += collect(bins[nextSmall], own) ? 1 : 0;
      nextSmall = nextSmall + 1 == small ? 0 : nextSmall + 1;
    }
    flushed = 0;
    for (int i = SizeClasses.SMALL_COUNT; i < classes && flushed < MOST_LARGE; i++) {
      flushed += collect(bins[nextLarge], own) ? 1 : 0;
      nextLarge = nextLarge + 1 == classes ? SizeClasses.SMALL_COUNT : nextLarge + 1;
    }
  }

  /** Returns whether the bin gave something back. */
  private boolean collect(CacheBin bin, Arena own) {
    if (bin.capacity == 0) {
      return false;
    }
    int count = bin.lowWater - (bin.lowWater >> 2);
    if (bin.isSmall()) {
      adapt(bin);
      Extent slab = count == bin.count ? null : own.bins[bin.sizeClass].next();
      count = slab == null ? count : putFarOnesFirst(bin, slab, count);
    }
    if (count > 0) {
      flusher.flush(bin, bin.count - count, own);
    }
    bin.lowWater = bin.count;
    return count > 0;
  }

  /**
   * Moves blocks that are not near {@code slab}, or if those are few not in it, to where blocks are
   * given back from.
   *
   * @param count how many were to be given back
   * @return how many are: all that are far, if those are more
   */
  private static int putFarOnesFirst(CacheBin bin, Extent slab, int count) {
    long from = slab.base - NEIGHBOURHOOD_BYTES;
    long to = slab.base + NEIGHBOURHOOD_BYTES;
    int far = bin.countOutside(from, to);
    if (far < count) {
      from = slab.base;
      to = slab.end();
      far = bin.countOutside(from, to);
    }
    if (far > 0 && far < bin.count) {
      bin.putOutsideFirst(from, to, far);
    }
    return Math.max(count, far);
  }

  /** Half, and one: then whole slabs are used up. */
  @Override
  int leastOf(int most) {
    return (most >> 1) + 1;
  }

  @Override
  void filled(CacheBin bin) {
    bin.refilled = true;
    bin.hasten();
  }
}
