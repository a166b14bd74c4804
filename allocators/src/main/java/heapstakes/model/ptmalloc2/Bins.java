package heapstakes.model.ptmalloc2;

import static heapstakes.model.ptmalloc2.Chunk.MIN_LARGE_BYTES;
import static heapstakes.model.ptmalloc2.Chunk.bkNextsize;
import static heapstakes.model.ptmalloc2.Chunk.fdNextsize;
import static heapstakes.model.ptmalloc2.Chunk.prevSize;
import static heapstakes.model.ptmalloc2.Chunk.setBkNextsize;
import static heapstakes.model.ptmalloc2.Chunk.setFdNextsize;
import static heapstakes.model.ptmalloc2.Chunk.size;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.memory.Memory;

/**
 * The doubly linked lists of an arena's free chunks: bin 1 unsorted, 2 … 63 one small size each, 64
 * … 126 a range of large sizes each, descending from first to last.
 *
 * <p>Links live in the chunks. A list closes over its sentinel: where glibc points into the arena,
 * the link here is the small number {@code 16 × bin}, in a page that is never mapped, and the
 * sentinel's own two links are in arrays.
 *
 * <p>In a large bin, one chunk of each distinct size (its representative) is also in the nextsize
 * ring; the others of that size have fd_nextsize 0.
 */
final class Bins {
  /** unsorted_chunks. */
  static final int UNSORTED = 1;

  /** The first bin for a range of sizes. */
  static final int FIRST_LARGE = 64;

  /** NBINS - 1: one past the last bin in use. */
  static final int END = 127;

  /** The sentinel of {@link #UNSORTED}. */
  static final long UNSORTED_SENTINEL = sentinel(UNSORTED);

  private static final int SENTINEL_SHIFT = 4;

  private final Memory memory;
  private final long[] first = new long[END]; // the sentinels' fd
  private final long[] last = new long[END]; // the sentinels' bk
  private final long[] binmap = new long[2];

  Bins(Memory memory) {
    this.memory = memory;
    for (int bin = 0; bin < END; bin++) {
      first[bin] = sentinel(bin);
      last[bin] = sentinel(bin);
    }
  }

  Bins(Bins parent, Memory child) {
    this.memory = child;
    System.arraycopy(parent.first, 0, first, 0, END);
    System.arraycopy(parent.last, 0, last, 0, END);
    System.arraycopy(parent.binmap, 0, binmap, 0, 2);
  }

  /** The bin for free chunks of {@code size} bytes: bin_index. */
  static int indexOf(long size) {
    return size < MIN_LARGE_BYTES ? (int) (size >>> 4) : largeIndexOf(size);
  }

  private static int largeIndexOf(long size) {
    if (size >>> 6 <= 48) {
      return 48 + (int) (size >>> 6);
    }
    if (size >>> 9 <= 20) {
      return 91 + (int) (size >>> 9);
    }
    if (size >>> 12 <= 10) {
      return 110 + (int) (size >>> 12);
    }
    if (size >>> 15 <= 4) {
      return 119 + (int) (size >>> 15);
    }
    return size >>> 18 <= 2 ? 124 + (int) (size >>> 18) : 126;
  }

  static long sentinel(int bin) {
    return (long) bin << SENTINEL_SHIFT;
  }

  static boolean isSentinel(long link) {
    return link < sentinel(END);
  }

  long fd(long p) {
    return isSentinel(p) ? first[(int) p >> SENTINEL_SHIFT] : Chunk.fd(memory, p);
  }

  long bk(long p) {
    return isSentinel(p) ? last[(int) p >> SENTINEL_SHIFT] : Chunk.bk(memory, p);
  }

  private void setFd(long p, long to) {
    if (isSentinel(p)) {
      first[(int) p >> SENTINEL_SHIFT] = to;
    } else {
      Chunk.setFd(memory, p, to);
    }
  }

  private void setBk(long p, long to) {
    if (isSentinel(p)) {
      last[(int) p >> SENTINEL_SHIFT] = to;
    } else {
      Chunk.setBk(memory, p, to);
    }
  }

  /** Checks and sets at once, so that it is asked once whether {@code p} is a sentinel: ADR 15. */
  private void replaceFd(long p, long old, long to) {
    if (isSentinel(p)) {
      int bin = (int) p >> SENTINEL_SHIFT;
      requireLinked(first[bin] == old);
      first[bin] = to;
    } else {
      requireLinked(Chunk.fd(memory, p) == old);
      Chunk.setFd(memory, p, to);
    }
  }

  private void replaceBk(long p, long old, long to) {
    if (isSentinel(p)) {
      int bin = (int) p >> SENTINEL_SHIFT;
      requireLinked(last[bin] == old);
      last[bin] = to;
    } else {
      requireLinked(Chunk.bk(memory, p) == old);
      Chunk.setBk(memory, p, to);
    }
  }

  private static void requireLinked(boolean sound) {
    if (!sound) {
      throw new HeapCorruptedException("corrupted double-linked list");
    }
  }

  boolean isEmpty(int bin) {
    return first[bin] == sentinel(bin);
  }

  /** The chunk at the head, or the sentinel. */
  long first(int bin) {
    return first[bin];
  }

  /** The chunk at the tail, or the sentinel. */
  long last(int bin) {
    return last[bin];
  }

