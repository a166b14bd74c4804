package heapstakes.model.ptmalloc2;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.memory.Memory;

/**
 * A thread's cache: a view of glibc's {@code struct tcache_perthread_struct} in its chunk of 0x290
 * bytes on the heap.
 *
 * <pre>
 *  address →       | count of bin 0 | … | count of bin 63 |     16 bits each
 *  address + 128 → | head of bin 0  | … | head of bin 63  |     user addresses
 *
 *  cached block:   | next in the bin | key | …
 * </pre>
 *
 * Bin i holds chunks of 32 + 16 i bytes, last in first out. While there is no chunk, no bin is in
 * use: the cache has nothing and takes nothing.
 */
final class Tcache {
  /** sizeof (tcache_perthread_struct). */
  static final long BYTES = 640;

  /** TCACHE_MAX_BINS. */
  static final int BINS = 64;

  /**
   * What a cached block carries in its second word. Random in glibc; here it only has to be a value
   * that no link and no size takes.
   */
  static final long KEY = 0x9E37_79B9_7F4A_7C15L;

  private static final long HEADS = 2L * BINS;

  /** Bits of a size word that no cached chunk has: M, and 8, which no size has. */
  private static final long NOT_CACHEABLE = Chunk.M | 8;

  /** Of the inner malloc that runs. */
  final Sorting sorting;

  private final Memory memory;
  private final int limit;
  private final int binsWhenOpen;
  private long address; // user address of the chunk; 0: none
  private int bins; // in use

  Tcache(Memory memory, Ptmalloc2Settings settings) {
    this.memory = memory;
    this.limit = settings.tcacheCount();
    this.binsWhenOpen = settings.tcacheBins();
    this.sorting = new Sorting(settings.tcacheUnsortedLimit());
  }

  /** Becomes what {@code parent} is in the parent of a fork. */
  void copyFrom(Tcache parent) {
    address = parent.address;
    bins = parent.bins;
  }

  /** The bin for chunks of {@code size} bytes; {@link #BINS} or more for one that is too large. */
  static int indexOf(long size) {
    return (int) Math.min((size - Chunk.MIN_BYTES) >>> 4, BINS);
  }

  /** The bin for a request, at least {@link #BINS} for one that is too large. */
  private static long binFor(long request) {
    return request < 0 ? BINS : (Math.max(request, 9) - 9) >>> 4;
  }

  /** User address of the chunk, or 0. */
  long address() {
    return address;
  }

  /** Starts with empty bins in a chunk whose user address is {@code chunkMem}. */
  void open(long chunkMem) {
    memory.fill(chunkMem, BYTES, (byte) 0);
    address = chunkMem;
    bins = binsWhenOpen;
  }

  /** Takes nothing from here on; what it holds is for {@link #takeLeft}. */
  void stop() {
    bins = 0;
  }

  /** After {@link #stop}: a block that is left in {@code bin}, or 0. */
  long takeLeft(int bin) {
    long mem = head(bin);
    if ((mem & 15) != 0) {
      throw new HeapCorruptedException("tcache_thread_shutdown(): unaligned tcache chunk detected");
    }
    if (mem != 0) {
      setHead(bin, next(mem));
    }
    return mem;
  }

  /**
   * Is no more.
   *
   * @return the user address of the chunk that it had, or 0
   */
  long close() {
    long old = address;
    address = 0;
    bins = 0;
    return old;
  }

  /** A block for a request of {@code bytes}, which may be anything; 0: none. */
  long take(long bytes) {
    long bin = binFor(bytes);
    if (bin < bins) {
      int count = count(bin);
      if (count != 0) {
        return pop(bin, count);
      }
    }
    return 0;
  }

  /** The block last put into {@code bin}, which holds one. */
  long pop(int bin) {
    return pop(bin, count(bin));
  }

  private long pop(long bin, int count) {
    long mem = head(bin);
    if ((mem & 15) != 0) {
      throw unaligned();
    }
    setHead(bin, next(mem));
    setCount(bin, count - 1);
    setKey(mem, 0);
    return mem;
  }

  private static HeapCorruptedException unaligned() {
    return new HeapCorruptedException("malloc(): unaligned tcache chunk detected");
  }

  /** Whether a block with that size word has a bin, is sound and does not look cached already. */
  boolean mayCache(long mem, long head) {
    return binOf(head) < bins && ((head & NOT_CACHEABLE) | (mem & 15)) == 0 && key(mem) != KEY;
  }

  private static long binOf(long head) {
    return (head - Chunk.MIN_BYTES) >>> 4;
  }

  /**
   * Caches a block that {@link #mayCache}.
   *
   * @return false when its bin is full
   */
  boolean pushIfRoom(long mem, long head) {
    return pushInto(binOf(head), mem);
  }

  private boolean pushInto(long bin, long mem) {
    int count = count(bin);
    if (count >= limit) {
      return false;
    }
    push(bin, mem, count);
    return true;
  }

  /** The tcache's part of the inner free, with its checks; false when chunk {@code p} stays out. */
  boolean cache(long p, long size) {
    int bin = indexOf(size);
    if (bin >= bins) {
      return false;
    }
    long mem = Chunk.chunk2mem(p);
    if (key(mem) == KEY) {
      requireNotCached(bin, mem);
    }
    return pushInto(bin, mem);
  }

  private void requireNotCached(int bin, long mem) {
    int seen = 0;
    for (long at = head(bin); at != 0; at = next(at)) {
      if (seen++ >= limit) {
        throw new HeapCorruptedException("free(): too many chunks detected in tcache");
      }
      if ((at & 15) != 0) {
        throw new HeapCorruptedException("free(): unaligned chunk detected in tcache 2");
      }
      if (at == mem) {
        throw new HeapCorruptedException("free(): double free detected in tcache 2");
      }
    }
  }

  /** Whether the cache has this bin and it may take one more. */
  boolean hasRoom(int bin) {
    return bin < bins && count(bin) < limit;
  }

  /** Puts a block into a bin that has room. */
  void push(int bin, long mem) {
    push(bin, mem, count(bin));
  }

  private void push(long bin, long mem, int count) {
    setKey(mem, KEY);
    memory.putLong(mem, head(bin));
    setHead(bin, mem);
    setCount(bin, count + 1);
  }

  int count(long bin) {
    return memory.getShort(address + 2 * bin) & 0xFFFF;
  }

  private void setCount(long bin, int count) {
    memory.putShort(address + 2 * bin, (short) count);
  }

  /** User address of the block last put into {@code bin}, or 0. */
  long head(long bin) {
    return memory.getLong(address + HEADS + 8 * bin);
  }

  private void setHead(long bin, long mem) {
    memory.putLong(address + HEADS + 8 * bin, mem);
  }

  /** The block after cached block {@code mem}, or 0. */
  long next(long mem) {
    return memory.getLong(mem);
  }

  long key(long mem) {
    return memory.getLong(mem + 8);
  }

  private void setKey(long mem, long key) {
    memory.putLong(mem + 8, key);
  }
}
