package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.PAGE_SHIFT;
import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.isPowerOfTwo;

import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.SegmentationFault;
import org.jspecify.annotations.Nullable;

/** The library's interface for one thread. */
final class MallocThread extends Tcache implements ThreadAllocator {

  // Place in the arena's record: where a C program with the library saw SIGSEGV.
  private static final long CACHES_OF_ARENA = 0x28f8;

  private final Jemalloc heap;
  private final boolean hasCache;
  private final long seed;
  private boolean isOpen;
  private boolean isBound;
  private long stack; // where the library keeps the cached addresses; 0 without a cache

  /**
   * @param seed where the library keeps the thread's state
   */
  MallocThread(Jemalloc heap, CacheShape shape, long seed) {
    super(heap.environment(), heap.arenas(), shape, seed);
    this.heap = heap;
    this.hasCache = heap.environment().settings().tcache();
    this.seed = seed;
  }

  @Override
  public long malloc(long size) { // step 1
    CacheBin bin = bins[SizeClasses.cacheIndex(size)];
    return mayPop(bin) ? pop(bin) : mallocSlow(size);
  }

  @Override
  public void free(long address) { // step 2
    CacheBin bin = binOf(address);
    if (mayPush(bin)) {
      push(bin, address);
    } else {
      freeSlow(address);
    }
  }

  private long mallocSlow(long size) {
    return Long.compareUnsigned(size, SizeClasses.MAX) > 0 ? 0 : allocate(size, false);
  }

  /**
   * The first call makes the cache; false when the library cannot start.
   *
   * @throws SegmentationFault when there is no memory for a new arena: the library lets the cache
   *     belong to none
   */
  boolean open() {
    if (!isOpen && heap.start(this) && !isOpen) { // the start opens the thread that brought it
      openCache();
      if (hasCache && !bind()) {
        throw new SegmentationFault(CACHES_OF_ARENA, false, "there is no arena for this thread");
      }
    }
    return isOpen;
  }

  /** Makes the cache, which belongs to no arena yet. */
  void openCache() {
    isOpen = true;
    heap.enter(this);
    ticker.reseed(seed);
    if (hasCache) {
      stack = newStack();
      if (stack == 0) {
        loseBins();
      } else {
        openBins(stack);
      }
    }
  }

  /** Arena 0 keeps the stacks of all caches; 0 when memory is short. */
  private long newStack() {
    long bytes = shape.stackBytes();
    Arena first = arenas.first();
    long address =
        first.newInternal(SizeClasses.indexOf(SizeClasses.alignedSize(bytes, PAGE_BYTES)));
    if (address != 0) {
      ticker.tick(first, 1);
      memory.touch(address, Long.BYTES); // the ends; the rest as blocks come in
      memory.touch(address + bytes - Long.BYTES, Long.BYTES);
    }
    return address;
  }

  /**
   * An arena comes with the cache; without one, and to the thread that started the library, with
   * the first allocation.
   *
   * @return false when the library cannot start, or has no memory for a new arena
   */
  private boolean bind() {
    if (open() && !isBound) {
      Arena bound = arenas.bind();
      isBound = bound != null;
      arena = bound == null ? arena : bound;
    }
    return isBound;
  }

  /** A block for a request of at most the largest size; 0 when memory is short. */
  private long allocate(long size, boolean zero) {
    if (!bind()) {
      return 0;
    }
    int sizeClass = SizeClasses.indexOf(size);
    long address = allocate(sizeClass, size, zero);
    if (address != 0) {
      countAllocation(SizeClasses.sizeOf(sizeClass));
    }
    return address;
  }

  /**
   * A block that is not yet counted.
   *
   * @param decisive size that decides on the arena
   */
  private long allocate(int sizeClass, long decisive, boolean zero) {
    CacheBin bin = usableBin(sizeClass);
    if (sizeClass < SizeClasses.SMALL_COUNT) {
      long address = bin.capacity == 0 ? takeSmall(sizeClass) : popOrFill(bin);
      if (zero && address != 0) {
        memory.fill(address, SizeClasses.sizeOf(sizeClass), (byte) 0);
      }
      return address;
    }
    if (bin.capacity == 0) {
      return newLarge(arenas.forBlock(arena, decisive), sizeClass, Base.CACHE_LINE, zero);
    }
    return bin.count == 0 ? newLarge(arena, sizeClass, Base.CACHE_LINE, zero) : popLarge(bin, zero);
  }

  private long popOrFill(CacheBin bin) {
    return bin.count == 0 ? fillAndPop(bin) : bin.pop();
  }

  private long popLarge(CacheBin bin, boolean zero) {
    long address = bin.pop();
    if (zero) {
      memory.fill(address, bin.size, (byte) 0);
    }
    return address;
  }

  private long takeSmall(int sizeClass) {
    long address = arena.bins[sizeClass].takeOne();
    if (address != 0) {
      ticker.tick(arena, 1);
    }
    return address;
  }

  /** A block from {@code from}, displaced at random within the first page of its extent. */
  private long newLarge(@Nullable Arena from, int sizeClass, long alignment, boolean zero) {
    Extent extent = from == null ? null : from.newLarge(sizeClass, alignment, zero);
    if (from == null || extent == null) {
      return 0;
    }
    if (alignment < PAGE_BYTES) {
      int shift = SizeClasses.lgFloor(alignUp(alignment, Base.CACHE_LINE));
      extent.address += ticker.random(PAGE_SHIFT - shift) << shift;
    }
    long address = extent.address;
    ticker.tick(from, 1);
    return address;
  }

