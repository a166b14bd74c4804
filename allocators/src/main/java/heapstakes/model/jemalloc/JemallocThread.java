package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.isPowerOfTwo;

import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.SegmentationFault;
import org.jspecify.annotations.Nullable;

/** The library's interface for one thread. */
final class JemallocThread extends Tcache implements ThreadAllocator {
  private static final long SHORT_WAY_BYTES = 4096; // largest block of malloc(3)'s short way, §21.5

  private final Jemalloc heap;
  private final boolean hasCache;
  private final int number;
  private final long seed;
  private boolean isOpen;
  private boolean isBound;
  private boolean isLent; // to arena 0
  private long stack; // where the library keeps the cached addresses; 0 without a cache

  /** The thread that is the process's {@code number}-th, from 0. */
  JemallocThread(Jemalloc heap, CacheShape shape, int number) {
    super(heap.shared(), heap.arenas(), shape, heap.shared().settings().seeds().ofThread(number));
    this.heap = heap;
    this.hasCache = heap.shared().settings().tcache();
    this.number = number;
    this.seed = heap.shared().settings().seeds().ofThread(number);
  }

  /** The only one of a forked child. */
  JemallocThread(Jemalloc heap, CacheShape shape, JemallocThread parent) {
    this(heap, shape, parent.number);
    copyFrom(parent);
    isOpen = parent.isOpen;
    isBound = parent.isBound;
    isLent = parent.isLent;
    stack = parent.stack;
    if (isBound) {
      ArenaTable.bindOnly(arena);
    }
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
    if (stack != 0 && size >= 0 && size <= SHORT_WAY_BYTES) {
      tryShortWay(bins[SizeClasses.indexOf(size)]);
    }
    return mallocUnlessTooLarge(size);
  }

  private long mallocUnlessTooLarge(long size) {
    return Long.compareUnsigned(size, SizeClasses.MAX) > 0 ? refuse() : allocate(size, false);
  }

  /** What is too large is refused by a thread that the library knows from then on. */
  private long refuse() {
    open();
    return 0;
  }

  /** The first call makes the cache; false when the library cannot start. */
  boolean open() {
    if (!isOpen && heap.start(this) && !isOpen) { // the start opens the thread that brought it
      openCache();
      if (stack != 0) {
        bind();
      }
    }
    return isOpen;
  }

  /** The thread brought the start: its cache is arena 0's until the thread is bound. */
  void openLent() {
    arena = arenas.first();
    openCache();
    isLent = stack != 0;
  }

  /** Makes the cache, which belongs to no arena yet. */
  private void openCache() {
    isOpen = true;
    heap.enter(this);
    ticker.open(seed);
    if (hasCache) {
      stack = newStack();
      if (stack == 0) {
        loseBins();
      } else {
        openBins(stack);
      }
    }
  }

  /**
   * An arena comes with the cache; without one, and to the thread that started the library, whose
   * cache is arena 0's until then, with the first block that is neither cached nor huge.
   *
   * @return false when there is no memory for a new arena
   * @throws SegmentationFault when there is none for the cache's: the library lets it belong to
   *     none
   */
  private boolean bind() {
    if (!isBound) {
      Arena bound = arenas.bind(number);
      if (bound == null && (hasCache || arenas.areOfProcessors())) {
        long caches = version.records().caches();
        throw new SegmentationFault(caches, false, "there is no arena for this thread");
      }
      if (bound != null) {
        if (isLent && bound != arena) {
          leaveArena();
        }
        isLent = false;
        isBound = true;
        arena = bound;
      }
    }
    return isBound;
  }

  /** The arena for a new large block; null when memory is short. */
  private @Nullable Arena arenaFor(long bytes) {
    if (arenas.isHuge(bytes)) {
      return arenas.huge();
    }
    return bind() ? arena : null;
  }

  /** A block for a request of at most the largest size; 0 when memory is short. */
  private long allocate(long size, boolean zero) {
    if (!open()) {
      return 0;
    }
    int sizeClass = SizeClasses.indexOf(size);
    long address = allocate(sizeClass, size, zero);
    if (address != 0) {
      countAllocation(largeSizes.usable(sizeClass, size));
    }
    return address;
  }

  /**
   * A block that is not yet counted.
   *
   * @param size that was asked for, which decides on the arena
   */
  private long allocate(int sizeClass, long size, boolean zero) {
    CacheBin bin = usableBin(sizeClass);
    if (sizeClass < SizeClasses.SMALL_COUNT) {
      long address = bin.count > 0 ? bin.pop() : takeSmall(bin, sizeClass);
      if (zero && address != 0) {
        memory.fill(address, SizeClasses.sizeOf(sizeClass), (byte) 0);
      }
      if (address != 0 && bin.capacity > 0) {
        countOperation();
      }
      return address;
    }
    if (bin.count > 0) {
      return popLarge(bin, zero);
    }
    long usable = largeSizes.usable(sizeClass, size);
    if (bin.capacity == 0) {
      return newLarge(arenaFor(size), usable, Base.CACHE_LINE, zero);
    }
    long address = newLarge(bind() ? arena : null, usable, Base.CACHE_LINE, zero);
    if (address != 0 && version.follows(JemallocRule.MISSES)) {
      bin.requests++;
    }
    if (address != 0) {
      countOperation();
    }
    return address;
  }

