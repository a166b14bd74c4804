package heapstakes.model.vam;

import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignDown;
import static heapstakes.memory.Addresses.pageAlignUp;

import heapstakes.memory.Memory;

/** Objects of half a KiB to 32 KiB in regions of 20 pages, a free list a size, joined at once. */
final class LargeObjects {
  static final long HEADER_BYTES = 16;
  static final long MARK = 8; // second word of a used object's header, where a medium has its block

  private static final long USED = 1;
  private static final long BELOW_FREE = 2;
  private static final long FIRST = 4; // of its region
  private static final long FLAGS = 15;
  private static final long NEXT = 8;
  private static final long PREVIOUS = 16;
  private static final long LEAST = 512; // bytes of a rest that is split off

  private final Memory memory;
  private final PageManager pages;
  private final long[] first; // free chunks by size
  private final long[] filled; // a bit for each list that is not empty

  LargeObjects(Memory memory, PageManager pages) {
    this.memory = memory;
    this.pages = pages;
    int lists = (int) (regionBytes() / 16) + 1;
    this.first = new long[lists];
    this.filled = new long[lists / 64 + 1];
  }

  /** As a forked child has them. */
  LargeObjects(Memory memory, PageManager pages, LargeObjects parent) {
    this.memory = memory;
    this.pages = pages;
    this.first = parent.first.clone();
    this.filled = parent.filled.clone();
  }

  private static long regionBytes() {
    return PageManager.blockBytes(PageManager.LARGE);
  }

  private static long size(long word) {
    return word & ~FLAGS;
  }

  /** An object of at least {@code size} bytes, or 0. */
  long allocate(long size) {
    long bytes = Math.max(LEAST, alignUp(size + HEADER_BYTES, 16));
    int index = find((int) (bytes / 16));
    long chunk = index == 0 ? newRegion() : first[index];
    if (chunk == 0) {
      return 0;
    }
    long word = memory.getLong(chunk);
    long whole = size(word);
    remove(chunk, whole);
    if (whole - bytes >= LEAST) {
      makeFree(chunk + bytes, whole - bytes, 0);
      whole = bytes;
    } else {
      memory.putLong(chunk + whole, memory.getLong(chunk + whole) & ~BELOW_FREE);
    }
    memory.putLong(chunk, whole | USED | word & FIRST);
    memory.putLong(chunk + NEXT, MARK);
    return chunk + HEADER_BYTES;
  }

  /** The first list from {@code from} on that is not empty, or 0. */
  private int find(int from) {
    int at = from / 64;
    long bits = filled[at] & (-1L << from);
    while (bits == 0 && ++at < filled.length) {
      bits = filled[at];
    }
    return bits == 0 ? 0 : 64 * at + Long.numberOfTrailingZeros(bits);
  }

  private long newRegion() {
    long region = pages.allocate(PageManager.LARGE);
    if (region != 0) {
      memory.putLong(region + regionBytes() - HEADER_BYTES, USED);
      makeFree(region, regionBytes() - HEADER_BYTES, FIRST);
    }
    return region;
  }

  private void makeFree(long chunk, long bytes, long flag) {
    memory.putLong(chunk, bytes | flag);
    memory.putLong(chunk + bytes - 8, bytes);
    memory.putLong(chunk + bytes, memory.getLong(chunk + bytes) | BELOW_FREE);
    int index = (int) (bytes / 16);
    long next = first[index];
    memory.putLong(chunk + NEXT, next);
    memory.putLong(chunk + PREVIOUS, 0);
    if (next != 0) {
      memory.putLong(next + PREVIOUS, chunk);
    }
    first[index] = chunk;
    filled[index / 64] |= 1L << index;
  }

  private void remove(long chunk, long bytes) {
    int index = (int) (bytes / 16);
    long next = memory.getLong(chunk + NEXT);
    long previous = memory.getLong(chunk + PREVIOUS);
    if (previous != 0) {
      memory.putLong(previous + NEXT, next);
    } else {
      first[index] = next;
      filled[index / 64] &= next == 0 ? ~(1L << index) : -1;
    }
    if (next != 0) {
      memory.putLong(next + PREVIOUS, previous);
    }
  }

  void free(long object) {
    long chunk = object - HEADER_BYTES;
    long word = memory.getLong(chunk);
    long end = chunk + size(word);
    long start = chunk;
    long stop = end;
    if ((word & BELOW_FREE) != 0) {
      long below = memory.getLong(chunk - 8);
      start -= below;
      word = memory.getLong(start);
      remove(start, below);
    }
    long above = memory.getLong(stop);
    if ((above & USED) == 0) {
      remove(stop, size(above));
      stop += size(above);
      above = memory.getLong(stop);
    }
    if ((word & FIRST) != 0 && size(above) == 0) {
      pages.release(start, PageManager.LARGE);
      return;
    }
    makeFree(start, stop - start, word & FIRST);
    // Pages that this object was on, but for those that hold the header, the links or the size.
    long from = Math.max(pageAlignUp(start + PREVIOUS + 8), pageAlignDown(chunk));
    long to = Math.min(pageAlignDown(stop - 8), pageAlignUp(end));
    pages.discard(from, to - from);
  }

  long usableSize(long object) {
    return size(memory.getLong(object - HEADER_BYTES)) - HEADER_BYTES;
  }

  /** For audits: the first chunk of a region that is not as it must be, or 0. */
  long unsound(long region) {
    long below = 0;
    long end = region + regionBytes() - HEADER_BYTES;
    long chunk = region;
    while (chunk != end) {
      long word = memory.getLong(chunk);
      long bytes = size(word);
      boolean isFree = (word & USED) == 0;
      if (bytes < LEAST
          || bytes > end - chunk
          || (word & BELOW_FREE) != 0 != (below != 0)
          || isFree && (below != 0 || memory.getLong(chunk + bytes - 8) != bytes)) {
        return chunk;
      }
      below = isFree ? bytes : 0;
      chunk += bytes;
    }
    return 0;
  }

  /** For audits: used chunks of a region, and their usable bytes above. */
  long used(long region, boolean inBytes) {
    long sum = 0;
    long end = region + regionBytes() - HEADER_BYTES;
    for (long chunk = region; chunk != end; chunk += size(memory.getLong(chunk))) {
      long word = memory.getLong(chunk);
      sum += (word & USED) == 0 ? 0 : inBytes ? size(word) - HEADER_BYTES : 1;
    }
    return sum;
  }
}
