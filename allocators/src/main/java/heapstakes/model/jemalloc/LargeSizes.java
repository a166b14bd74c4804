package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignUp;

/**
 * What a large request is rounded to: its class (§2), or whole pages (§21.2), and then more than is
 * needed is taken from the kernel at once. All sizes are bytes.
 *
 * @param wholePages which of both
 * @param pagesAreLarge whether what is aligned to a page is large, however small it is (§21.5)
 */
record LargeSizes(boolean wholePages, boolean pagesAreLarge) {
  private static final long MOST_AHEAD = 2L << 20;
  private static final int SMALLEST_STEP_SHIFT = 4;

  /** Usable size of a request of {@code size}, whose class is {@code sizeClass}. */
  long usable(int sizeClass, long size) {
    return wholePages && sizeClass >= SizeClasses.SMALL_COUNT
        ? pageAlignUp(size)
        : SizeClasses.sizeOf(sizeClass);
  }

  /** Usable size of an aligned request; 0 when there is none so large. */
  long aligned(long size, long alignment) {
    if (size <= SizeClasses.MAX_SMALL && alignment <= PAGE_BYTES - (pagesAreLarge ? 1 : 0)) {
      long usable = SizeClasses.sizeOf(SizeClasses.indexOf(alignUp(size, alignment)));
      if (usable < SizeClasses.MIN_LARGE) {
        return usable;
      }
    }
    long usable =
        size <= SizeClasses.MIN_LARGE
            ? SizeClasses.MIN_LARGE
            : usable(SizeClasses.indexOf(size), size);
    long mapped = usable + SizeClasses.LARGE_PAD + alignUp(alignment, PAGE_BYTES) - PAGE_BYTES;
    return alignment > SizeClasses.MAX || mapped < usable ? 0 : usable;
  }

  /**
   * How much is taken where nothing is free for an extent of {@code size}: up to its class, but no
   * further than to the next 2 MiB. Only of use with whole pages.
   */
  static long batch(long size) {
    if (size > SizeClasses.MAX) {
      return size;
    }
    int step = Math.max(SMALLEST_STEP_SHIFT, SizeClasses.lgFloor(2 * size - 1) - 3);
    return Math.min(alignUp(size, 1L << step), alignUp(size, MOST_AHEAD));
  }
}