  private long popLarge(CacheBin bin, boolean zero) {
    long address = bin.pop();
    if (zero) {
      memory.fill(address, bin.size, (byte) 0);
    }
    countOperation();
    return address;
  }

  /** Counts what the C library allocated for a thread that the library made in this one. */
  void countThreadVector() {
    ticker.tick(arenas.first(), 1);
    countAllocation(Arena.THREAD_VECTOR_BYTES);
  }

  private long takeSmall(CacheBin bin, int sizeClass) {
    if (!bind()) {
      return 0;
    }
    if (bin.capacity > 0) {
      return fillAndPop(bin);
    }
    long address = arena.bins[sizeClass].takeOne();
    if (address != 0) {
      ticker.tick(arena, 1);
    }
    return address;
  }

  /** A block from {@code from}, displaced at random within the first page of its extent. */
  private long newLarge(@Nullable Arena from, long usable, long alignment, boolean zero) {
    int sizeClass = SizeClasses.indexOf(usable);
    Extent extent = from == null ? null : from.newLarge(sizeClass, usable, alignment, zero);
    if (from == null || extent == null) {
      return 0;
    }
    long address = alignment < PAGE_BYTES ? ticker.displace(extent, alignment) : extent.address;
    if (zero && !extent.zeroed) {
      memory.fill(address, usable, (byte) 0);
    }
    ticker.tick(from, 1);
    return address;
  }

  private void freeSlow(long address) {
    if (address != 0) {
      CacheBin bin = binOf(address);
      if (isOpen && bin.isSmall() && bin.count == bin.capacity) {
        countMiss();
      }
      releaseCounted(address);
    }
  }

  private void releaseCounted(long address) {
    long bytes = release(address);
    if (isOpen) {
      countDeallocation(bytes);
    }
  }

  /** Frees a block that is not yet counted; returns its size. */
  private long release(long address) {
    Extent extent = map.liveAt(address);
    long usable = extent.usable();
    CacheBin bin = usableBin(extent.sizeClass);
    if (bin.capacity > 0) {
      pushSlow(bin, address);
      countOperation();
    } else {
      releaseToArena(extent, address);
    }
    return usable;
  }

  private void releaseToArena(Extent extent, long address) {
    Arena owner = arenas.get(extent.arena);
    owner.delete(extent, address);
    ticker.tick(owner, 1);
  }

  @Override
  public long calloc(long count, long size) {
    long bytes = count * size;
    return Math.unsignedMultiplyHigh(count, size) != 0
            || Long.compareUnsigned(bytes, SizeClasses.MAX) > 0
        ? refuse()
        : allocate(bytes, true);
  }

  @Override
  public long memalign(long alignment, long size) {
    if (!isPowerOfTwo(alignment) || Long.compareUnsigned(size, SizeClasses.MAX) > 0) {
      return refuse();
    }
    long usable =
        largeSizes.aligned(
            size == 0 && version.follows(JemallocRule.EMPTY_ALIGNED) ? 1 : size, alignment);
    if (usable == 0) {
      return refuse();
    }
    if (usable <= SizeClasses.MAX_SMALL) {
      return allocate(usable, false);
    }
    if (!open()) {
      return 0;
    }
    long line = Math.max(alignment, Base.CACHE_LINE);
    long address = newLarge(arenaFor(usable), usable, line, false);
    if (address != 0) {
      countAllocation(usable);
    }
    return address;
  }

  @Override
  public long realloc(long address, long size) {
    if (address == 0) {
      return mallocUnlessTooLarge(size);
    }
    if (size == 0) {
      releaseCounted(address);
      return 0;
    }
    open();
    Extent extent = map.liveAt(address);
    if (Long.compareUnsigned(size, SizeClasses.MAX) > 0) {
      return 0;
    }
    long old = extent.usable();
    long wanted = largeSizes.usable(SizeClasses.indexOf(size), size);
    long result = address;
    if (old == wanted || resizes(extent, wanted)) {
      ticker.tick(arenas.get(extent.arena), 1);
    } else {
      result = move(address, old, wanted);
    }
    if (result != 0) {
      countAllocation(wanted);
      countDeallocation(old);
    }
    return result;
  }

  private static boolean isLarge(long usable) {
    return usable > SizeClasses.MAX_SMALL;
  }

  private boolean resizes(Extent extent, long wanted) {
    return isLarge(extent.usable())
        && isLarge(wanted)
        && arenas.get(extent.arena).resizeLarge(extent, SizeClasses.indexOf(wanted), wanted);
  }

  private long move(long address, long old, long wanted) {
    long moved =
        isLarge(old) && isLarge(wanted)
            ? newLarge(arenaFor(wanted), wanted, Base.CACHE_LINE, false)
            : allocate(SizeClasses.indexOf(wanted), wanted, false);
    if (moved != 0) {
      memory.copy(address, moved, Math.min(old, wanted));
      release(address);
    }
    return moved;
  }

  @Override
  public long usableSize(long address) {
    open(); // as an allocation does
    return address == 0 ? 0 : map.liveAt(address).usable();
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
    ticker.close();
    requireBins();
    if (stack != 0) {
      closeBins();
      deleteStack(stack);
      stack = 0;
      arenas.pollAfterExit(arena); // only the end of a cache does so
    }
  }
}
