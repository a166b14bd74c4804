package heapstakes.model.openbsd;

/**
 * The sizes of chunks: 16 bytes apart up to 128, then four a power of two; all 16 bytes apart where
 * nothing is cached.
 */
final class SizeBuckets {
  /** Bytes of the largest chunk: half a page. */
  static final long MAX_CHUNK = 2048;

  private static final long STEP = 16;
  private static final int LG_LINEAR = 6; // up to here the powers have fewer than four sizes
  private static final int LINEAR = 4; // sizes up to there

  private final boolean linear;

  SizeBuckets(boolean linear) {
    this.linear = linear;
  }

  int count() {
    return index(MAX_CHUNK) + 1;
  }

  /** The bucket whose chunks are the smallest of at least {@code size} bytes. */
  int index(long size) {
    if (linear || size <= 1 << LG_LINEAR) {
      return (int) ((Math.max(size, 1) - 1) / STEP);
    }
    int lg = Long.SIZE - 1 - Long.numberOfLeadingZeros(size - 1);
    return LINEAR + 4 * (lg - LG_LINEAR) + (int) (size - 1 >>> (lg - 2) & 3);
  }

  /** Bytes of a chunk. */
  long size(int bucket) {
    if (linear || bucket < LINEAR) {
      return STEP * (bucket + 1);
    }
    int lg = LG_LINEAR + (bucket - LINEAR) / 4;
    return (1L << lg) + ((bucket - LINEAR) % 4 + 1 << (lg - 2));
  }
}
