package heapstakes.trace;

/** What a request for memory comes to. */
public final class Request {
  /** Most bytes that can be granted: the user half of a 48-bit address space. */
  public static final long MAX_BYTES = 1L << 47;

  /**
   * Stands for more than {@link #MAX_BYTES}, up to 2^64 − 1 or beyond for a product: every
   * allocator refuses it, so nothing becomes live, and a resize leaves its block as it was.
   */
  public static final long REFUSED = -1;

  private Request() {}

  /**
   * Bytes that an {@code m}, {@code c}, {@code r} or {@code g} asks for, or {@link #REFUSED}.
   *
   * @param size the size column, unsigned
   * @param extra the extra column, unsigned where it is the count of a {@code c}
   */
  public static long bytes(byte op, long size, long extra) {
    if (op == Op.CALLOC) {
      return Math.unsignedMultiplyHigh(extra, size) == 0 ? granted(extra * size) : REFUSED;
    }
    return granted(size);
  }

  private static long granted(long bytes) {
    return Long.compareUnsigned(bytes, MAX_BYTES) > 0 ? REFUSED : bytes;
  }
}
