package heapstakes.model.ptmalloc2;

import static heapstakes.model.ptmalloc2.Chunk.chunk2mem;
import static heapstakes.model.ptmalloc2.Chunk.mem2chunk;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The public functions of malloc as one thread calls them, and what it keeps in thread-local
 * storage: its tcache and the arena it allocates from.
 */
final class MallocThread implements ThreadAllocator {
  /** Bits of a size word that no chunk of a tcache has: M, and 8, which no size has. */
  private static final long NOT_CACHEABLE = Chunk.M | 8;

  /** The thread's arena; null: none yet. */
  @Nullable Arena arena;

  /** Whether the block last taken from an arena had been put into the tcache on the way. */
  boolean servedByTcache;

  private final Ptmalloc2 process;
  private final Memory memory;
  private final Parameters parameters;
  private final Arenas arenas;
  private final int tcacheLimit;
  private final boolean initial; // runs main, or did so before it forked
  private long tcache; // user address of its chunk; 0: none
  private int tcacheBins; // in use; 0 while there is no tcache
  private boolean exiting;
  private boolean exactFit;
  private long sorted;

  /** A thread that begins with {@code arena}: the initial one with the main arena. */
  MallocThread(Ptmalloc2 process, @Nullable Arena arena) {
    this(process, arena, arena != null);
  }

  private MallocThread(Ptmalloc2 process, @Nullable Arena arena, boolean initial) {
    this.process = process;
    this.initial = initial;
    this.memory = process.memory();
    this.parameters = process.parameters();
    this.arenas = process.arenas();
    this.tcacheLimit = parameters.tunables.tcacheCount();
    this.arena = arena;
  }

  /** The thread that forked, in the child. */
  MallocThread(Ptmalloc2 child, MallocThread parent) {
    this(
        child,
        parent.arena == null ? null : child.arenas().get(parent.arena.ordinal),
        parent.initial);
    this.tcache = parent.tcache;
    this.tcacheBins = parent.tcacheBins;
  }

  @Override
  public long malloc(long size) {
    long bin = binFor(size);
    if (bin < tcacheBins) {
      int count = Tcache.count(memory, tcache, bin);
      if (count != 0) {
        return pop(bin, count);
      }
    }
    return mallocSlow(size);
  }

  /** The tcache bin for a request, at least {@link Tcache#BINS} for one that is too large. */
  private static long binFor(long size) {
    return size < 0 ? Tcache.BINS : (Math.max(size, 9) - 9) >>> 4;
  }

  private long mallocSlow(long size) {
    if (size < 0) {
      return 0; // more than PTRDIFF_MAX
    }
    startTcache();
    return mallocInArena(size);
  }

  private long mallocInArena(long size) {
    Arena av = arenas.acquire(this, size);
    try {
      long mem = inner(av, size);
      if (mem == 0 && av != null && parameters.shared) {
        av = arenas.retry(this, av, size);
        mem = inner(av, size);
      }
      return mem;
    } finally {
      unlock(av);
    }
  }

  private long inner(@Nullable Arena av, long size) {
    if (av != null) {
      return InnerMalloc.malloc(av, this, size);
    }
    long p = process.system().mapChunk(Chunk.request2size(size));
    return p == 0 ? 0 : chunk2mem(p);
  }

  private static void unlock(@Nullable Arena av) {
    if (av != null) {
      av.unlock();
    }
  }

  @Override
  public void free(long address) {
    if (address != 0) {
      long head = memory.getLong(address - Chunk.WORD_BYTES);
      long bin = (head - Chunk.MIN_BYTES) >>> 4;
      if (bin < tcacheBins && mayCache(address, head)) {
        cacheOrFree(address, head, bin);
      } else {
        freeSlow(address);
      }
    }
  }

  /** Whether a block is sound and does not look as if it were cached already. */
  private boolean mayCache(long mem, long head) {
    return ((head & NOT_CACHEABLE) | (mem & 15)) == 0 && Tcache.key(memory, mem) != Tcache.KEY;
  }

  private void cacheOrFree(long mem, long head, long bin) {
    if (!pushIfRoom(bin, mem)) {
      long p = mem2chunk(mem);
      InnerFree.freeUncached(arenas.ownerOf(p, head), p, Chunk.sizeOf(head), false);
    }
  }

  private boolean pushIfRoom(long bin, long mem) {
    int count = Tcache.count(memory, tcache, bin);
    if (count >= tcacheLimit) {
      return false;
    }
    push(bin, mem, count);
    return true;
  }

