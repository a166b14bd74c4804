package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.alignUp;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Free extents of one state: a heap for each page class, and a list in order of arrival. All but
 * {@link #pages} is guarded by {@link #lock}.
 */
final class ExtentCache {
  private static final int HEAPS = SizeClasses.PAGE_CLASSES + 1; // §7.1
  private static final int MAX_SHIFT = 63; // §7.1
  private static final int MOST_SEARCHED = 32; // §21.2

  final Mutex lock = new Mutex();
  final byte state;
  private final int maxFitShift;
  private final boolean searchesBelow; // also the heap where only some extents are large enough
  private final boolean looksIntoAll; // instead of at what it took for the least
  private final PairingHeap[] heaps = new PairingHeap[HEAPS];
  private final long[] occupied = new long[(HEAPS + Long.SIZE - 1) / Long.SIZE];

  // What the library takes for the least of each heap that is not empty.
  private final long[] leastSerial = new long[HEAPS];
  private final long[] leastBase = new long[HEAPS];
  private @Nullable Extent oldest;
  private @Nullable Extent newest;
  private volatile long pages;

  /**
   * @param state of the extents
   * @param maxFitShift log2 of how many times larger than a request an extent may be
   */
  ExtentCache(byte state, int maxFitShift, JemallocVersion version, JemallocSettings settings) {
    this.state = state;
    this.searchesBelow = settings.pageSizes();
    this.looksIntoAll = version.follows(JemallocRule.PLAIN_HEAPS);
    this.maxFitShift = Math.min(maxFitShift, MAX_SHIFT);
    for (int i = 0; i < HEAPS; i++) {
      heaps[i] = new PairingHeap(version);
    }
  }

  /** As a forked child has it. */
  ExtentCache(ExtentCache parent, ExtentCopies copies) {
    state = parent.state;
    searchesBelow = parent.searchesBelow;
    looksIntoAll = parent.looksIntoAll;
    maxFitShift = parent.maxFitShift;
    Arrays.setAll(heaps, i -> new PairingHeap(parent.heaps[i], copies));
    System.arraycopy(parent.occupied, 0, occupied, 0, occupied.length);
    System.arraycopy(parent.leastSerial, 0, leastSerial, 0, HEAPS);
    System.arraycopy(parent.leastBase, 0, leastBase, 0, HEAPS);
    oldest = copies.of(parent.oldest);
    newest = copies.of(parent.newest);
    pages = parent.pages;
  }

  /** Pages of all extents. */
  long pages() {
    return pages;
  }

  /** The extent that came first; the others follow by {@link Extent#newer}. */
  @Nullable Extent oldest() {
    return oldest;
  }

  /** Heap of extents of a page class. */
  PairingHeap heap(int pageClass) {
    return heaps[pageClass];
  }

  /** How many heaps there are. */
  int heaps() {
    return HEAPS;
  }

  void insert(Extent extent) {
    int i = SizeClasses.heapOf(extent.size);
    PairingHeap heap = heaps[i];
    if (heap.isEmpty() || precedesLeast(extent, i)) {
      setLeast(i, extent);
      occupied[i >>> 6] |= 1L << i;
    }
    heap.insert(extent);
    append(extent);
    extent.state = state;
    setPages(pages + extent.pages());
  }

  void remove(Extent extent) {
    int i = SizeClasses.heapOf(extent.size);
    PairingHeap heap = heaps[i];
    heap.remove(extent);
    if (heap.isEmpty()) {
      occupied[i >>> 6] &= ~(1L << i);
    } else if (extent.serial == leastSerial[i] && extent.base == leastBase[i]) {
      Extent first = looksIntoAll ? null : heap.first();
      if (first != null) {
        setLeast(i, first);
      }
    }
    unlink(extent);
    extent.state = Extent.ACTIVE;
    setPages(pages - extent.pages());
  }

  private void setPages(long value) {
    pages = value; // one writer at a time: the lock is held
  }

  private void setLeast(int i, Extent extent) {
    leastSerial[i] = extent.serial;
    leastBase[i] = extent.base;
  }

  private boolean precedesLeast(Extent extent, int i) {
    return extent.serial != leastSerial[i]
        ? extent.serial < leastSerial[i]
        : extent.base < leastBase[i];
  }

  private void append(Extent extent) {
    extent.newer = null;
    extent.older = newest;
    if (newest == null) {
      oldest = extent;
    } else {
      newest.newer = extent;
    }
    newest = extent;
  }

  private void unlink(Extent extent) {
    if (extent.older == null) {
      oldest = extent.newer;
    } else {
      extent.older.newer = extent.newer;
    }
    if (extent.newer == null) {
      newest = extent.older;
    } else {
      extent.newer.older = extent.older;
    }
    extent.older = null;
    extent.newer = null;
  }

  /** An extent, still in the cache, that can serve a request; null when there is none. */
  @Nullable Extent fit(long size, long alignment) {
    long largest = size + alignUp(alignment, PAGE_BYTES) - PAGE_BYTES;
    if (largest < size) {
      return null;
    }
    Extent found = firstFit(largest);
    return found == null && alignment > PAGE_BYTES ? alignedFit(size, largest, alignment) : found;
  }

  private @Nullable Extent firstFit(long size) {
    Extent chosen = firstBelow(size);
    long serial = chosen == null ? 0 : chosen.serial;
    long base = chosen == null ? 0 : chosen.base;
    for (int i = nextOccupied(SizeClasses.searchFrom(size)); i < HEAPS; i = nextOccupied(i + 1)) {
      if (SizeClasses.pageSize(i) >> maxFitShift > size) {
        break;
      }
      if (looksIntoAll) {
        chosen = firstOf(chosen, heaps[i].first());
      } else if (chosen == null || leastPrecedes(i, serial, base)) {
        chosen = heaps[i].first();
        serial = leastSerial[i];
        base = leastBase[i];
      }
    }
    return chosen;
  }

  private static @Nullable Extent firstOf(@Nullable Extent one, @Nullable Extent other) {
    return one == null || other != null && other.precedes(one) ? other : one;
  }

  private boolean leastPrecedes(int i, long serial, long base) {
    return leastSerial[i] != serial ? leastSerial[i] < serial : leastBase[i] < base;
  }

  /** The first extent that is large enough, of the heap where others are not. */
  private @Nullable Extent firstBelow(long size) {
    Extent first = null;
    for (Extent extent : someBelow(size)) {
      if (extent.size >= size && (first == null || extent.precedes(first))) {
        first = extent;
      }
    }
    return first;
  }

  private List<Extent> someBelow(long size) {
    int below = SizeClasses.heapOf(size);
    return searchesBelow && below != SizeClasses.searchFrom(size)
        ? heaps[below].firstLevels(MOST_SEARCHED)
        : List.of();
  }

  private @Nullable Extent alignedFit(long size, long largest, long alignment) {
    for (Extent candidate : someBelow(size)) {
      if (fits(candidate, size, alignment)) {
        return candidate;
      }
    }
    int end = SizeClasses.searchFrom(largest);
    for (int i = nextOccupied(SizeClasses.searchFrom(size)); i < end; i = nextOccupied(i + 1)) {
      Extent candidate = heaps[i].first();
      if (candidate != null && fits(candidate, size, alignment)) {
        return candidate;
      }
    }
    return null;
  }

  private static boolean fits(Extent candidate, long size, long alignment) {
    long aligned = alignUp(candidate.base, alignment);
    return aligned < candidate.end() && candidate.end() - aligned >= size;
  }

  private int nextOccupied(int from) {
    for (int word = from >>> 6; word < occupied.length; word++) {
      long bits = occupied[word];
      if (word == from >>> 6) {
        bits &= -1L << from;
      }
      if (bits != 0) {
        return (word << 6) + Long.numberOfTrailingZeros(bits);
      }
    }
    return HEAPS;
  }
}
