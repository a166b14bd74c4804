package heapstakes.model.jemalloc;

/** Gives the oldest blocks of a thread's bins back to where they came from (§4). */
final class Flusher {
  private final ExtentMap map;
  private final ArenaTable arenas;
  private final Ticker ticker;
  private long[] flushed = new long[0];
  private Extent[] emptied = new Extent[0];

  /**
   * @param ticker of the thread
   */
  Flusher(ExtentMap map, ArenaTable arenas, Ticker ticker) {
    this.map = map;
    this.arenas = arenas;
    this.ticker = ticker;
  }

  /**
   * Flushes {@code bin} until {@code left} blocks are left.
   *
   * @param own arena that serves the thread
   */
  void flush(CacheBin bin, int left, Arena own) {
    int count = bin.count - left;
    if (flushed.length < count) {
      flushed = new long[bin.capacity];
      emptied = new Extent[bin.capacity];
    }
    for (int i = 0; i < count; i++) {
      flushed[i] = bin.blocks[count - 1 - i];
    }
    if (bin.isSmall()) {
      flushSmall(bin, count, own.bins[bin.sizeClass]);
    } else {
      flushLarge(bin, count, own.large);
    }
    System.arraycopy(bin.blocks, count, bin.blocks, 0, left);
    bin.count = left;
    bin.lowWater = Math.min(bin.lowWater, left);
  }

  private void flushSmall(CacheBin bin, int count, Bin own) {
    own.lock.lock();
    own.flushes++;
    own.requests += bin.takeRequests();
    own.lock.unlock();
    int empty = 0;
    for (int left = count; left > 0; ) {
      int index = map.liveAt(flushed[0]).arena;
      Arena owner = arenas.get(index);
      Bin target = owner.bins[bin.sizeClass];
      int others = 0;
      target.lock.lock();
      try {
        for (int i = 0; i < left; i++) {
          Extent slab = map.liveAt(flushed[i]);
          if (slab.arena != index) {
            flushed[others++] = flushed[i];
          } else if (target.giveBack(slab, flushed[i])) {
            emptied[empty++] = slab;
          }
        }
      } finally {
        target.lock.unlock();
      }
      ticker.tick(owner, left - others);
      left = others;
    }
    for (int i = 0; i < empty; i++) {
      arenas.get(emptied[i].arena).deleteSlab(emptied[i]);
    }
  }

  private void flushLarge(CacheBin bin, int count, LargeStatistics own) {
    own.flushed(bin.sizeClass, bin.takeRequests());
    for (int left = count; left > 0; ) {
      int index = map.liveAt(flushed[0]).arena;
      Arena owner = arenas.get(index);
      int others = 0;
      int owned = 0;
      for (int i = 0; i < left; i++) {
        Extent extent = map.largeAt(flushed[i], bin.sizeClass);
        if (extent.arena == index) {
          owner.large.deallocated(bin.sizeClass);
          emptied[owned++] = extent;
        } else {
          flushed[others++] = flushed[i];
        }
      }
      for (int i = 0; i < owned; i++) {
        owner.deleteLarge(emptied[i]);
      }
      ticker.tick(owner, owned);
      left = others;
    }
  }
}