  private void freeSlow(long mem) {
    long p = mem2chunk(mem);
    long head = Chunk.head(memory, p);
    if ((head & Chunk.M) != 0) {
      parameters.learnFrom(head);
      process.system().unmapChunk(p);
    } else {
      startTcache();
      InnerFree.free(arenas.ownerOf(p, head), this, p, false);
    }
  }

  @Override
  public long calloc(long count, long size) {
    long bytes = count * size;
    if (bytes < 0 || Math.unsignedMultiplyHigh(count, size) != 0) {
      return 0;
    }
    startTcache();
    Arena av = arenas.acquire(this, bytes);
    try {
      FreshMemory fresh = FreshMemory.before(process.system().heaps(), av);
      long mem = inner(av, bytes);
      if (mem == 0 && av != null && parameters.shared) {
        av = arenas.retry(this, av, bytes);
        mem = inner(av, bytes);
      }
      return mem == 0 ? 0 : fresh.clear(memory, mem, bytes, parameters.tunables.perturb() != 0);
    } finally {
      unlock(av);
    }
  }

  @Override
  public long realloc(long address, long size) {
    if (address == 0) {
      return malloc(size);
    }
    if (size == 0) {
      free(address);
      return 0;
    }
    long p = mem2chunk(address);
    long head = Chunk.head(memory, p);
    boolean mapped = (head & Chunk.M) != 0;
    if (!mapped) {
      startTcache();
    }
    if ((p & 15) != 0 || Long.compareUnsigned(p, -Chunk.sizeOf(head)) > 0) {
      throw new HeapCorruptedException("realloc(): invalid pointer");
    }
    if (size < 0) {
      return 0;
    }
    return mapped ? reallocMapped(p, head, size) : reallocInArena(p, head, size);
  }

  private long reallocMapped(long p, long head, long size) {
    long nb = Chunk.request2size(size);
    long moved = process.system().remapChunk(p, nb);
    if (moved != 0) {
      return chunk2mem(moved);
    }
    long oldSize = Chunk.sizeOf(head);
    if (oldSize - Chunk.WORD_BYTES >= nb) {
      return chunk2mem(p);
    }
    long fresh = malloc(size);
    if (fresh != 0) {
      memory.copy(chunk2mem(p), fresh, oldSize - Chunk.HEADER_BYTES);
      process.system().unmapChunk(p);
    }
    return fresh;
  }

  private long reallocInArena(long p, long head, long size) {
    Arena av = arenas.ownerOf(p, head);
    long mem;
    av.lock();
    try {
      mem = InnerRealloc.realloc(av, this, p, Chunk.request2size(size));
    } finally {
      av.unlock();
    }
    if (mem != 0 || !parameters.shared) {
      return mem;
    }
    long fresh = malloc(size); // perhaps another arena has memory
    if (fresh != 0) {
      memory.copy(chunk2mem(p), fresh, Chunk.sizeOf(head) - Chunk.WORD_BYTES);
      InnerFree.free(av, this, p, false);
    }
    return fresh;
  }

  @Override
  public long memalign(long alignment, long size) {
    if (alignment >= 0 && alignment <= Chunk.ALIGNMENT) {
      return malloc(size);
    }
    if (size < 0 || alignment < 0 || alignment > 1L << 62) {
      return 0;
    }
    long boundary = Math.max(Chunk.MIN_BYTES, Long.highestOneBit(2 * alignment - 1));
    long hint = size + boundary + Chunk.MIN_BYTES;
    if (hint < 0) {
      return 0;
    }
    Arena av = arenas.acquire(this, hint);
    try {
      long mem = alignedInner(av, boundary, size);
      if (mem == 0 && av != null && parameters.shared) {
        av = arenas.retry(this, av, size);
        mem = alignedInner(av, boundary, size);
      }
      return mem;
    } finally {
      unlock(av);
    }
  }

  private long alignedInner(@Nullable Arena av, long boundary, long size) {
    long nb = Chunk.request2size(size);
    long mem = inner(av, nb + boundary + Chunk.MIN_BYTES);
    return mem == 0 ? 0 : Aligning.align(av, this, mem2chunk(mem), boundary, nb);
  }

  @Override
  public long usableSize(long address) {
    if (address == 0) {
      return 0;
    }
    long head = Chunk.head(memory, mem2chunk(address));
    boolean mapped = (head & Chunk.M) != 0;
    return Chunk.sizeOf(head) - (mapped ? Chunk.HEADER_BYTES : Chunk.WORD_BYTES);
  }

  @Override
  public void trim(long pad) {
    Trim.modern(process, pad);
  }

