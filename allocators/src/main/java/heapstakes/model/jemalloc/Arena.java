package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import heapstakes.memory.Memory;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A heap within the heap: bins, large blocks and pages. */
final class Arena {
  /** What the C library allocates for a thread, its vector of thread-local blocks (§3). */
  static final long THREAD_VECTOR_BYTES = 320;

  private static final int LARGE_CLASSES = SizeClasses.COUNT - SizeClasses.SMALL_COUNT;

  // §12: of the record, what no program reaches stays untouched: the state of the huge-page
  // allocator, which is off.
  private static final long DECAYS_BYTES = 2 * 1784;

  final int index;
  final Base base;
  final PageAllocator pages;
  final Bin[] bins = new Bin[SizeClasses.SMALL_COUNT];
  final LargeStatistics large;
  final AtomicLong internalBytes = new AtomicLong(); // thread caches' stacks
  final AtomicInteger threads = new AtomicInteger();
  final AtomicInteger internalThreads = new AtomicInteger();
  private final ExtentMap map;
  private final Memory memory;
  private final List<Integer> mutexPages;
  private final long leastZeroedByKernel; // bytes of a block

  /**
   * @param base for its records
   * @param oversizeBytes from which size on a free extent is purged at once
   */
  Arena(int index, Base base, long oversizeBytes, SharedParts shared) {
    this.index = index;
    this.base = base;
    this.map = shared.map();
    this.memory = shared.memory();
    this.leastZeroedByKernel = shared.settings().callocMadviseThreshold();
    JemallocVersion.Records records = shared.version().records();
    this.mutexPages = records.mutexPages();
    long record = base.allocate(records.arena() + binsBytes(records), Base.CACHE_LINE);
    touch(record, records);
    large =
        new LargeStatistics(memory, record + records.countersStart(), records.countersOfClass());
    for (int i = 0; i < bins.length; i++) {
      bins[i] = new Bin(this, i, shared.version());
    }
    pages = new PageAllocator(index, base, record, oversizeBytes, shared);
  }

  /** As a forked child has it, of which no thread knows yet. */
  Arena(Arena parent, Base base, SharedParts shared, ExtentCopies copies) {
    this.index = parent.index;
    this.base = base;
    this.map = shared.map();
    this.memory = shared.memory();
    this.leastZeroedByKernel = parent.leastZeroedByKernel;
    this.mutexPages = parent.mutexPages;
    large = new LargeStatistics(memory, parent.large);
    Arrays.setAll(bins, i -> new Bin(this, parent.bins[i], copies));
    pages = new PageAllocator(parent.pages, base, shared, copies);
    internalBytes.set(parent.internalBytes.get());
  }

  /**
   * Unlocks all its mutexes, or makes them anew, which writes to their pages: those that a child of
   * the library has for itself before it allocates ({@code pagemap}, bit 56).
   */
  void unlockAfterFork() {
    for (int page : mutexPages) {
      memory.touch(base.firstBlock() + page * PAGE_BYTES, 1);
    }
  }

  private void touch(long record, JemallocVersion.Records records) {
    long countersEnd = records.countersStart() + LARGE_CLASSES * records.countersOfClass();
    memory.touch(record, records.countersStart());
    memory.touch(record + countersEnd, records.dirtyDecay() + DECAYS_BYTES - countersEnd);
    memory.touch(record + records.arena(), binsBytes(records));
  }

  private static long binsBytes(JemallocVersion.Records records) {
    return records.bin() * SizeClasses.SMALL_COUNT;
  }

  /** A slab, all of it free; null when there is no memory. */
  @Nullable Extent newSlab(int sizeClass) {
    Extent slab = pages.allocate(SizeClasses.slabBytes(sizeClass), PAGE_BYTES, false);
    if (slab != null) {
      Slab.format(slab, sizeClass);
      if (!map.recordSlab(slab)) {
        deleteSlab(slab);
        return null;
      }
    }
    return slab;
  }

  /** Frees the pages of a slab that left its bin. */
  void deleteSlab(Extent slab) {
    map.forgetBlocks(slab);
    Slab.unformat(slab);
    pages.deallocate(slab);
  }

  /**
   * A large block, at the start of its extent. Where that is not zeroed the caller zeroes the
   * block.
   *
   * @param usable its bytes
   * @return null when there is no memory
   */
  @Nullable Extent newLarge(int sizeClass, long usable, long alignment, boolean zero) {
    boolean byKernel = zero && usable >= leastZeroedByKernel;
    Extent extent = pages.allocate(usable + SizeClasses.LARGE_PAD, alignment, byKernel);
    if (extent != null) {
      large.allocated(sizeClass, usable);
      extent.sizeClass = sizeClass;
      extent.startsAsSlab = false;
      map.recordBlock(extent);
    }
    return extent;
  }

  /** Frees the pages of a large block, which is no longer counted. */
  void deleteLarge(Extent extent) {
    map.forgetBlocks(extent);
    extent.sizeClass = SizeClasses.NONE;
    pages.deallocate(extent);
  }

  /** Frees a block of {@code extent}, in whose arena this is. */
  void delete(Extent extent, long address) {
    if (extent.sizeClass < SizeClasses.SMALL_COUNT) {
      if (bins[extent.sizeClass].giveBackAlone(extent, address)) {
        deleteSlab(extent);
      }
    } else {
      map.largeAt(address, extent.sizeClass);
      large.deallocated(extent.sizeClass, extent.usable());
      deleteLarge(extent);
    }
  }

  /** Frees what {@link #newInternal} gave. */
  void deleteInternal(Extent extent, long address) {
    internalBytes.addAndGet(-extent.usable());
    delete(extent, address);
  }

  /** A block for the library's own use, at the start of a page; 0 when there is no memory. */
  long newInternal(int sizeClass, long usable) {
    long address;
    if (sizeClass < SizeClasses.SMALL_COUNT) {
      address = bins[sizeClass].takeOne();
    } else {
      Extent extent = newLarge(sizeClass, usable, PAGE_BYTES, true);
      address = extent == null ? 0 : extent.address;
      if (extent != null && !extent.zeroed) {
        memory.fill(address, usable, (byte) 0);
      }
    }
    internalBytes.addAndGet(address == 0 ? 0 : usable);
    return address;
  }

  /** The vector of a thread that the library makes, past any cache; false without memory. */
  boolean newThreadVector() {
    long address = bins[SizeClasses.indexOf(THREAD_VECTOR_BYTES)].takeOne();
    if (address != 0) {
      memory.fill(address, THREAD_VECTOR_BYTES, (byte) 0);
    }
    return address != 0;
  }

  /** Bytes that it has from the kernel, in use or not; what is reserved is not in them. */
  long mappedBytes() {
    return base.mappedBytes() + pages.free.mappedBytes.get();
  }

  /** Bytes of the library's own records, thread caches' stacks among them. */
  long metadataBytes() {
    return base.allocatedBytes() + internalBytes.get();
  }

  /** Threads that it serves: for their allocations, or for the library's own. */
  int load(boolean internal) {
    return (internal ? internalThreads : threads).get();
  }

  /** Makes a large block one of another size where it is; false when it cannot be. */
  boolean resizeLarge(Extent extent, int sizeClass, long usable) { // step 9
    long old = extent.usable();
    boolean done =
        usable > old
            ? pages.expand(extent, usable - old)
            : pages.shrink(extent, usable + SizeClasses.LARGE_PAD);
    if (done) {
      large.allocated(sizeClass, usable);
      large.deallocated(extent.sizeClass, old);
      extent.sizeClass = sizeClass;
      map.recordBlock(extent);
    }
    return done;
  }
}