  private void freeSlow(long address) {
    if (address != 0) {
      long bytes = release(address);
      if (isOpen) {
        countDeallocation(bytes);
      }
    }
  }

  /** Frees a block that is not yet counted; returns its size. */
  private long release(long address) {
    Extent extent = map.liveAt(address);
    int sizeClass = extent.sizeClass;
    CacheBin bin = usableBin(sizeClass);
    if (bin.capacity > 0) {
      pushSlow(bin, address);
    } else {
      releaseToArena(extent, address);
    }
    return SizeClasses.sizeOf(sizeClass);
  }

  private void releaseToArena(Extent extent, long address) {
    Arena owner = arenas.get(extent.arena);
    if (extent.sizeClass < SizeClasses.SMALL_COUNT) {
      if (giveBack(owner.bins[extent.sizeClass], extent, address)) {
        owner.deleteSlab(extent);
      }
    } else {
      map.largeAt(address, extent.sizeClass);
      owner.large.deallocated(extent.sizeClass);
      owner.deleteLarge(extent);
    }
    ticker.tick(owner, 1);
  }

  private static boolean giveBack(Bin bin, Extent slab, long address) {
    bin.lock.lock();
    try {
      return bin.giveBack(slab, address);
    } finally {
      bin.lock.unlock();
    }
  }

  @Override
  public long calloc(long count, long size) {
    long bytes = count * size;
    return Math.unsignedMultiplyHigh(count, size) != 0
            || Long.compareUnsigned(bytes, SizeClasses.MAX) > 0
        ? 0
        : allocate(bytes, true);
  }

  @Override
  public long memalign(long alignment, long size) {
    if (!isPowerOfTwo(alignment) || Long.compareUnsigned(size, SizeClasses.MAX) > 0) {
      return 0;
    }
    long usable = SizeClasses.alignedSize(size, alignment);
    if (usable == 0) {
      return 0;
    }
    if (usable <= SizeClasses.MAX_SMALL) {
      return allocate(usable, false);
    }
    if (!bind()) {
      return 0;
    }
    long line = Math.max(alignment, Base.CACHE_LINE);
    int sizeClass = SizeClasses.indexOf(usable);
    long address = newLarge(arenas.forBlock(arena, usable), sizeClass, line, false);
    if (address != 0) {
      countAllocation(usable);
    }
    return address;
  }

  @Override
  public long realloc(long address, long size) {
    if (address == 0) {
      return malloc(size);
    }
    if (size == 0) {
      free(address);
      return 0;
    }
    open();
    Extent extent = map.liveAt(address);
    if (Long.compareUnsigned(size, SizeClasses.MAX) > 0) {
      return 0;
    }
    int old = extent.sizeClass;
    int wanted = SizeClasses.indexOf(size);
    long result = address;
    if (old == wanted || resizes(extent, wanted)) {
      ticker.tick(arenas.get(extent.arena), 1);
    } else {
      result = move(address, old, wanted);
    }
    if (result != 0) {
      countAllocation(SizeClasses.sizeOf(wanted));
      countDeallocation(SizeClasses.sizeOf(old));
    }
    return result;
  }

  private static boolean isLarge(int sizeClass) {
    return sizeClass >= SizeClasses.SMALL_COUNT;
  }

  private boolean resizes(Extent extent, int wanted) {
    return isLarge(extent.sizeClass)
        && isLarge(wanted)
        && arenas.get(extent.arena).resizeLarge(extent, wanted);
  }

  private long move(long address, int old, int wanted) {
    if (!bind()) {
      return 0;
    }
    long size = SizeClasses.sizeOf(wanted);
    long moved =
        isLarge(old) && isLarge(wanted)
            ? newLarge(arenas.forBlock(arena, size), wanted, Base.CACHE_LINE, false)
            : allocate(wanted, size, false);
    if (moved != 0) {
      memory.copy(address, moved, Math.min(size, SizeClasses.sizeOf(old)));
      release(address);
    }
    return moved;
  }

  @Override
  public long usableSize(long address) {
    open(); // as an allocation does
    return address == 0 ? 0 : SizeClasses.sizeOf(map.liveAt(address).sizeClass);
  }

  @Override
  public void trim(long pad) {
    if (open()) {
      heap.purgeAll(); // arena.4096.purge: all arenas, there is no pad
    }
  }

  /** Control {@code thread.tcache.flush}. */
  void flushCache() {
    open();
    flushAll();
  }

  @Override
  public void exit() {
    if (isOpen) {
      heap.leave(this);
      if (isBound) {
        arenas.unbind(arena);
      }
    }
    isOpen = false;
    isBound = false;
    requireBins();
    if (stack != 0) {
      closeBins();
      Extent extent = map.liveAt(stack);
      arenas.get(extent.arena).internalBytes.addAndGet(-SizeClasses.sizeOf(extent.sizeClass));
      releaseToArena(extent, stack);
      stack = 0;
      arenas.pollAfterExit(arena); // only the end of a cache does so
    }
  }
}
