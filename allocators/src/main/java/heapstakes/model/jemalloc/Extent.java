package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_SHIFT;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A run of pages: a large block, a slab of small ones, or free in one of the caches. Ordered by
 * serial number, then by address: oldest, then lowest.
 */
final class Extent {
  /** Held by the program or by whoever works on it. */
  static final byte ACTIVE = 0; // the default: what a racing reader may see is not free

  /** Free, with its contents. */
  static final byte DIRTY = 1;

  /** Free, promised to the kernel by MADV_FREE. */
  static final byte MUZZY = 2;

  /** Address space without pages: what the statistics call retained. */
  static final byte RESERVED = 3;

  final int arena; // its index
  final long base;
  long size;
  long serial;
  byte state;
  boolean head; // starts a mapping, which must not be joined with the one before
  boolean zeroed;

  // What the map has noted at either end, which until 5.2.1 is not told when a slab is freed, nor
  // at
  // the end of a large block that takes just its place.
  boolean startsAsSlab;
  boolean endsAsSlab;

  int sizeClass = SizeClasses.NONE;
  long address; // of the block: the base and its displacement

  // Of a slab: which objects are free.
  int free;
  long @Nullable [] bitmap;

  // Links of a pairing heap (of a bin or of a cache); of the cache's list, oldest first.
  @Nullable Extent previous;
  @Nullable Extent next;
  @Nullable Extent child;
  @Nullable Extent older;
  @Nullable Extent newer;

  Extent(int arena, long base, long size, long serial) {
    this.arena = arena;
    this.base = base;
    this.size = size;
    this.serial = serial;
    this.address = base;
  }

  /** As a forked child has it, in no list yet. */
  Extent(Extent parent) {
    this(parent.arena, parent.base, parent.size, parent.serial);
    state = parent.state;
    head = parent.head;
    zeroed = parent.zeroed;
    startsAsSlab = parent.startsAsSlab;
    endsAsSlab = parent.endsAsSlab;
    sizeClass = parent.sizeClass;
    address = parent.address;
    free = parent.free;
    bitmap = parent.bitmap == null ? null : parent.bitmap.clone();
  }

  long end() {
    return base + size;
  }

  /** Usable bytes of a block in it. */
  long usable() {
    return sizeClass < SizeClasses.SMALL_COUNT
        ? SizeClasses.sizeOf(sizeClass)
        : size - SizeClasses.LARGE_PAD;
  }

  long pages() {
    return size >>> PAGE_SHIFT;
  }

  /** Whether this one comes first in the order of extents. */
  boolean precedes(Extent other) {
    return serial != other.serial ? serial < other.serial : base < other.base;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "extent 0x%x+0x%x (class %d, state %d, serial %d)",
        base,
        size,
        sizeClass,
        state,
        serial);
  }
}
