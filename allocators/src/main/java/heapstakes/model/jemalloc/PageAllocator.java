package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_SHIFT;
import static heapstakes.memory.Addresses.alignUp;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Extents of one arena: taken from the dirty, the muzzy and the reserved cache, then from the
 * kernel; freed into the dirty one, from where they decay.
 */
final class PageAllocator {
  private static final int NO_LIMIT = 63;

  final FreePages free;
  final Descriptors descriptors;
  final Purger purger;
  final AtomicLong activePages = new AtomicLong();
  private final Growth growth;
  private final Coalescing coalescing;
  private final MemoryCalls pages;
  private final long oversizeBytes;
  private final boolean ahead; // more is taken at once than is needed
  private final int joinShift; // log2 of how many times its size a freed extent may become
  private final boolean joinsSlabs; // what is freed joins what was a slab
  private final boolean alwaysOversize; // is purged at once, whatever the decay times
  private final int arena;
  private final BackgroundThreads background;

  /**
   * @param arena whose extents these are
   * @param base of that arena
   * @param address of the arena's record
   * @param oversizeBytes from which size on a free extent is purged at once
   */
  PageAllocator(int arena, Base base, long address, long oversizeBytes, SharedParts shared) {
    this.arena = arena;
    this.oversizeBytes = shared.purgesLargeAtOnce() ? oversizeBytes : Long.MAX_VALUE;
    pages = shared.pages();
    free =
        new FreePages(
            shared.settings().seeds().ofRecord(address),
            shared.version(),
            shared.settings(),
            shared.clock().nanos());
    ahead = shared.settings().pageSizes();
    joinShift =
        shared.version().follows(JemallocRule.JOINING)
            ? shared.settings().maxActiveFitShift()
            : NO_LIMIT;
    joinsSlabs = !shared.version().follows(JemallocRule.SLABS_APART);
    alwaysOversize = shared.version().follows(JemallocRule.ALWAYS_OVERSIZE);
    descriptors = new Descriptors(base, shared.version().records().descriptorAlignment());
    coalescing = new Coalescing(shared.map(), descriptors);
    growth = new Growth(arena, free.reserved, coalescing, descriptors, shared);
    purger = new Purger(arena, free, coalescing, descriptors, shared);
    background = shared.background();
  }

  /** As a forked child has it. */
  PageAllocator(PageAllocator parent, Base base, SharedParts shared, ExtentCopies copies) {
    arena = parent.arena;
    oversizeBytes = parent.oversizeBytes;
    pages = shared.pages();
    free = new FreePages(parent.free, copies);
    ahead = parent.ahead;
    joinShift = parent.joinShift;
    joinsSlabs = parent.joinsSlabs;
    alwaysOversize = parent.alwaysOversize;
    descriptors = new Descriptors(base, parent.descriptors);
    coalescing = new Coalescing(shared.map(), descriptors);
    growth = new Growth(arena, free.reserved, coalescing, descriptors, shared);
    growth.copyFrom(parent.growth);
    purger = new Purger(arena, free, coalescing, descriptors, shared);
    background = shared.background();
    activePages.set(parent.activePages.get());
  }

  /** An extent of {@code size} bytes, zeroed if asked for; null when there is no memory. */
  @Nullable Extent allocate(long size, long alignment, boolean zero) { // step 5
    Extent extent = take(free.dirty, size, alignment);
    if (extent == null && free.muzzyDecay.millis() != 0) {
      extent = take(free.muzzy, size, alignment);
    }
    if (extent == null) {
      extent = fresh(size, alignment, zero);
    }
    if (extent == null) {
      return null;
    }
    activePages.addAndGet(extent.pages());
    zero(extent, zero);
    return extent;
  }

  /** An extent of memory that has no pages yet. */
  private @Nullable Extent fresh(long size, long alignment, boolean zero) {
    Extent extent = ahead ? ahead(size, alignment, zero) : null;
    if (extent == null) {
      extent = reservedOrNew(size, alignment, zero);
      free.mappedBytes.addAndGet(extent == null ? 0 : size);
    }
    return extent;
  }

  /** The start of an extent that is as large as the class of {@code size}; the rest is dirty. */
  private @Nullable Extent ahead(long size, long alignment, boolean zero) {
    long batch = LargeSizes.batch(size);
    Extent extent = reservedOrNew(batch, alignment, zero);
    if (extent == null) {
      return null;
    }
    zero(extent, zero);
    Extent rest = batch > size ? coalescing.split(extent, size) : null;
    if (batch > size && rest == null) { // no memory for its record: keep it all for later
      coalescing.record(free.reserved, extent);
      return null;
    }
    free.mappedBytes.addAndGet(batch);
    if (rest != null) {
      putDirty(rest);
    }
    return extent;
  }

