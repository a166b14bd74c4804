package heapstakes.model.jemalloc;

/** Gives the oldest blocks of a thread's bins back to where they came from (§4). */
final class Flusher {
  private final ExtentMap map;
  private final ArenaTable arenas;
  private final Ticker ticker;
  private final boolean swaps;
  private final boolean oldestFirst;
  private long[] blocks = new long[0]; // that go back, and the extents they lie in
  private Extent[] extents = new Extent[0];

  /**
   * @param ticker of the thread
   */
  Flusher(SharedParts shared, ArenaTable arenas, Ticker ticker) {
    this.map = shared.map();
    this.arenas = arenas;
    this.ticker = ticker;
    this.swaps = shared.version().follows(JemallocRule.SWAPS);
    this.oldestFirst = shared.version().follows(JemallocRule.OLDEST_FIRST);
  }

  /**
   * Flushes {@code bin} until {@code left} blocks are left.
   *
   * @param own arena that serves the thread
   */
  void flush(CacheBin bin, int left, Arena own) {
    int count = bin.count - left;
    if (blocks.length < count) {
      blocks = new long[bin.capacity];
      extents = new Extent[bin.capacity];
    }
    for (int i = 0; i < count; i++) {
      blocks[i] = bin.blocks[oldestFirst ? i : count - 1 - i];
    }
    if (bin.isSmall()) {
      bin.haste = 0;
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
    for (int i = 0; i < count; i++) {
      extents[i] = map.liveAt(blocks[i]);
    }
    int empty = 0;
    for (int start = 0; start < count; ) {
      Arena owner = arenas.get(extents[start].arena);
      Bin target = owner.bins[bin.sizeClass];
      int end = gather(start, count, swaps);
      if (oldestFirst) {
        giveBackOneByOne(owner, start, end);
      } else {
        empty = giveBack(target, start, end, empty);
      }
      ticker.tick(owner, end - start);
      start = end;
    }
    for (int i = 0; i < empty; i++) {
      arenas.get(extents[i].arena).deleteSlab(extents[i]);
    }
  }

  /** Returns how many slabs are empty; they come to stand at the front. */
  private int giveBack(Bin target, int start, int end, int before) {
    int empty = before;
    target.lock.lock();
    try {
      for (int i = start; i < end; i++) {
        if (target.giveBack(extents[i], blocks[i])) {
          extents[empty++] = extents[i];
        }
      }
    } finally {
      target.lock.unlock();
    }
    return empty;
  }

  private void giveBackOneByOne(Arena owner, int start, int end) {
    for (int i = start; i < end; i++) {
      owner.delete(extents[i], blocks[i]);
    }
  }

  private void flushLarge(CacheBin bin, int count, LargeStatistics own) {
    own.flushed(bin.sizeClass, bin.takeRequests());
    for (int i = 0; i < count; i++) {
      extents[i] = map.largeAt(blocks[i], bin.sizeClass);
    }
    for (int start = 0; start < count; ) {
      Arena owner = arenas.get(extents[start].arena);
      int end = gather(start, count, false);
      for (int i = start; i < end; i++) {
        owner.large.deallocated(bin.sizeClass, extents[i].usable());
      }
      for (int i = start; i < end; i++) {
        owner.deleteLarge(extents[i]);
      }
      ticker.tick(owner, end - start);
      start = end;
    }
  }

  /**
   * Puts what lies in the arena of the first block before all others.
   *
   * @param swapping whether others change places for that, instead of moving up
   * @return where the others start
   */
  private int gather(int start, int count, boolean swapping) {
    int arena = extents[start].arena;
    int end = start;
    for (int i = start; i < count; i++) {
      if (extents[i].arena == arena) {
        if (i > end) {
          long block = blocks[i];
          Extent extent = extents[i];
          int moved = swapping ? 1 : i - end;
          int to = swapping ? i : end + 1;
          System.arraycopy(blocks, end, blocks, to, moved);
          System.arraycopy(extents, end, extents, to, moved);
          blocks[end] = block;
          extents[end] = extent;
        }
        end++;
      }
    }
    return end;
  }
}
