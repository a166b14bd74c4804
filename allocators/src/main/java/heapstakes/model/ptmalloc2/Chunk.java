package heapstakes.model.ptmalloc2;

import heapstakes.memory.Memory;

/**
 * Boundary-tag view of a heap chunk (glibc's {@code struct malloc_chunk}): an address, never an
 * object.
 *
 * <pre>
 *  chunk → | prev_size: bytes of the chunk before, if that one is free      |
 *          | size: bytes, header included                           | A|M|P |
 *  mem   → | fd: next in its list                     (only if free)        |
 *          | bk: previous in its list                 (only if free)        |
 *          | fd_nextsize: next smaller size           (only if free, large) |
 *          | bk_nextsize: next larger size            (only if free, large) |
 *          | …                                                              |
 *  next  → | prev_size of the next chunk, "foot" of this one (only if free) |
 * </pre>
 *
 * P: the chunk before is in use. M: a mapping of its own; prev_size is then the distance from the
 * start of the mapping. A: belongs to a thread's arena, and set only while handed out, in a fastbin
 * or in a tcache. A chunk in a fastbin or tcache looks like one in use.
 *
 * <p>Parameters named {@code chunk} or {@code p} are chunk addresses, {@code mem} user addresses.
 */
final class Chunk {
  /** CHUNK_HDR_SZ: from a chunk to its user memory, in bytes. */
  static final long HEADER_BYTES = 16;

  /** MINSIZE: the smallest chunk, in bytes. */
  static final long MIN_BYTES = 32;

  /** MALLOC_ALIGNMENT. */
  static final long ALIGNMENT = 16;

  /** SIZE_SZ: a word, in bytes. */
  static final long WORD_BYTES = 8;

  /** MIN_LARGE_SIZE: the first size, in bytes, that goes into a large bin. */
  static final long MIN_LARGE_BYTES = 1024;

  /** PREV_INUSE. */
  static final long P = 1;

  /** IS_MMAPPED. */
  static final long M = 2;

  /** NON_MAIN_ARENA. */
  static final long A = 4;

  private static final long FLAGS = P | M | A;

  // Offsets in bytes in struct malloc_chunk.
  private static final long SIZE = 8;
  private static final long FD = 16;
  private static final long BK = 24;
  private static final long FD_NEXTSIZE = 32;
  private static final long BK_NEXTSIZE = 40;

  /** No chunk comes near it, and a sum with one keeps clear of the sign bit. */
  private static final long MOST_LOOKED_FOR = 1L << 62;

  private static final long LEAST_REQUEST_BYTES = MIN_BYTES - 23;

  private Chunk() {}

  /**
   * Chunk bytes for a request of {@code bytes}, which is not negative: request2size. Unsigned: the
   * last requests below 2^63 need more than that, and are refused by the kernel, not before.
   */
  static long request2size(long bytes) {
    return (Math.max(bytes, LEAST_REQUEST_BYTES) + 23) & -ALIGNMENT;
  }

  /** What to look for among the chunks that there are instead of {@code nb}, which is unsigned. */
  static long toLookFor(long nb) {
    return nb < 0 || nb > MOST_LOOKED_FOR ? MOST_LOOKED_FOR : nb;
  }

  static long chunk2mem(long chunk) {
    return chunk + HEADER_BYTES;
  }

  static long mem2chunk(long mem) {
    return mem - HEADER_BYTES;
  }

  /** The size word with its flags. */
  static long head(Memory memory, long chunk) {
    return memory.getLong(chunk + SIZE);
  }

  static void setHead(Memory memory, long chunk, long head) {
    memory.putLong(chunk + SIZE, head);
  }

  /** Replaces the size and keeps the flags. */
  static void setHeadSize(Memory memory, long chunk, long size) {
    setHead(memory, chunk, (head(memory, chunk) & FLAGS) | size);
  }

  static long sizeOf(long head) {
    return head & ~FLAGS;
  }

  static long size(Memory memory, long chunk) {
    return sizeOf(head(memory, chunk));
  }

  static boolean prevInUse(Memory memory, long chunk) {
    return (head(memory, chunk) & P) != 0;
  }

  /** Marks the chunk before {@code next} as in use. */
  static void setPrevInUse(Memory memory, long next) {
    setHead(memory, next, head(memory, next) | P);
  }

  static void clearPrevInUse(Memory memory, long next) {
    setHead(memory, next, head(memory, next) & ~P);
  }

  /** Marks {@code p} of {@code size} as handed out by an arena whose flag is {@code a}. */
  static void setInUse(Memory memory, long p, long size, long a) {
    setPrevInUse(memory, p + size);
    if (a != 0) {
      setHead(memory, p, head(memory, p) | a);
    }
  }

  static long prevSize(Memory memory, long chunk) {
    return memory.getLong(chunk);
  }

  static void setPrevSize(Memory memory, long chunk, long size) {
    memory.putLong(chunk, size);
  }

  /** Writes the size of free chunk {@code p} to its end. */
  static void setFoot(Memory memory, long p, long size) {
    setPrevSize(memory, p + size, size);
  }

  static long fd(Memory memory, long chunk) {
    return memory.getLong(chunk + FD);
  }

  static void setFd(Memory memory, long chunk, long to) {
    memory.putLong(chunk + FD, to);
  }

  static long bk(Memory memory, long chunk) {
    return memory.getLong(chunk + BK);
  }

  static void setBk(Memory memory, long chunk, long to) {
    memory.putLong(chunk + BK, to);
  }

  static long fdNextsize(Memory memory, long chunk) {
    return memory.getLong(chunk + FD_NEXTSIZE);
  }

  static void setFdNextsize(Memory memory, long chunk, long to) {
    memory.putLong(chunk + FD_NEXTSIZE, to);
  }

  static long bkNextsize(Memory memory, long chunk) {
    return memory.getLong(chunk + BK_NEXTSIZE);
  }

  static void setBkNextsize(Memory memory, long chunk, long to) {
    memory.putLong(chunk + BK_NEXTSIZE, to);
  }
}
