package heapstakes.model.tcmalloc;

import java.util.Arrays;

/**
 * The size classes: derived, not listed. A class's size wastes at most an eighth of a request
 * beyond 128 bytes, and its spans waste at most an eighth of their bytes at the tail.
 */
final class SizeMap {
  /** kMaxSize (common.h): largest request, in bytes, from a size class; more takes whole pages. */
  static final int MAX_SMALL_BYTES = 256 * 1024;

  private static final int MAX_FINE_BYTES = 1024; // kMaxSmallSize, common.h: looked up by 8 bytes
  private static final int COARSE_OFFSET = 127 + (120 << 7); // then by 128, past the fine entries
  private static final int TARGET_BATCH_BYTES = 64 * 1024; // NumMoveSize, common.cc
  private static final int MIN_BATCH = 2; // likewise
  private static final int MAX_CLASSES = 128; // kClassSizesMax, common.h

  private final int maxBatch;
  private final byte[] classBySize;
  private int[] objectBytes = new int[MAX_CLASSES];
  private int[] spanPages = new int[MAX_CLASSES];
  private int classes = 1; // class 0 stands for "no size class"

  /**
   * Derives the classes.
   *
   * @param maxBatch most objects moved between caches at once (TCMALLOC_TRANSFER_NUM_OBJ), ≥ 1
   */
  SizeMap(int maxBatch) {
    this.maxBatch = maxBatch;
    int step;
    for (int size = 8; size <= MAX_SMALL_BYTES; size += step) {
      step = alignmentFor(size);
      addCandidate(size);
    }
    objectBytes = Arrays.copyOf(objectBytes, classes);
    spanPages = Arrays.copyOf(spanPages, classes);
    classBySize = lookupTable();
  }

  private void addCandidate(int size) {
    int pages = spanPagesFor(size);
    int last = classes - 1;
    boolean raisesLast =
        last > 0
            && pages == spanPages[last]
            && spanBytes(pages) / objectBytes[last] == spanBytes(pages) / size;
    if (raisesLast) {
      objectBytes[last] = size;
    } else {
      objectBytes[classes] = size;
      spanPages[classes++] = pages;
    }
  }

  /** Fewest pages whose tail waste is small and that hold a quarter of a batch. */
  private int spanPagesFor(int size) {
    int pages = 0;
    do {
      do {
        pages++;
      } while (spanBytes(pages) % size > spanBytes(pages) / 8);
    } while (spanBytes(pages) / size < batchFor(size) / 4);
    return pages;
  }

  private byte[] lookupTable() {
    byte[] table = new byte[((MAX_SMALL_BYTES + COARSE_OFFSET) >>> 7) + 1];
    int from = 0;
    for (int sizeClass = 1; sizeClass < classes; sizeClass++) {
      for (int size = from; size <= objectBytes[sizeClass]; size += 8) {
        table[lookupIndex(size)] = (byte) sizeClass;
      }
      from = objectBytes[sizeClass] + 8;
    }
    return table;
  }

  private static int lookupIndex(int size) {
    return size <= MAX_FINE_BYTES ? (size + 7) >>> 3 : (size + COARSE_OFFSET) >>> 7;
  }

  private static int spanBytes(int pages) {
    return pages << PageSize.SHIFT;
  }

  private static int alignmentFor(int size) {
    if (size < 16) {
      return 8;
    }
    return size < 128 ? 16 : Math.min(Integer.highestOneBit(size) / 8, 8192);
  }

  private int batchFor(int size) {
    return Math.min(maxBatch, Math.max(MIN_BATCH, TARGET_BATCH_BYTES / size));
  }

  /** Class for a request of {@code size} bytes (unsigned); 0 when it takes whole pages. */
  int classOf(long size) {
    if (Long.compareUnsigned(size, MAX_FINE_BYTES) <= 0) {
      return classBySize[((int) size + 7) >>> 3];
    }
    return Long.compareUnsigned(size, MAX_SMALL_BYTES) <= 0
        ? classBySize[((int) size + COARSE_OFFSET) >>> 7]
        : 0;
  }

  /** Number of classes, class 0 included. */
  int classes() {
    return classes;
  }

  /** Bytes of an object of the class; 0 for class 0. */
  int objectBytes(int sizeClass) {
    return objectBytes[sizeClass];
  }

  /** Pages of a span of the class. */
  int spanPages(int sizeClass) {
    return spanPages[sizeClass];
  }

  /** Objects in a span of the class; 0 for class 0. */
  int objectsPerSpan(int sizeClass) {
    return sizeClass == 0 ? 0 : spanBytes(spanPages[sizeClass]) / objectBytes[sizeClass];
  }

  /** Bytes of a span that no object covers. */
  int tailWasteBytes(int sizeClass) {
    return sizeClass == 0 ? 0 : spanBytes(spanPages[sizeClass]) % objectBytes[sizeClass];
  }

  /** Objects moved at once between thread caches and the central free list. */
  int batch(int sizeClass) {
    return sizeClass == 0 ? 0 : batchFor(objectBytes[sizeClass]);
  }
}
