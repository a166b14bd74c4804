package heapstakes.model.ntheap;

import heapstakes.memory.Memory;
import java.util.Arrays;

/**
 * The free blocks: a dedicated list for each size below 128 granules, above them all sorted by
 * size, four lists a power of two so that the walk is short; a bit for each that is not empty.
 */
final class BlockLists {
  private static final int DEDICATED = 128;
  private static final int LG_DEDICATED = 7;
  private static final int LISTS = DEDICATED + 4 * (48 - LG_DEDICATED);
  private static final long NEXT = 16;
  private static final long PREVIOUS = 24;

  private final Memory memory;
  private final long[] first = new long[LISTS];
  private final long[] filled = new long[LISTS / 64 + 1];
  private long freeBytes;

  BlockLists(Memory memory) {
    this.memory = memory;
  }

  /** TotalFreeSize, in bytes. */
  long freeBytes() {
    return freeBytes;
  }

  private static int index(long bytes) {
    long granules = bytes / Entry.GRANULE;
    if (granules < DEDICATED) {
      return (int) granules;
    }
    int lg = Long.SIZE - 1 - Long.numberOfLeadingZeros(granules);
    return DEDICATED + 4 * (lg - LG_DEDICATED) + (int) (granules >>> (lg - 2) & 3);
  }

  private long bytes(long entry) {
    return Entry.bytes(Entry.word(memory, entry));
  }

  private long next(long entry) {
    return memory.getLong(entry + NEXT);
  }

  /** The smallest block of at least {@code bytes}, or 0. */
  long find(long bytes) {
    int index = index(bytes);
    long entry = first[index];
    while (entry != 0 && bytes(entry) < bytes) {
      entry = next(entry);
    }
    return entry != 0 ? entry : firstAbove(index);
  }

  private long firstAbove(int index) {
    int from = index + 1;
    int at = from / 64;
    long bits = at < filled.length ? filled[at] & -1L << from : 0;
    while (bits == 0 && ++at < filled.length) {
      bits = filled[at];
    }
    return bits == 0 ? 0 : first[64 * at + Long.numberOfTrailingZeros(bits)];
  }

  void insert(long entry, long bytes) {
    int index = index(bytes);
    long before = 0;
    long after = first[index];
    while (after != 0 && bytes(after) < bytes) {
      before = after;
      after = next(after);
    }
    memory.putLong(entry + NEXT, after);
    memory.putLong(entry + PREVIOUS, before);
    if (after != 0) {
      memory.putLong(after + PREVIOUS, entry);
    }
    if (before != 0) {
      memory.putLong(before + NEXT, entry);
    } else {
      first[index] = entry;
      filled[index / 64] |= 1L << index;
    }
    freeBytes += bytes;
  }

  void remove(long entry, long bytes) {
    long after = next(entry);
    long before = memory.getLong(entry + PREVIOUS);
    if (after != 0) {
      memory.putLong(after + PREVIOUS, before);
    }
    if (before != 0) {
      memory.putLong(before + NEXT, after);
    } else {
      int index = index(bytes);
      first[index] = after;
      filled[index / 64] &= after == 0 ? ~(1L << index) : -1;
    }
    freeBytes -= bytes;
  }

  /** For audits: how many there are, at most {@code most}; one more where lists are not sound. */
  long count(long most) {
    long count = 0;
    long[] bits = new long[filled.length];
    for (int i = 0; i < LISTS; i++) {
      long before = 0;
      for (long entry = first[i]; entry != 0 && count <= most; entry = next(entry)) {
        boolean sound =
            index(bytes(entry)) == i
                && memory.getLong(entry + PREVIOUS) == before
                && (before == 0 || bytes(before) <= bytes(entry));
        count += sound ? 1 : most + 1;
        before = entry;
      }
      bits[i / 64] |= before == 0 ? 0 : 1L << i;
    }
    return Arrays.equals(bits, filled) ? count : most + 1;
  }
}
