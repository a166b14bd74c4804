package heapstakes.model.ptmalloc2;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.memory.Memory;

/**
 * A thread's cache: a view of glibc's {@code struct tcache_perthread_struct} in its chunk on the
 * heap.
 *
 * <pre>
 *  address →      | count of bin 0 | … | count of the last bin |     16 bits each
 *                 | head of bin 0  | … | head of the last bin  |     user addresses
 *
 *  cached block:  | next in the bin | key | …
 * </pre>
 *
 * Bin i of the first 64 holds chunks of 32 + 16 i bytes, last in first out. Those after them, if
 * the version has any, hold chunks of 1056 … 2047, 2048 … 4095, … bytes, ascending. While there is
 * no chunk, no bin is in use: the cache has nothing and takes nothing.
 */
final class TcachePerThread {
  /** TCACHE_SMALL_BINS: those of one chunk size each. */
  static final int SMALL_BINS = 64;

  /** Chunk size of the last small bin, in bytes. */
  private static final long MAX_SMALL_BYTES = 1040;

  /**
   * What a cached block carries in its second word. Random in glibc; here it only has to be a value
   * that no link and no size takes.
   */
  static final long KEY = 0x9E37_79B9_7F4A_7C15L;

  /** Bits of a size word that no cached chunk has: M, and 8, which no size has. */
  private static final long NOT_CACHEABLE = Chunk.M | 8;

  /** Of the inner malloc that runs. */
  final Sorting sorting;

  final TcacheRules rules;

  private final Memory memory;
  private final int limit;
  private final long largest; // chunk size kept
  private final int binsWhenOpen;
  private final int fillableWhenOpen;
  private long address; // user address of the chunk; 0: none
  private long heads; // address of the first head
  private int bins; // small ones in use
  private int fillable; // small ones that an inner malloc fills
  private boolean over; // no chunk is asked for again

  TcachePerThread(Memory memory, Ptmalloc2Settings settings) {
    this.memory = memory;
    this.rules = settings.version().tcache();
    this.limit = settings.tcacheCount();
    this.largest = rules.largest(settings.tcacheMaxChunkBytes());
    this.binsWhenOpen = binsUpTo(largest);
    this.fillableWhenOpen = binsUpTo(settings.tcacheMaxChunkBytes());
    this.sorting = new Sorting(settings.tcacheUnsortedLimit());
  }

  private static int binsUpTo(long size) {
    return (int) Math.min((size - Chunk.HEADER_BYTES) >>> 4, SMALL_BINS);
  }

  /** Becomes what {@code parent} is in the parent of a fork. */
  void copyFrom(TcachePerThread parent) {
    address = parent.address;
    heads = parent.heads;
    bins = parent.bins;
    fillable = parent.fillable;
    over = parent.over;
  }

  /**
   * The small bin for chunks of {@code size} bytes; {@link #SMALL_BINS} or more for one that is too
   * large.
   */
  static int indexOf(long size) {
    return (int) Math.min((size - Chunk.MIN_BYTES) >>> 4, SMALL_BINS);
  }

  /** The bin for a request, at least {@link #SMALL_BINS} for one that is too large. */
  private static long binFor(long request) {
    return request < 0 ? SMALL_BINS : (Math.max(request, 9) - 9) >>> 4;
  }

  /** The bin, large ones too, for chunks of {@code size} bytes. */
  static int anyIndexOf(long size) {
    return size <= MAX_SMALL_BYTES
        ? indexOf(size)
        : SMALL_BINS + Long.numberOfLeadingZeros(MAX_SMALL_BYTES) - Long.numberOfLeadingZeros(size);
  }

  /** User address of the chunk, or 0. */
  long address() {
    return address;
  }

  /** Whether a {@code call} that concerns a chunk of {@code size} bytes is to make the cache. */
  boolean isDueAt(TcacheRules.Call call, long size) {
    return address == 0 && !over && isCause(call, size);
  }

  private boolean isCause(TcacheRules.Call call, long size) {
    boolean kept = 0 <= size && size <= largest;
    return (rules.birth().anySize().contains(call)
            || (kept && rules.birth().keptSize().contains(call)))
        && (limit != 0 || !rules.birth().once());
  }

  /** Its chunk is about to be allocated. */
  void prepare() {
    over = rules.birth().once();
  }

