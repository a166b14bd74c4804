package heapstakes.model.tcmalloc;

/** The unit of the page heap: 8 KiB, two pages of the kernel. */
final class PageSize {
  /** kPageShift (common.h) as Debian builds it. */
  static final int SHIFT = 13;

  static final long BYTES = 1L << SHIFT;

  private PageSize() {}

  /** Pages that hold {@code bytes} (unsigned), rounded up. */
  static long holding(long bytes) {
    return (bytes >>> SHIFT) + ((bytes & (BYTES - 1)) == 0 ? 0 : 1);
  }

  /** Number of the page that holds {@code address}. */
  static long of(long address) {
    return address >>> SHIFT;
  }

  /** Address of the first byte of {@code page}; also bytes in that many pages. */
  static long address(long page) {
    return page << SHIFT;
  }
}
