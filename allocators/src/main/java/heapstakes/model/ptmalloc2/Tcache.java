package heapstakes.model.ptmalloc2;

import heapstakes.memory.Memory;

/**
 * View of a thread's cache (glibc's {@code struct tcache_perthread_struct}) in its chunk of 0x290
 * bytes on the heap.
 *
 * <pre>
 *  tcache →       | count of bin 0 | … | count of bin 63 |     16 bits each
 *  tcache + 128 → | head of bin 0  | … | head of bin 63  |     user addresses
 *
 *  cached block:  | next in the bin | key | …
 * </pre>
 *
 * Bin i holds chunks of 32 + 16 i bytes, last in first out.
 */
final class Tcache {
  /** sizeof (tcache_perthread_struct). */
  static final long BYTES = 640;

  static final int BINS = 64;

  /**
   * What a cached block carries in its second word. Random in glibc; here it only has to be a value
   * that no link and no size takes.
   */
  static final long KEY = 0x9E37_79B9_7F4A_7C15L;

  private static final long HEADS = 2L * BINS;

  private Tcache() {}

  /** The bin for chunks of {@code size} bytes; {@link #BINS} or more for one that is too large. */
  static int indexOf(long size) {
    return (int) Math.min((size - Chunk.MIN_BYTES) >>> 4, BINS);
  }

  static int count(Memory memory, long tcache, long bin) {
    return memory.getShort(tcache + 2 * bin) & 0xFFFF;
  }

  static void setCount(Memory memory, long tcache, long bin, int count) {
    memory.putShort(tcache + 2 * bin, (short) count);
  }

  static long head(Memory memory, long tcache, long bin) {
    return memory.getLong(tcache + HEADS + 8 * bin);
  }

  static void setHead(Memory memory, long tcache, long bin, long mem) {
    memory.putLong(tcache + HEADS + 8 * bin, mem);
  }

  static long next(Memory memory, long mem) {
    return memory.getLong(mem);
  }

  static void setNext(Memory memory, long mem, long next) {
    memory.putLong(mem, next);
  }

  static long key(Memory memory, long mem) {
    return memory.getLong(mem + 8);
  }

  static void setKey(Memory memory, long mem, long key) {
    memory.putLong(mem + 8, key);
  }
}