  private @Nullable Extent reservedOrNew(long size, long alignment, boolean zero) {
    Extent extent = take(free.reserved, size, alignment);
    return extent == null ? growth.allocate(size, alignment, zero) : extent;
  }

  private void zero(Extent extent, boolean zero) {
    if (zero && !extent.zeroed) {
      pages.zero(extent.base, extent.size);
      extent.zeroed = true;
    }
  }

  private @Nullable Extent take(ExtentCache cache, long size, long alignment) {
    if (cache.pages() == 0) {
      return null;
    }
    cache.lock.lock();
    try {
      Extent found = cache.fit(size, alignment);
      if (found == null) {
        return null;
      }
      cache.remove(found);
      return cut(cache, found, alignUp(found.base, alignment) - found.base, size);
    } finally {
      cache.lock.unlock();
    }
  }

  /** Keeps {@code size} bytes after {@code lead}; what is cut off stays in the cache as it is. */
  private @Nullable Extent cut(ExtentCache cache, Extent extent, long lead, long size) {
    Extent kept = lead == 0 ? extent : coalescing.split(extent, lead);
    if (kept == null) {
      cache.insert(extent);
      return null;
    }
    Extent trail = kept.size == size ? null : coalescing.split(kept, size);
    if (lead != 0) {
      cache.insert(extent);
    }
    if (trail != null) {
      cache.insert(trail);
    } else if (kept.size != size) { // no memory for its record
      cache.insert(kept);
      return null;
    }
    return kept;
  }

  /** Frees an extent that held a block or a slab. */
  void deallocate(Extent extent) {
    activePages.addAndGet(-extent.pages());
    extent.address = extent.base;
    release(extent);
  }

  /**
   * Makes {@code extent}, active, larger by {@code bytes} that follow it; false if they are taken.
   */
  boolean expand(Extent extent, long bytes) {
    boolean expanded =
        expandFrom(free.dirty, extent, bytes) || expandFrom(free.muzzy, extent, bytes);
    if (!expanded) {
      expanded = expandFrom(free.reserved, extent, bytes) || expandByMapping(extent, bytes);
      if (!expanded) {
        return false;
      }
      free.mappedBytes.addAndGet(bytes);
    }
    activePages.addAndGet(bytes >>> PAGE_SHIFT);
    return true;
  }

  private boolean expandFrom(ExtentCache cache, Extent extent, long bytes) {
    cache.lock.lock();
    try {
      Extent next = coalescing.following(cache, extent);
      if (next == null || next.size < bytes) {
        return false;
      }
      cache.remove(next);
      Extent taken = cut(cache, next, 0, bytes);
      if (taken != null) {
        coalescing.merge(extent, taken);
      }
      return taken != null;
    } finally {
      cache.lock.unlock();
    }
  }

  private boolean expandByMapping(Extent extent, long bytes) {
    Extent mapped = growth.mapAfter(extent, bytes);
    if (mapped != null) {
      coalescing.merge(extent, mapped);
    }
    return mapped != null;
  }

  /** Makes {@code extent}, active, smaller; false without memory for a record. */
  boolean shrink(Extent extent, long size) {
    Extent trail = coalescing.split(extent, size);
    if (trail == null) {
      return false;
    }
    activePages.addAndGet(-trail.pages());
    release(trail);
    return true;
  }

  private void release(Extent extent) { // step 6
    putDirty(extent);
    if (free.dirtyDecay.millis() == 0) {
      purger.purgeAll(free.dirtyDecay, free.dirty);
    }
    background.notice(arena);
  }

  private void putDirty(Extent extent) {
    Extent oversize = recordDirty(extent);
    if (oversize != null) {
      purger.purgeOversize(oversize);
    }
  }

  /** Puts {@code extent} into the dirty cache; returns it when it grew so large that it must go. */
  private @Nullable Extent recordDirty(Extent extent) {
    extent.zeroed = false;
    free.dirty.lock.lock();
    try {
      Extent merged = extent;
      if (extent.size >= SizeClasses.MIN_LARGE) {
        long most = mostJoined(extent.size);
        for (Extent m = extent; m != null; m = joined(m, most)) {
          merged = m;
        }
        if (merged.size >= oversizeBytes && mayPurgeOversize()) {
          return merged;
        }
      }
      free.dirty.insert(merged);
      return null;
    } finally {
      free.dirty.lock.unlock();
    }
  }

  private @Nullable Extent joined(Extent extent, long most) {
    return coalescing.mergeOne(free.dirty, extent, most, joinsSlabs);
  }

  /** How large a freed extent of {@code size} may become. */
  private long mostJoined(long size) {
    return SizeClasses.MAX >> joinShift > size ? size << joinShift : SizeClasses.MAX;
  }

  private boolean mayPurgeOversize() {
    return alwaysOversize || free.dirtyDecay.millis() != -1 && free.muzzyDecay.millis() != -1;
  }
}
