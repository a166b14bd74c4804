package heapstakes.memory;

/** Arithmetic on addresses and sizes in bytes, all unsigned 64-bit below 2^63. */
public final class Addresses {
  /** log2 of the page size: PAGE_SHIFT of Linux on x86-64. */
  public static final int PAGE_SHIFT = 12;

  /** Bytes in a page of x86-64 Linux. */
  public static final long PAGE_BYTES = 1L << PAGE_SHIFT;

  private Addresses() {}

  /** The smallest multiple of {@code alignment} (a power of two) that is at least {@code value}. */
  public static long alignUp(long value, long alignment) {
    return (value + alignment - 1) & -alignment;
  }

  /** The largest multiple of {@code alignment} (a power of two) that is at most {@code value}. */
  public static long alignDown(long value, long alignment) {
    return value & -alignment;
  }

  /** {@code bytes} rounded up to whole pages, in bytes. */
  public static long pageAlignUp(long bytes) {
    return alignUp(bytes, PAGE_BYTES);
  }

  /** {@code bytes} rounded down to whole pages, in bytes. */
  public static long pageAlignDown(long bytes) {
    return alignDown(bytes, PAGE_BYTES);
  }

  /** Whether {@code value} is a power of two; false for 0 and for negative values. */
  public static boolean isPowerOfTwo(long value) {
    return value > 0 && (value & (value - 1)) == 0;
  }
}
