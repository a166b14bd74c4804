package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.PAGE_SHIFT;

/**
 * Sizes of objects (four for each doubling), of slabs, and of the extents that hold them: §2. All
 * sizes are bytes.
 */
final class SizeClasses {
  /** How many classes there are. */
  static final int COUNT = 232;

  /** Classes below this one are small: objects of a slab. */
  static final int SMALL_COUNT = 36;

  /** What {@link #cacheIndex} answers for a size beyond its table, and the map for no block. */
  static final int NONE = 255;

  /** Largest small size. */
  static final long MAX_SMALL = 14_336;

  /** Smallest large size. */
  static final long MIN_LARGE = 16_384;

  /** Largest size. */
  static final long MAX = 0x7000_0000_0000_0000L;

  /** Classes of whole pages. */
  static final int PAGE_CLASSES = 199;

  /** Extra bytes of a large extent, within which its block is displaced. */
  static final long LARGE_PAD = PAGE_BYTES;

  private static final int QUANTUM_SHIFT = 3; // sizes are multiples of 8
  private static final long TABLE_MAX = 32_768; // of the default tcache_max, §4
  private static final int TABLE_LENGTH = (int) (TABLE_MAX >>> QUANTUM_SHIFT);
  private static final long[] SIZES = new long[COUNT];
  private static final byte[] TABLE = new byte[TABLE_LENGTH + 1];
  private static final long[] PAGE_SIZES = new long[PAGE_CLASSES + 1];
  private static final int[] SLAB_BYTES = new int[SMALL_COUNT];

  static {
    fillSizes();
    int sizeClass = 0;
    for (int i = 0; i < TABLE_LENGTH; i++) {
      if ((i + 1L) << QUANTUM_SHIFT > SIZES[sizeClass]) {
        sizeClass++;
      }
      TABLE[i] = (byte) sizeClass;
    }
    TABLE[TABLE_LENGTH] = (byte) NONE;
    for (int i = 0; i < SMALL_COUNT; i++) {
      SLAB_BYTES[i] = slabBytesOf((int) SIZES[i]);
    }
  }

  private SizeClasses() {}

  private static void fillSizes() {
    int count = 0;
    int pages = 0;
    SIZES[count++] = 8;
    for (int n = 1; n <= 4; n++) {
      SIZES[count++] = 16L * n;
    }
    for (int lg = 6; lg <= 62; lg++) {
      for (int n = 1; n <= 4 && count < COUNT; n++) {
        SIZES[count++] = (1L << lg) + ((long) n << (lg - 2));
      }
    }
    for (long size : SIZES) {
      if (size % PAGE_BYTES == 0) {
        PAGE_SIZES[pages++] = size;
      }
    }
    PAGE_SIZES[pages] = MAX + PAGE_BYTES;
  }

  /** Least common multiple of an object and a page. */
  private static int slabBytesOf(int size) {
    int bytes = (int) PAGE_BYTES;
    while (bytes % size != 0) {
      bytes += (int) PAGE_BYTES;
    }
    return bytes;
  }

  /** Class of a request of 1 to 32 KiB; {@link #NONE} for any other. */
  static int cacheIndex(long size) {
    return TABLE[(int) Math.min((size - 1) >>> QUANTUM_SHIFT, TABLE_LENGTH)] & 0xff;
  }

  /** Class of a request of at most {@link #MAX} bytes. */
  static int indexOf(long size) {
    if (size <= TABLE_MAX) {
      return size <= 0 ? 0 : TABLE[(int) ((size - 1) >>> QUANTUM_SHIFT)];
    }
    int x = lgFloor(2 * size - 1);
    int step = (int) ((size - 1) >>> (x - 3)) & 3;
    return 1 + 4 * (x - 6) + step;
  }

  /** Size of {@code sizeClass}. */
  static long sizeOf(int sizeClass) {
    return SIZES[sizeClass];
  }

  /** Bytes of a slab of a small class. */
  static int slabBytes(int sizeClass) {
    return SLAB_BYTES[sizeClass];
  }

  /** Objects of a slab of a small class. */
  static int regions(int sizeClass) {
    return SLAB_BYTES[sizeClass] / (int) SIZES[sizeClass];
  }

  /** Smallest page class that holds {@code size}; {@link #PAGE_CLASSES} if there is none. */
  static int pageIndex(long size) {
    if (size > MAX) {
      return PAGE_CLASSES;
    }
    int x = lgFloor(2 * size - 1);
    int group = Math.max(0, x - PAGE_SHIFT - 2);
    int shift = Math.max(PAGE_SHIFT, x - 3);
    return 4 * group + ((int) ((size - 1) >>> shift) & 3);
  }

  /** Size of a page class; of {@link #PAGE_CLASSES} more than any extent has. */
  static long pageSize(int pageClass) {
    return PAGE_SIZES[pageClass];
  }

  /** Heap in which a free extent of {@code size} is kept. */
  static int heapOf(long size) {
    return pageIndex(quantizeFloor(size));
  }

  /** First heap in which every extent holds {@code size}. */
  static int searchFrom(long size) {
    long floor = quantizeFloor(size);
    return pageIndex(
        floor < size ? PAGE_SIZES[pageIndex(floor - LARGE_PAD + 1)] + LARGE_PAD : floor);
  }

  private static long quantizeFloor(long size) {
    int pageClass = pageIndex(size - LARGE_PAD + 1);
    return pageClass == 0 ? size : PAGE_SIZES[pageClass - 1] + LARGE_PAD;
  }

  /** floor(log2 value), unsigned. */
  static int lgFloor(long value) {
    return 63 - Long.numberOfLeadingZeros(value);
  }
}
