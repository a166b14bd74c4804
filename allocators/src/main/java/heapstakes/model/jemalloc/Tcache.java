package heapstakes.model.jemalloc;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.memory.SegmentationFault;
import java.util.Locale;

/** The front end: one thread's free blocks, which only it uses. */
class Tcache {
  final Jemalloc heap;
  final ExtentMap map;
  final Ticker ticker;
  private final CacheShape shape;
  CacheBin[] bins; // by class

  @SuppressWarnings("NullAway.Init") // an arena comes before the first block
  Arena arena; // that serves this thread

  // Bytes until the collector comes by, and what had been counted when it did last.
  private long allocationsLeft = CacheShape.COLLECT_BYTES;
  private long deallocationsLeft = CacheShape.COLLECT_BYTES;
  private long allocatedThen;
  private long deallocatedThen;
  private int nextCollected;
  private boolean lost;
  private long[] flushed = new long[0]; // scratch of flush
  private Extent[] emptied = new Extent[0];

  Tcache(Jemalloc heap, long seed) {
    this.heap = heap;
    this.map = heap.map();
    this.shape = heap.cacheShape();
    this.ticker = new Ticker(seed);
    this.bins = shape.closedBins();
  }

  /**
   * Makes the cache.
   *
   * @param stacks where the library keeps the cached addresses
   */
  final void openBins(long stacks) {
    bins = shape.openBins(stacks);
  }

  /** There is no memory for the cache, which the library uses all the same. */
  final void loseBins() {
    lost = true;
  }

  /**
   * The library looks at the cache.
   *
   * @throws SegmentationFault when it has none
   */
  final void requireBins() {
    if (lost) {
      throw new SegmentationFault(0, false, "there is no cache for this thread");
    }
  }

  /**
   * The bin for blocks of a class, closed if they are not cached.
   *
   * @throws SegmentationFault when they should be but there is no cache
   */
  final CacheBin usableBin(int sizeClass) {
    if (sizeClass < shape.classes()) {
      requireBins();
    }
    return bins[sizeClass];
  }

  /** Gives all blocks back; the library counts a flush more of each large class as it does so. */
  final void closeBins() {
    flushAll();
    for (int i = SizeClasses.SMALL_COUNT; i < shape.collectedClasses(); i++) {
      arena.large.flushed(i, 0);
    }
    bins = shape.closedBins();
  }

  /** The bin for the block at {@code address}. */
  final CacheBin binOf(long address) {
    return bins[map.classAt(address)];
  }

  /** Whether there is a block, and taking it does not bring the collector. */
  final boolean mayPop(CacheBin bin) {
    return bin.count > 0 && allocationsLeft > bin.size;
  }

  /** Takes and counts a block. */
  final long pop(CacheBin bin) {
    allocationsLeft -= bin.size;
    return bin.pop();
  }

  /** Whether there is room for a block, and adding it does not bring the collector. */
  final boolean mayPush(CacheBin bin) {
    return bin.count < bin.room && deallocationsLeft > bin.size;
  }

  /** Adds and counts a block. */
  final void push(CacheBin bin, long block) {
    deallocationsLeft -= bin.size;
    bin.push(block);
  }

  /** Usable bytes of all blocks that this thread allocated. */
  final long allocatedBytes() {
    return allocatedThen + CacheShape.COLLECT_BYTES - allocationsLeft;
  }

  /** Usable bytes of all blocks that this thread freed. */
  final long deallocatedBytes() {
    return deallocatedThen + CacheShape.COLLECT_BYTES - deallocationsLeft;
  }

  /** Class of the bin at which the collector looks next. */
  final int nextCollected() {
    return nextCollected;
  }

  /** Bytes of all cached blocks. */
  final long cachedBytes() {
    long bytes = 0;
    for (int i = 0; i < shape.classes(); i++) {
      bytes += (long) bins[i].count * bins[i].size;
    }
    return bytes;
  }

  /** Counts an allocation that is complete. */
  final void countAllocation(long bytes) {
    allocationsLeft -= bytes;
    if (allocationsLeft <= 0) {
      allocatedThen += CacheShape.COLLECT_BYTES - allocationsLeft;
      allocationsLeft = CacheShape.COLLECT_BYTES;
      collect();
    }
  }

  /** Counts a deallocation that is complete. */
  final void countDeallocation(long bytes) {
    deallocationsLeft -= bytes;
    if (deallocationsLeft <= 0) {
      deallocatedThen += CacheShape.COLLECT_BYTES - deallocationsLeft;
      deallocationsLeft = CacheShape.COLLECT_BYTES;
      collect();
    }
  }

