package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.alignUp;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Address space from the kernel: mappings of a size that grows with their number, so that there are
 * few of them; exactly what is asked for when address space is not to be kept.
 */
final class Growth {
  private static final long FIRST_MAPPING_BYTES = 2L << 20; // §7.2

  private final Mutex lock = new Mutex();
  private final int arena;
  private final ExtentCache reserved;
  private final Coalescing coalescing;
  private final Descriptors descriptors;
  private final MemoryCalls pages;
  private final ExtentMap map;
  private final boolean retain;
  private final boolean keepsApart; // mappings do not join
  private int cursor = SizeClasses.pageIndex(FIRST_MAPPING_BYTES);
  private final AtomicLong nextSerial = new AtomicLong();

  /**
   * @param arena whose extents these are
   * @param reserved takes what is left of a mapping
   */
  Growth(
      int arena,
      ExtentCache reserved,
      Coalescing coalescing,
      Descriptors descriptors,
      SharedParts shared) {
    this.arena = arena;
    this.reserved = reserved;
    this.coalescing = coalescing;
    this.descriptors = descriptors;
    this.pages = shared.pages();
    this.map = shared.map();
    this.retain = shared.settings().retain();
    this.keepsApart = retain && !shared.version().follows(JemallocRule.JOINED_MAPPINGS);
  }

  /** As a forked child has it. */
  void copyFrom(Growth parent) {
    cursor = parent.cursor;
    nextSerial.set(parent.nextSerial.get());
  }

  /**
   * A new extent, active; null when there is no memory.
   *
   * @param zero whether memory that is all for this extent is to be zeroed, where the kernel did
   *     not
   */
  @Nullable Extent allocate(long size, long alignment, boolean zero) {
    Extent extent = retain ? grow(size, alignment) : null;
    return extent == null ? map(size, alignment, zero) : extent;
  }

  /** The part needed of the next mapping in the series; the rest is reserved. */
  private @Nullable Extent grow(long size, long alignment) {
    long needed = size + alignUp(alignment, PAGE_BYTES) - PAGE_BYTES;
    lock.lock();
    try {
      int pageClass = Math.max(cursor, SizeClasses.pageIndex(needed));
      if (needed < size || pageClass > cursor && pageClass >= SizeClasses.PAGE_CLASSES - 1) {
        return null;
      }
      Extent mapping = map(SizeClasses.pageSize(pageClass), PAGE_BYTES, false);
      if (mapping == null) {
        return null;
      }
      cursor = Math.min(pageClass + 1, SizeClasses.PAGE_CLASSES - 1);
      return trim(mapping, size, alignment);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Extent trim(Extent mapping, long size, long alignment) {
    Extent extent = mapping;
    Extent lead = null;
    long aligned = alignUp(mapping.base, alignment);
    if (aligned > mapping.base) {
      lead = mapping;
      extent = coalescing.split(mapping, aligned - mapping.base);
    }
    boolean cut = extent != null && extent.size > size;
    Extent trail = extent != null && cut ? coalescing.split(extent, size) : null;
    if (lead != null) {
      coalescing.record(reserved, lead);
    }
    if (extent == null || !cut) {
      return extent;
    }
    if (trail == null) { // no memory for its record: keep it all for later
      coalescing.record(reserved, extent);
      return null;
    }
    coalescing.record(reserved, trail);
    return extent;
  }

  private @Nullable Extent map(long bytes, long alignment, boolean zero) {
    if (!descriptors.take()) {
      return null;
    }
    long address = pages.map(bytes, alignment);
    boolean zeroed = address != 0;
    if (address == 0) {
      descriptors.takeAndGive(); // for a gap below what the break would give
      address = pages.extendBreak(bytes, alignment);
      zeroed = address != 0 && zero;
      if (zeroed) {
        pages.drop(address, bytes);
      }
    }
    if (address != 0) {
      pages.advise(address, bytes);
    }
    Extent extent = address == 0 ? null : register(address, bytes, zeroed);
    if (extent == null) {
      descriptors.give();
    }
    return extent;
  }

  /** Maps {@code bytes} that follow {@code extent}; null when they cannot be had. */
  @Nullable Extent mapAfter(Extent extent, long bytes) {
    if (retain || !descriptors.take()) {
      return null;
    }
    if (!pages.mapExactly(extent.end(), bytes)) {
      descriptors.takeAndGive();
      descriptors.give();
      return null;
    }
    pages.advise(extent.end(), bytes);
    Extent following = register(extent.end(), bytes, true);
    if (following == null) {
      descriptors.give();
    }
    return following;
  }

  /**
   * An extent of new memory; null when there is none for the map, and then this memory is lost, as
   * it is to the library.
   *
   * @param zeroed false for memory from the break, which somebody may have used before
   */
  private @Nullable Extent register(long address, long bytes, boolean zeroed) {
    Extent extent = new Extent(arena, address, bytes, nextSerial.getAndIncrement());
    extent.head = keepsApart;
    extent.zeroed = zeroed;
    return map.add(extent) ? extent : null;
  }
}
