package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import org.jspecify.annotations.Nullable;

/** Cuts extents and joins neighbours. Joining needs the lock of the cache that holds them. */
final class Coalescing {
  private final ExtentMap map;
  private final Descriptors descriptors;

  Coalescing(ExtentMap map, Descriptors descriptors) {
    this.map = map;
    this.descriptors = descriptors;
  }

  /**
   * Cuts the end off an active extent.
   *
   * @param bytes that it keeps
   * @return the rest, active too; null without memory for its record, with nothing changed
   */
  @Nullable Extent split(Extent extent, long bytes) {
    long border = extent.base + bytes;
    if (!descriptors.take()) {
      return null;
    }
    if (!map.prepare(border - PAGE_BYTES, 2 * PAGE_BYTES)) {
      descriptors.give();
      return null;
    }
    Extent rest = new Extent(extent.arena, border, extent.size - bytes, extent.serial);
    rest.zeroed = extent.zeroed;
    extent.size = bytes;
    extent.startsAsSlab = false;
    extent.endsAsSlab = false;
    map.record(extent);
    map.record(rest);
    return rest;
  }

  /** Joins {@code upper} to {@code lower}, which it follows; both are active. */
  void merge(Extent lower, Extent upper) {
    map.forgetBorder(lower, upper);
    lower.size += upper.size;
    lower.serial = Math.min(lower.serial, upper.serial);
    lower.zeroed &= upper.zeroed;
    lower.startsAsSlab = false;
    lower.endsAsSlab = false;
    map.record(lower);
    descriptors.give();
  }

  /** Puts {@code extent} into a cache that joins neighbours at once. */
  void record(ExtentCache cache, Extent extent) {
    cache.lock.lock();
    try {
      cache.insert(mergeAll(cache, extent));
    } finally {
      cache.lock.unlock();
    }
  }

  /** Joins {@code extent} with all free neighbours in {@code cache}. */
  private Extent mergeAll(ExtentCache cache, Extent extent) {
    Extent merged = extent;
    while (true) {
      Extent next = following(cache, merged);
      if (next != null) {
        cache.remove(next);
        merge(merged, next);
      }
      Extent previous = preceding(cache, merged);
      if (previous != null) {
        cache.remove(previous);
        merge(previous, merged);
        merged = previous;
      }
      if (next == null && previous == null) {
        return merged;
      }
    }
  }

  /**
   * Joins {@code extent} with one neighbour, rather the following one; null if there is none.
   *
   * @param most bytes that both may have
   * @param slabsToo whether also with what is noted as a slab
   */
  @Nullable Extent mergeOne(ExtentCache cache, Extent extent, long most, boolean slabsToo) {
    Extent next = following(cache, extent);
    if (next != null && next.size <= most - extent.size && (slabsToo || !next.startsAsSlab)) {
      cache.remove(next);
      merge(extent, next);
      return extent;
    }
    Extent previous = preceding(cache, extent);
    if (previous == null
        || previous.size > most - extent.size
        || previous.endsAsSlab && !slabsToo) {
      return null;
    }
    cache.remove(previous);
    merge(previous, extent);
    return previous;
  }

  /** The extent in {@code cache} that follows and may be joined. */
  @Nullable Extent following(ExtentCache cache, Extent extent) {
    Extent next = map.extentAt(extent.end());
    return next != null && isFree(next, cache, extent) && !next.head ? next : null;
  }

  private @Nullable Extent preceding(ExtentCache cache, Extent extent) {
    Extent previous = extent.head ? null : map.extentAt(extent.base - 1);
    return previous != null && isFree(previous, cache, extent) ? previous : null;
  }

  private static boolean isFree(Extent neighbour, ExtentCache cache, Extent extent) {
    return neighbour.state == cache.state && neighbour.arena == extent.arena;
  }
}