  /** Step 10: looks at one bin, gives back three quarters of what it did not need. */
  private void collect() {
    requireBins();
    if (bins == shape.closedBins()) {
      return;
    }
    CacheBin bin = bins[nextCollected];
    if (bin.lowWater > 0) {
      flush(bin, bin.count - bin.lowWater + (bin.lowWater >> 2));
      if (isSmall(bin)) {
        bin.fetchLess();
      }
    } else if (isSmall(bin) && bin.refilled) {
      bin.fetchMore();
    }
    bin.lowWater = bin.count;
    nextCollected++;
    if (nextCollected == shape.collectedClasses()) {
      nextCollected = 0;
    }
  }

  private static boolean isSmall(CacheBin bin) {
    return bin.sizeClass < SizeClasses.SMALL_COUNT;
  }

  /** Step 3: a small block from the arena, and more to keep; 0 when memory is short. */
  final long fillAndPop(CacheBin bin) {
    Bin source = arena.bins[bin.sizeClass];
    bin.count = source.fill(bin.blocks, bin.fillCount(), bin.takeRequests());
    bin.refilled = true;
    bin.makeRoom(bin.count, heap.memory());
    ticker.tick(arena, 1);
    return bin.count == 0 ? 0 : bin.pop();
  }

  /** Adds a block, after making room for it. */
  final void pushSlow(CacheBin bin, long block) {
    if (bin.count == bin.capacity) {
      flush(bin, bin.capacity >> 1);
    }
    bin.makeRoom(bin.count + 1, heap.memory());
    bin.push(block);
  }

  /** Gives back all blocks. */
  final void flushAll() {
    requireBins();
    for (int i = 0; i < shape.classes(); i++) {
      if (bins[i].capacity > 0) {
        flush(bins[i], 0);
      }
    }
  }

  /** Gives back the oldest blocks of a bin until {@code left} are left. */
  private void flush(CacheBin bin, int left) { // step 4
    int count = bin.count - left;
    if (flushed.length < count) {
      flushed = new long[bin.capacity];
      emptied = new Extent[bin.capacity];
    }
    for (int i = 0; i < count; i++) {
      flushed[i] = bin.blocks[count - 1 - i];
    }
    if (isSmall(bin)) {
      flushSmall(bin, count);
    } else {
      flushLarge(bin, count);
    }
    System.arraycopy(bin.blocks, count, bin.blocks, 0, left);
    bin.count = left;
    bin.lowWater = Math.min(bin.lowWater, left);
  }

  private void flushSmall(CacheBin bin, int count) {
    Bin own = arena.bins[bin.sizeClass];
    own.lock.lock();
    own.flushes++;
    own.requests += bin.takeRequests();
    own.lock.unlock();
    int empty = 0;
    for (int left = count; left > 0; ) {
      Arena owner = extentOf(flushed[0]).arena;
      Bin target = owner.bins[bin.sizeClass];
      int others = 0;
      target.lock.lock();
      try {
        for (int i = 0; i < left; i++) {
          Extent slab = extentOf(flushed[i]);
          if (slab.arena != owner) {
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
      emptied[i].arena.deleteSlab(emptied[i]);
    }
  }

  private void flushLarge(CacheBin bin, int count) {
    arena.large.flushed(bin.sizeClass, bin.takeRequests());
    for (int left = count; left > 0; ) {
      Arena owner = extentOf(flushed[0]).arena;
      int others = 0;
      int owned = 0;
      for (int i = 0; i < left; i++) {
        Extent extent = blockOf(flushed[i], bin.sizeClass);
        if (extent.arena == owner) {
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

  /** The extent of a large block, which must be what the caller takes it for. */
  final Extent blockOf(long address, int sizeClass) {
    Extent extent = extentOf(address);
    if (extent.sizeClass != sizeClass || extent.address != address) {
      throw notLive(address);
    }
    return extent;
  }

  /** The extent of a live block. */
  final Extent extentOf(long address) {
    Extent extent = map.extentAt(address);
    if (extent == null || map.classAt(address) == SizeClasses.NONE) {
      throw notLive(address);
    }
    return extent;
  }

  private static HeapCorruptedException notLive(long address) {
    return new HeapCorruptedException(
        String.format(
            Locale.ROOT,
            "0x%x, which is no live block, was freed, resized or asked for its size: freed twice?"
                + " (jemalloc does not notice; it would crash, or corrupt its heap)",
            address));
  }
}
