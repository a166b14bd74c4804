package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import heapstakes.memory.Memory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A heap within the heap: bins, large blocks and pages. */
final class Arena {
  private static final long RECORD_BYTES = 78_952; // §12
  private static final long BINS_BYTES = 224 * SizeClasses.SMALL_COUNT; // §12

  // §12: of the record, what no program reaches stays untouched: counters of blocks of many GiB,
  // and the
  // state of the huge-page allocator, which is off.
  private static final long REACHED_COUNTERS_END = 3840;
  private static final long COUNTERS_END = 8128;
  private static final long DECAY_END = 72_888;

  final int index;
  final Base base;
  final PageAllocator pages;
  final Bin[] bins = new Bin[SizeClasses.SMALL_COUNT];
  final LargeStatistics large = new LargeStatistics();
  final AtomicLong internalBytes = new AtomicLong(); // thread caches' stacks
  final AtomicInteger threads = new AtomicInteger();
  final AtomicInteger internalThreads = new AtomicInteger();
  private final ExtentMap map;

  /**
   * @param base for its records
   * @param oversizeBytes from which size on a free extent is purged at once
   */
  Arena(int index, Base base, long oversizeBytes, Environment environment) {
    this.index = index;
    this.base = base;
    this.map = environment.map();
    long record = base.allocate(RECORD_BYTES + BINS_BYTES, Base.CACHE_LINE);
    touch(environment.memory(), record);
    for (int i = 0; i < bins.length; i++) {
      bins[i] = new Bin(this, i);
    }
    pages = new PageAllocator(index, base, record, oversizeBytes, environment);
  }

  private static void touch(Memory memory, long record) {
    memory.touch(record, REACHED_COUNTERS_END);
    memory.touch(record + COUNTERS_END, DECAY_END - COUNTERS_END);
    memory.touch(record + RECORD_BYTES, BINS_BYTES);
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
   * A large block, at the start of its extent.
   *
   * @return null when there is no memory
   */
  @Nullable Extent newLarge(int sizeClass, long alignment, boolean zero) {
    long size = SizeClasses.sizeOf(sizeClass) + SizeClasses.LARGE_PAD;
    Extent extent = pages.allocate(size, alignment, zero);
    if (extent != null) {
      large.allocated(sizeClass);
      extent.sizeClass = sizeClass;
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

  /** A block for the library's own use, at the start of a page; 0 when there is no memory. */
  long newInternal(int sizeClass) {
    long address;
    if (sizeClass < SizeClasses.SMALL_COUNT) {
      address = bins[sizeClass].takeOne();
    } else {
      Extent extent = newLarge(sizeClass, PAGE_BYTES, true);
      address = extent == null ? 0 : extent.address;
    }
    internalBytes.addAndGet(address == 0 ? 0 : SizeClasses.sizeOf(sizeClass));
    return address;
  }

  /** Bytes of the library's own records, thread caches' stacks among them. */
  long metadataBytes() {
    return base.allocatedBytes() + internalBytes.get();
  }

  /** Threads that it serves: for their allocations, or for the library's own. */
  int load(boolean internal) {
    return (internal ? internalThreads : threads).get();
  }

  /** Makes a large block one of another class where it is; false when it cannot be. */
  boolean resizeLarge(Extent extent, int sizeClass) { // step 9
    long size = SizeClasses.sizeOf(sizeClass) + SizeClasses.LARGE_PAD;
    boolean done =
        size > extent.size ? pages.expand(extent, size - extent.size) : pages.shrink(extent, size);
    if (done) {
      large.allocated(sizeClass);
      large.deallocated(extent.sizeClass);
      extent.sizeClass = sizeClass;
      map.recordBlock(extent);
    }
    return done;
  }
}
