package heapstakes.model.mimalloc;

/** Bins and the sizes of their blocks, in bytes (§4). */
final class BlockSizes {
  /** Largest request that is served from the first page of its bin without looking further. */
  static final long SMALL_MAX = 1024;

  /** Largest block of a page of one slice. */
  static final long SMALL_PAGE_MAX = 16_384;

  /** Largest block of a page of eight slices; larger ones have a page each. */
  static final long MEDIUM_MAX = 131_072;

  /** Largest block inside a normal segment. */
  static final long LARGE_MAX = 16L << 20;

  /** Blocks of at least that many bytes are described by the length of their page. */
  static final long HUGE_BLOCK = 1L << 31;

  /** Queue of pages that are one block. */
  static final int HUGE_BIN = 73;

  /** Queue of pages without a free block. */
  static final int FULL_BIN = 74;

  /** All queues. */
  static final int BINS = 75;

  private static final int WORD_SHIFT = 3;
  private static final int LARGEST_BIN = 52;

  private BlockSizes() {}

  /** Words that a request of {@code size} bytes takes. */
  static long words(long size) {
    return (size + 7) >>> WORD_SHIFT;
  }

  /** Bin of the blocks that serve {@code size} bytes, unsigned. */
  static int binOf(long size) {
    return binOfWords(words(size));
  }

  static int binOfWords(long words) {
    if (words <= 1) {
      return 1;
    }
    if (words <= 8) {
      return (int) ((words + 1) & ~1L);
    }
    if (words > MEDIUM_MAX >>> WORD_SHIFT) {
      return HUGE_BIN;
    }
    return quarters(words - 1) - 3;
  }

  /** Bytes of a block in {@code bin}; 0 for those whose pages are one block. */
  static long blockSize(int bin) {
    if (bin < 1 || bin > LARGEST_BIN) {
      return 0;
    }
    if (bin <= 8) {
      return (long) bin << WORD_SHIFT;
    }
    int octave = (bin + 3) >>> 2;
    int quarter = (bin + 3) & 3;
    return (5L + quarter) << (octave - 2) << WORD_SHIFT;
  }

  /** Four for every doubling: 4 × the highest bit of {@code value}, at least 4, and two below. */
  static int quarters(long value) {
    int highest = 63 - Long.numberOfLeadingZeros(value);
    return (highest << 2) + (int) (value >>> (highest - 2) & 3);
  }

  /** Where in a page the first of blocks of {@code size} bytes starts. */
  static long startOffset(long size) {
    return size <= SMALL_MAX ? 384 : 0;
  }
}
