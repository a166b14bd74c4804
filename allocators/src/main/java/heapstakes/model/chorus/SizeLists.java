package heapstakes.model.chorus;

import heapstakes.memory.Memory;

/**
 * The free chunks by size: a list for each size below 1 KiB, four lists for each power of two
 * above. The smallest that is large enough is found by a walk through one list, seldom two.
 */
final class SizeLists {
  private static final int EXACT = 64; // lists of one size, 16 bytes apart
  private static final int LG_EXACT = 10; // log2 of the bytes where they end
  private static final int LISTS = EXACT + 4 * (Long.SIZE - 1 - LG_EXACT);
  private static final long NEXT = 8;
  private static final long PREVIOUS = 16;

  private final Memory memory;
  private final long[] first = new long[LISTS];
  private int last; // no list behind it has a chunk

  SizeLists(Memory memory) {
    this.memory = memory;
  }

  /** The same lists in a forked child. */
  SizeLists(SizeLists parent, Memory memory) {
    this(memory);
    System.arraycopy(parent.first, 0, first, 0, LISTS);
    this.last = parent.last;
  }

  private static int index(long bytes) {
    if (bytes < 1 << LG_EXACT) {
      return (int) (bytes >>> 4);
    }
    int lg = Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes);
    return EXACT + 4 * (lg - LG_EXACT) + (int) (bytes >>> (lg - 2) & 3);
  }

  /** The smallest chunk of at least {@code bytes}, or 0. */
  long best(long bytes) {
    long best = 0;
    for (int i = index(bytes); best == 0 && i <= last; i++) {
      long bestSize = Long.MAX_VALUE;
      for (long chunk = first[i]; chunk != 0; chunk = next(chunk)) {
        long size = ChorusHeap.size(memory.getLong(chunk));
        if (size >= bytes && size < bestSize) {
          best = chunk;
          bestSize = size;
        }
      }
    }
    return best;
  }

  void insert(long chunk, long bytes) {
    int index = index(bytes);
    long next = first[index];
    memory.putLong(chunk + NEXT, next);
    memory.putLong(chunk + PREVIOUS, 0);
    if (next != 0) {
      memory.putLong(next + PREVIOUS, chunk);
    }
    first[index] = chunk;
    last = Math.max(last, index);
  }

  void remove(long chunk, long bytes) {
    long next = next(chunk);
    long previous = memory.getLong(chunk + PREVIOUS);
    if (previous == 0) {
      first[index(bytes)] = next;
    } else {
      memory.putLong(previous + NEXT, next);
    }
    if (next != 0) {
      memory.putLong(next + PREVIOUS, previous);
    }
  }

  private long next(long chunk) {
    return memory.getLong(chunk + NEXT);
  }

  /**
   * For audits: how many chunks there are, at most {@code most}; each is in the list of its size.
   */
  long count(long most) {
    long count = 0;
    for (int i = 0; i < LISTS; i++) {
      long previous = 0;
      for (long chunk = first[i]; chunk != 0 && count <= most; chunk = next(chunk)) {
        boolean sound =
            i <= last
                && index(ChorusHeap.size(memory.getLong(chunk))) == i
                && memory.getLong(chunk + PREVIOUS) == previous;
        count += sound ? 1 : most + 1;
        previous = chunk;
      }
    }
    return count;
  }
}