  /** Puts {@code p} of {@code size} bytes at the head of unsorted, outside any ring. */
  void insertUnsorted(long p, long size, String whenCorrupted) {
    long after = first[UNSORTED];
    if (bk(after) != UNSORTED_SENTINEL) {
      throw new HeapCorruptedException(whenCorrupted);
    }
    if (size >= MIN_LARGE_BYTES) {
      setFdNextsize(memory, p, 0);
      setBkNextsize(memory, p, 0);
    }
    linkFirst(UNSORTED, p, after);
  }

  /** Puts a freed small chunk at the head of its own bin. */
  void insertSmall(long p, long size) {
    int bin = indexOf(size);
    if (bk(first[bin]) != sentinel(bin)) {
      throw new HeapCorruptedException("free(): chunks in smallbin corrupted");
    }
    sort(p, size);
  }

  /** Takes the tail {@code p} off {@code bin}; its predecessor has been checked to point at it. */
  void removeLast(int bin, long p) {
    long before = Chunk.bk(memory, p);
    last[bin] = before;
    setFd(before, sentinel(bin));
  }

  private void link(long p, long before, long after) {
    Chunk.setFd(memory, p, after);
    Chunk.setBk(memory, p, before);
    setFd(before, p);
    setBk(after, p);
  }

  /** {@link #link} behind the sentinel of {@code bin}, which then need not be told from a chunk. */
  private void linkFirst(int bin, long p, long after) {
    Chunk.setFd(memory, p, after);
    Chunk.setBk(memory, p, sentinel(bin));
    first[bin] = p;
    setBk(after, p);
  }

  /** Sorts {@code p} of {@code size} bytes, which comes from unsorted, into its bin. */
  void sort(long p, long size) {
    int bin = indexOf(size);
    binmap[bin >>> 6] |= 1L << bin;
    if (size < MIN_LARGE_BYTES) {
      linkFirst(bin, p, first[bin]);
    } else if (isEmpty(bin)) {
      setFdNextsize(memory, p, p);
      setBkNextsize(memory, p, p);
      link(p, sentinel(bin), sentinel(bin));
    } else if (size < size(memory, last[bin])) {
      long largest = first[bin];
      enterRing(p, largest);
      link(p, last[bin], sentinel(bin));
    } else {
      sortAmong(bin, p, size);
    }
  }

  /** Puts {@code p} into the ring, before {@code larger}'s place going down: at its bk side. */
  private void enterRing(long p, long next) {
    long before = bkNextsize(memory, next);
    setFdNextsize(memory, p, next);
    setBkNextsize(memory, p, before);
    setBkNextsize(memory, next, p);
    setFdNextsize(memory, before, p);
  }

  private void sortAmong(int bin, long p, long size) {
    long at = first[bin];
    long atSize = size(memory, at);
    while (size < atSize) {
      at = fdNextsize(memory, at);
      atSize = size(memory, at);
    }
    if (size == atSize) {
      at = fd(at); // second of its size, so that the representative stays
    } else {
      if (fdNextsize(memory, bkNextsize(memory, at)) != at) {
        throw new HeapCorruptedException(
            "malloc(): largebin double linked list corrupted (nextsize)");
      }
      enterRing(p, at);
    }
    long before = bk(at);
    if (fd(before) != at) {
      throw new HeapCorruptedException("malloc(): largebin double linked list corrupted (bk)");
    }
    link(p, before, at);
  }

  /** Takes free chunk {@code p} out of its list and, if it represents its size, out of the ring. */
  void unlink(long p) {
    long size = size(memory, p);
    if (size != prevSize(memory, p + size)) {
      throw new HeapCorruptedException("corrupted size vs. prev_size");
    }
    long after = Chunk.fd(memory, p);
    long before = Chunk.bk(memory, p);
    replaceBk(after, p, before);
    replaceFd(before, p, after);
    if (size >= MIN_LARGE_BYTES && fdNextsize(memory, p) != 0) {
      leaveRing(p, after);
    }
  }

  private void leaveRing(long p, long after) {
    long smaller = fdNextsize(memory, p);
    long larger = bkNextsize(memory, p);
    if (bkNextsize(memory, smaller) != p || fdNextsize(memory, larger) != p) {
      throw new HeapCorruptedException("corrupted double-linked list (not small)");
    }
    if (isSentinel(after) || fdNextsize(memory, after) != 0) {
      setBkNextsize(memory, smaller, larger);
      setFdNextsize(memory, larger, smaller);
    } else if (smaller == p) {
      setFdNextsize(memory, after, after);
      setBkNextsize(memory, after, after);
    } else { // the next of the same size takes its place
      setFdNextsize(memory, after, smaller);
      setBkNextsize(memory, after, larger);
      setBkNextsize(memory, smaller, after);
      setFdNextsize(memory, larger, after);
    }
  }

  /** The first bin from {@code bin} on that holds a chunk, or {@link #END}. Cleans the binmap. */
  int nextNonEmpty(int bin) {
    for (int word = bin >>> 6; word < 2; word++) {
      long bits = binmap[word] & (word == bin >>> 6 ? -1L << bin : -1L);
      while (bits != 0) {
        int candidate = (word << 6) + Long.numberOfTrailingZeros(bits);
        if (!isEmpty(candidate)) {
          return candidate;
        }
        binmap[word] &= ~(1L << candidate);
        bits &= bits - 1;
      }
    }
    return END;
  }
}