  /**
   * As start_thread ends a thread. When main calls pthread_exit only destructors of thread-specific
   * data run, __libc_start_call_main in libc_start_call_main.h: tcache and arena stay its own.
   */
  @Override
  public void exit() {
    if (initial) {
      return;
    }
    exiting = true;
    long old = tcache;
    tcache = 0;
    tcacheBins = 0;
    if (old != 0) {
      emptyTcache(old);
      free(old);
    }
    arenas.detach(this);
    process.forget(this);
  }

  private void emptyTcache(long old) {
    for (int bin = 0; bin < Tcache.BINS; bin++) {
      for (long mem; (mem = Tcache.head(memory, old, bin)) != 0; ) {
        if ((mem & 15) != 0) {
          throw new HeapCorruptedException(
              "tcache_thread_shutdown(): unaligned tcache chunk detected");
        }
        Tcache.setHead(memory, old, bin, Tcache.next(memory, mem));
        free(mem);
      }
    }
  }

  /** Makes the tcache at the thread's first call that needs one; tries again after a failure. */
  private void startTcache() {
    if (tcache == 0 && !exiting) {
      long mem = tcacheChunk();
      if (mem != 0) {
        memory.fill(mem, Tcache.BYTES, (byte) 0);
        tcache = mem;
        tcacheBins = parameters.tunables.tcacheBins();
      }
    }
  }

  private long tcacheChunk() {
    Arena av = arenas.acquire(this, Tcache.BYTES);
    try {
      long mem = inner(av, Tcache.BYTES);
      if (mem == 0 && av != null) {
        av = arenas.retry(this, av, Tcache.BYTES); // in a process without threads, too
        mem = inner(av, Tcache.BYTES);
      }
      return mem;
    } finally {
      unlock(av);
    }
  }

  Memory memory() {
    return memory;
  }

  /** User address of the tcache, or 0. */
  long tcache() {
    return tcache;
  }

  /** Whether the tcache has this bin and it may take one more. */
  boolean hasRoom(int bin) {
    return bin < tcacheBins && Tcache.count(memory, tcache, bin) < tcacheLimit;
  }

  /** Puts a block into a bin that has room. */
  void push(int bin, long mem) {
    push(bin, mem, Tcache.count(memory, tcache, bin));
  }

  private void push(long bin, long mem, int count) {
    Tcache.setKey(memory, mem, Tcache.KEY);
    Tcache.setNext(memory, mem, Tcache.head(memory, tcache, bin));
    Tcache.setHead(memory, tcache, bin, mem);
    Tcache.setCount(memory, tcache, bin, count + 1);
  }

  private long pop(long bin, int count) {
    long mem = Tcache.head(memory, tcache, bin);
    if ((mem & 15) != 0) {
      throw new HeapCorruptedException("malloc(): unaligned tcache chunk detected");
    }
    Tcache.setHead(memory, tcache, bin, Tcache.next(memory, mem));
    Tcache.setCount(memory, tcache, bin, count - 1);
    Tcache.setKey(memory, mem, 0);
    return mem;
  }

  /** The tcache's part of the inner free, with its checks. */
  boolean cache(long p, long size) {
    int bin = Tcache.indexOf(size);
    if (bin >= tcacheBins) {
      return false;
    }
    long mem = chunk2mem(p);
    if (Tcache.key(memory, mem) == Tcache.KEY) {
      requireNotCached(bin, mem);
    }
    return pushIfRoom(bin, mem);
  }

  private void requireNotCached(int bin, long mem) {
    int seen = 0;
    long at = Tcache.head(memory, tcache, bin);
    for (; at != 0; at = Tcache.next(memory, at)) {
      if (seen++ >= tcacheLimit) {
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

  /** Opens an inner malloc's search of unsorted. */
  void startSorting() {
    exactFit = false;
    sorted = 0;
  }

  /** A chunk of the very size was met and put into the tcache. */
  void foundExactFit() {
    exactFit = true;
  }

  /** Counts a chunk sorted; whether tcache_unsorted_limit says to stop. */
  boolean hasSortedEnough() {
    sorted++;
    long limit = parameters.tunables.tcacheUnsortedLimit();
    return exactFit && limit > 0 && sorted > limit;
  }

  /** The exact fit last put into the tcache; 0 when there was none. */
  long takeExactFit(int bin) {
    if (!exactFit) {
      return 0;
    }
    servedByTcache = true;
    return mem2chunk(pop(bin, Tcache.count(memory, tcache, bin)));
  }
}
