package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import heapstakes.memory.Memory;
import heapstakes.memory.SegmentationFault;
import java.util.Arrays;

/** The front end: one thread's free blocks, which only it uses. */
class Tcache {
  private static final long STACK_HEADER_BYTES = 16; // of stacks in the base, §22

  final Memory memory;
  final ExtentMap map;
  final ArenaTable arenas;
  final Ticker ticker;
  final CacheShape shape;
  final JemallocVersion version;
  final LargeSizes largeSizes;
  private final Flusher flusher;
  private final Collector collector;
  CacheBin[] bins; // by class

  @SuppressWarnings("NullAway.Init") // an arena comes before the first block
  Arena arena; // that serves this thread

  // Bytes until the collector comes by, and what had been counted when it did last; always 0 where
  // it comes by the number of operations, so that each of them takes the long way.
  private final long collectBytes;
  private long allocationsLeft;
  private long deallocationsLeft;
  private long allocatedThen;
  private long deallocatedThen;
  private int operationsLeft = CacheShape.COLLECT_OPERATIONS;
  private boolean sampled;
  private boolean lost;
  private final boolean hasStacksInBase;

  Tcache(SharedParts shared, ArenaTable arenas, CacheShape shape, long seed) {
    this.memory = shared.memory();
    this.map = shared.map();
    this.arenas = arenas;
    this.shape = shape;
    this.version = shared.version();
    this.largeSizes =
        new LargeSizes(shared.settings().pageSizes(), version.follows(JemallocRule.LARGE_PAGES));
    this.ticker = new Ticker(seed, shared, arenas);
    this.flusher = new Flusher(shared, arenas, ticker);
    this.collector = Collector.of(shared, flusher, shape.collectedClasses());
    this.bins = shape.closedBins();
    this.hasStacksInBase =
        version.follows(JemallocRule.STACKS_IN_RECORDS)
            && shared.settings().metadataThp() != JemallocSettings.MetadataThp.DISABLED;
    boolean counted = version.follows(JemallocRule.COUNTED_COLLECTION);
    this.collectBytes = counted ? 0 : CacheShape.COLLECT_BYTES;
    this.allocationsLeft = collectBytes;
    this.deallocationsLeft = collectBytes;
  }

  /** As a forked child has it. */
  final void copyFrom(Tcache parent) {
    bins = parent.bins.clone();
    Arrays.setAll(bins, i -> bins[i].capacity == 0 ? bins[i] : new CacheBin(bins[i]));
    if (parent.arena != null) { // there is none before the first block
      arena = arenas.get(parent.arena.index);
    }
    ticker.copyFrom(parent.ticker);
    collector.copyFrom(parent.collector);
    allocationsLeft = parent.allocationsLeft;
    deallocationsLeft = parent.deallocationsLeft;
    allocatedThen = parent.allocatedThen;
    deallocatedThen = parent.deallocatedThen;
    operationsLeft = parent.operationsLeft;
    lost = parent.lost;
  }

  /** Arena 0 keeps the stacks of all caches; 0 when memory is short. */
  final long newStack() {
    long bytes = shape.stackBytes();
    if (hasStacksInBase) {
      return newStackInBase(bytes);
    }
    boolean isDisplaced = version.follows(JemallocRule.DISPLACED_STACKS);
    long usable = largeSizes.aligned(bytes, isDisplaced ? Base.CACHE_LINE : PAGE_BYTES);
    Arena first = arenas.first();
    long address = first.newInternal(SizeClasses.indexOf(usable), usable);
    if (address == 0) {
      return 0;
    }
    if (isDisplaced) {
      address = ticker.displace(map.liveAt(address), Base.CACHE_LINE);
    } else {
      touchEnds(address, bytes);
    }
    ticker.tick(first, 1);
    return address;
  }

  /** The rest is touched as blocks come in. */
  private void touchEnds(long stack, long bytes) {
    memory.touch(stack, Long.BYTES);
    memory.touch(stack + bytes - Long.BYTES, Long.BYTES);
  }

  private long newStackInBase(long bytes) {
    long size = bytes + STACK_HEADER_BYTES;
    long start =
        arenas.first().base.allocateStacks(largeSizes.usable(SizeClasses.indexOf(size), size));
    if (start == 0) {
      return 0;
    }
    touchEnds(start + STACK_HEADER_BYTES, bytes);
    return start + STACK_HEADER_BYTES;
  }