  /** Starts with empty bins in a chunk whose user address is {@code chunkMem}; 0: there is none. */
  void open(long chunkMem) {
    if (chunkMem != 0) {
      memory.fill(chunkMem, rules.bytes(), (byte) 0);
      address = chunkMem;
      heads = chunkMem + 2L * rules.bins();
      bins = binsWhenOpen;
      fillable = fillableWhenOpen;
    }
  }

  /** Takes nothing from here on; what it holds is for {@link #takeLeft}. */
  void stop() {
    bins = 0;
    fillable = 0;
    over = true;
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

  /** A block for a request of {@code bytes} that no small bin is for; 0: none. */
  long takeLarge(long bytes) {
    long nb = largest > MAX_SMALL_BYTES && address != 0 ? Chunk.request2size(bytes) : 0;
    return nb > MAX_SMALL_BYTES ? takeFirst(nb, Chunk.ALIGNMENT, rules.servesLarger()) : 0;
  }

  /** An aligned block whose chunk has {@code nb} bytes; 0: none. */
  long takeAligned(long nb, long alignment) {
    return rules.servesMemalign() && keeps(nb) ? takeFirst(nb, alignment, false) : 0;
  }

  /** Whether there is a bin in use for chunks of {@code size} bytes. */
  private boolean keeps(long size) {
    return bins != 0 && size <= largest;
  }

  private long takeFirst(long nb, long alignment, boolean orLarger) {
    int bin = anyIndexOf(nb);
    long before = 0;
    for (long mem = keeps(nb) ? head(bin) : 0; mem != 0; before = mem, mem = next(mem)) {
      if ((mem & 15) != 0) {
        throw unaligned();
      }
      long size = Chunk.size(memory, Chunk.mem2chunk(mem));
      boolean fits = size == nb || (orLarger && size > nb);
      if (fits && (mem & (alignment - 1)) == 0) {
        setLink(bin, before, next(mem));
        setCount(bin, count(bin) - 1);
        setKey(mem, 0);
        return mem;
      }
    }
    return 0;
  }

  /** Makes {@code mem} what comes after {@code before} in {@code bin}; 0: its head. */
  private void setLink(int bin, long before, long mem) {
    if (before == 0) {
      setHead(bin, mem);
    } else {
      memory.putLong(before, mem);
    }
  }

  /** The block last put into {@code bin}, which holds one. */
  long pop(int bin) {
    return pop(bin, count(bin));
  }

  /**
   * In two parts of at most 35 bytecodes (MaxInlineSize), so that it is inlined where few hits were
   * seen, too.
   */
  private long pop(long bin, int count) {
    long mem = unlinkFirst(bin);
    setCount(bin, count - 1);
    setKey(mem, 0);
    return mem;
  }

  private long unlinkFirst(long bin) {
    long mem = head(bin);
    if ((mem & 15) != 0) {
      throw unaligned();
    }
    setHead(bin, next(mem));
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
    if (!keeps(size)) {
      return false;
    }
    long mem = Chunk.chunk2mem(p);
    int bin = anyIndexOf(size);
    if (key(mem) == KEY) {
      requireNotCached(bin, mem);
    }
    return size <= MAX_SMALL_BYTES ? pushInto(bin, mem) : pushLarge(bin, mem, size);
  }

  private boolean pushLarge(int bin, long mem, long size) {
    int count = count(bin);
    if (count >= limit) {
      return false;
    }
    long before = 0;
    long at = head(bin);
    while (at != 0 && Chunk.size(memory, Chunk.mem2chunk(at)) < size) {
      before = at;
      at = next(at);
    }
    setKey(mem, KEY);
    memory.putLong(mem, at);
    setLink(bin, before, mem);
    setCount(bin, count + 1);
    return true;
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

  /** Whether an inner malloc may put one more into small bin {@code bin}. */
  boolean hasRoom(int bin) {
    return bin < fillable && count(bin) < limit;
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
    return (char) memory.getShort(address + 2 * bin); // 16 bits without sign
  }

  private void setCount(long bin, int count) {
    memory.putShort(address + 2 * bin, (short) count);
  }

  /** User address of the block last put into {@code bin}, or 0. */
  long head(long bin) {
    return memory.getLong(heads + 8 * bin);
  }

  private void setHead(long bin, long mem) {
    memory.putLong(heads + 8 * bin, mem);
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