  /** Gives back what {@link #newStack} gave. */
  final void deleteStack(long stack) {
    if (hasStacksInBase) {
      arenas.first().base.deleteStacks(stack - STACK_HEADER_BYTES);
      return;
    }
    Extent extent = map.liveAt(stack);
    Arena owner = arenas.get(extent.arena);
    owner.deleteInternal(extent, stack);
    ticker.tick(owner, 1);
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

  /** Gives all blocks back. */
  final void closeBins() {
    flushAll();
    leaveArena();
    bins = shape.closedBins();
  }

  /**
   * The arena learns how many requests the cache served. The library counts a flush more of each
   * large class as it does so.
   */
  final void leaveArena() {
    for (int i = 0; i < shape.collectedClasses(); i++) {
      long served = bins[i].takeRequests();
      if (i < SizeClasses.SMALL_COUNT) {
        arena.bins[i].served(served);
      } else {
        arena.large.flushed(i, served);
      }
    }
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
    return allocatedThen + collectBytes - allocationsLeft;
  }

  /** Usable bytes of all blocks that this thread freed. */
  final long deallocatedBytes() {
    return deallocatedThen + collectBytes - deallocationsLeft;
  }

  /** Bytes of all cached blocks that the library counts. */
  final long cachedBytes() {
    long bytes = 0;
    for (int i = 0; i < shape.countedClasses(); i++) {
      bytes += (long) bins[i].count * bins[i].size;
    }
    return bytes;
  }

  /** Counts an allocation that is complete. */
  final void countAllocation(long bytes) {
    allocationsLeft -= bytes;
    if (allocationsLeft <= 0) {
      allocatedThen += collectBytes - allocationsLeft;
      allocationsLeft = collectBytes;
      collectByBytes();
    }
  }

  /** Counts a deallocation that is complete. */
  final void countDeallocation(long bytes) {
    deallocationsLeft -= bytes;
    if (deallocationsLeft <= 0) {
      deallocatedThen += collectBytes - deallocationsLeft;
      deallocationsLeft = collectBytes;
      collectByBytes();
    }
  }

  private void collectByBytes() {
    if (collectBytes > 0) {
      collect();
    }
  }

  /** Counts an operation on a bin that is complete. */
  final void countOperation() {
    if (collectBytes > 0) {
      return;
    }
    if (operationsLeft == 0) {
      operationsLeft = CacheShape.COLLECT_OPERATIONS;
      collect();
    } else {
      operationsLeft--;
    }
  }

  /**
   * malloc(3)'s short way, which counts too, comes to nothing where the bin is empty and, once a
   * thread, as it looks whether to sample for a profile.
   */
  final void tryShortWay(CacheBin bin) {
    if (bin.count == 0 || !sampled) {
      sampled |= operationsLeft > 0; // else the collector comes before it looks
      countMiss();
    }
  }

  /** The library's short way, which counts too, leads to a bin that is of no use. */
  final void countMiss() {
    operationsLeft = Math.max(0, operationsLeft - 1);
  }

  private void collect() {
    requireBins();
    if (bins != shape.closedBins()) {
      collector.collect(bins, arena);
    }
  }

  /** Step 3: a small block from the arena, and more to keep; 0 when memory is short. */
  final long fillAndPop(CacheBin bin) {
    Bin source = arena.bins[bin.sizeClass];
    int most = bin.fillCount();
    bin.count = source.fill(bin.blocks, collector.leastOf(most), most, bin.takeRequests());
    collector.filled(bin);
    // They are written where as many as may come would begin, and then moved to the stack's end.
    bin.makeRoom(bin.count == 0 ? 0 : most, memory);
    ticker.tick(arena, 1);
    return bin.count == 0 ? 0 : bin.pop();
  }

  /** Its process has forked. */
  final void forked() {
    for (CacheBin bin : bins) {
      bin.forked();
    }
  }

  /** Adds a block, after making room for it. */
  final void pushSlow(CacheBin bin, long block) {
    if (bin.count == bin.capacity) {
      flusher.flush(bin, bin.capacity >> 1, arena);
    }
    bin.makeRoom(bin.count + 1, memory);
    bin.push(block);
  }

  /** Gives back all blocks. */
  final void flushAll() {
    requireBins();
    for (int i = 0; i < shape.classes(); i++) {
      if (bins[i].capacity > 0) {
        flusher.flush(bins[i], 0, arena);
      }
    }
  }
}
