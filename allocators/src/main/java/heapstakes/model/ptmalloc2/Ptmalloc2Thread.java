package heapstakes.model.ptmalloc2;

import static heapstakes.model.ptmalloc2.Chunk.chunk2mem;
import static heapstakes.model.ptmalloc2.Chunk.mem2chunk;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.model.ptmalloc2.TcacheRules.Call;
import org.jspecify.annotations.Nullable;

/**
 * The public functions of malloc as one thread calls them, and what it keeps in thread-local
 * storage: its tcache and the arena it allocates from.
 */
final class Ptmalloc2Thread implements ThreadAllocator {
  private final Ptmalloc2 process;
  private final Memory memory;
  private final Parameters parameters;
  private final Arenas arenas;
  private final TcachePerThread tcache;
  private final ThreadArena own;
  private final GlibcVersion version;
  private final boolean initial; // runs main, or did so before it forked

  /** A thread that begins with {@code arena}: the initial one with the main arena. */
  Ptmalloc2Thread(Ptmalloc2 process, @Nullable MallocState arena) {
    this(process, arena, arena != null);
  }

  private Ptmalloc2Thread(Ptmalloc2 process, @Nullable MallocState arena, boolean initial) {
    this.process = process;
    this.initial = initial;
    this.memory = process.memory();
    this.parameters = process.parameters();
    this.arenas = process.arenas();
    this.tcache = new TcachePerThread(memory, parameters.settings());
    this.own = new ThreadArena(arena);
    this.version = parameters.settings().version();
  }

  /** The thread that forked, in the child. */
  Ptmalloc2Thread(Ptmalloc2 child, Ptmalloc2Thread parent) {
    this(
        child,
        parent.own.arena == null ? null : child.arenas().get(parent.own.arena.ordinal),
        parent.initial);
    this.tcache.copyFrom(parent.tcache);
  }

  /** The arena that the thread allocates from; null: none. */
  @Nullable MallocState arena() {
    return own.arena;
  }

  TcachePerThread tcache() {
    return tcache;
  }

  @Override
  public long malloc(long size) {
    long mem = tcache.take(size);
    return mem != 0 ? mem : mallocSlow(size);
  }

  private long mallocSlow(long size) {
    if (size < 0) {
      return 0; // more than PTRDIFF_MAX
    }
    startTcache(Call.REQUEST, Chunk.request2size(size));
    long mem = tcache.takeLarge(size);
    return mem != 0 ? mem : mallocInArena(size);
  }

  private long mallocInArena(long size) {
    MallocState av = arenas.acquire(own, size);
    try {
      long mem = inner(av, size);
      if (mem == 0 && av != null && parameters.shared) {
        av = arenas.retry(own, av, size);
        mem = inner(av, size);
      }
      return mem;
    } finally {
      unlock(av);
    }
  }

  private long inner(@Nullable MallocState av, long size) {
    if (size < 0) {
      return 0; // a memalign of more than PTRDIFF_MAX, with its lead or without
    }
    if (av != null) {
      return InnerMalloc.malloc(av, tcache, size);
    }
    long p = process.system().mapChunk(Chunk.request2size(size));
    return p == 0 ? 0 : chunk2mem(p);
  }

  private static void unlock(@Nullable MallocState av) {
    if (av != null) {
      av.unlock();
    }
  }

  @Override
  public void free(long address) {
    if (address != 0) {
      long head = Chunk.head(memory, mem2chunk(address));
      if (!tcache.mayCache(address, head)) {
        freeSlow(address);
      } else if (!tcache.pushIfRoom(address, head)) {
        freeUncached(address, head);
      }
    }
  }

  private void freeUncached(long mem, long head) {
    long p = mem2chunk(mem);
    InnerFree.freeUncached(arenas.ownerOf(p, head), p, Chunk.sizeOf(head), false);
  }

  private void freeSlow(long mem) {
    long p = mem2chunk(mem);
    long head = Chunk.head(memory, p);
    boolean mapped = (head & Chunk.M) != 0;
    if (!mapped || version.tcache().takesMappings()) {
      startTcache(Call.FREE, Chunk.sizeOf(head));
    }
    if (!mapped) {
      InnerFree.free(arenas.ownerOf(p, head), tcache, p, false);
    } else if (!version.tcache().takesMappings() || !tcache.cache(p, Chunk.sizeOf(head))) {
      parameters.learnFrom(head);
      process.system().unmapChunk(p);
    }
  }

  @Override
  public long calloc(long count, long size) {
    long bytes = count * size;
    if (bytes < 0 || Math.unsignedMultiplyHigh(count, size) != 0) {
      return 0;
    }
    startTcache(Call.REQUEST, Chunk.request2size(bytes));
    long cached = version.tcache().servesCalloc() ? takeCached(bytes) : 0;
    return cached == 0 ? callocInArena(bytes) : clear(cached);
  }

  private long takeCached(long bytes) {
    long mem = tcache.take(bytes);
    return mem != 0 ? mem : tcache.takeLarge(bytes);
  }

  private long clear(long mem) {
    memory.fill(mem, Chunk.size(memory, mem2chunk(mem)) - Chunk.WORD_BYTES, (byte) 0);
    return mem;
  }

  private long callocInArena(long bytes) {
    MallocState av = arenas.acquire(own, bytes);
    try {
      FreshMemory fresh = FreshMemory.before(process.system().heaps(), av);
      long mem = inner(av, bytes);
      if (mem == 0 && av != null && parameters.shared) {
        av = arenas.retry(own, av, bytes);
        mem = inner(av, bytes);
      }
      return mem == 0 ? 0 : fresh.clear(memory, mem, bytes, parameters.settings().perturb() != 0);
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
    long usable = usable(head);
    if (0 <= size
        && size <= usable
        && version.resizing().keeps(usable - size, mapped, parameters)) {
      return address;
    }
    if (!mapped) {
      startTcache(Call.RESIZE, Chunk.sizeOf(head));
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
    long usable = usable(head);
    if (usable + Chunk.WORD_BYTES >= Chunk.toLookFor(nb)) {
      return chunk2mem(p);
    }
    long fresh = malloc(size);
    if (fresh != 0) {
      memory.copy(chunk2mem(p), fresh, usable);
      process.system().unmapChunk(p);
    }
    return fresh;
  }

  private long reallocInArena(long p, long head, long size) {
    MallocState av = arenas.ownerOf(p, head);
    long mem;
    av.lock();
    try {
      mem = InnerRealloc.realloc(av, tcache, p, Chunk.request2size(size));
    } finally {
      av.unlock();
    }
    if (mem != 0 || !parameters.shared) {
      return mem;
    }
    long fresh = malloc(size); // perhaps another arena has memory
    if (fresh != 0) {
      memory.copy(chunk2mem(p), fresh, Chunk.sizeOf(head) - Chunk.WORD_BYTES);
      InnerFree.freeInternally(av, tcache, p, false);
    }
    return fresh;
  }

  /** aligned_alloc(3), which in some versions is memalign. */
  long alignedAlloc(long alignment, long size) {
    boolean refused = version.aligning().strict() && Long.bitCount(alignment) != 1;
    return refused ? 0 : memalign(alignment, size);
  }

  @Override
  public long memalign(long alignment, long size) {
    if (alignment >= 0 && alignment <= Chunk.ALIGNMENT) {
      return malloc(size);
    }
    boolean isTooLarge = size < 0; // which is seen before an arena is chosen, or behind it
    if (alignment < 0
        || alignment > 1L << 62
        || (isTooLarge && version.tcache().servesMemalign())) {
      return 0;
    }
    long boundary = Math.max(Chunk.MIN_BYTES, Long.highestOneBit(2 * alignment - 1));
    long hint = size + boundary + Chunk.MIN_BYTES;
    long nb = isTooLarge ? Long.MIN_VALUE : Chunk.request2size(size); // negative with any lead
    startTcache(Call.MEMALIGN, nb);
    long mem = tcache.takeAligned(Chunk.toLookFor(nb), boundary);
    return mem != 0 ? mem : memalignInArena(boundary, nb, hint);
  }

  private long memalignInArena(long boundary, long nb, long hint) {
    MallocState av = arenas.acquire(own, hint);
    try {
      long mem = alignedInner(av, boundary, nb);
      if (mem == 0 && av != null && parameters.shared) {
        av = arenas.retry(own, av, hint - boundary - Chunk.MIN_BYTES);
        mem = alignedInner(av, boundary, nb);
      }
      return mem;
    } finally {
      unlock(av);
    }
  }

  private long alignedInner(@Nullable MallocState av, long boundary, long nb) {
    long p = 0;
    if (av != null && version.aligning().scansBins()) {
      p = AlignedSearch.take(av, boundary, Chunk.toLookFor(nb));
    }
    if (p == 0) {
      long mem = inner(av, nb + boundary + Chunk.MIN_BYTES);
      p = mem == 0 ? 0 : mem2chunk(mem);
    }
    return p == 0 ? 0 : Aligning.align(av, tcache, process.system(), p, boundary, nb);
  }

  @Override
  public long usableSize(long address) {
    if (address == 0) {
      return 0;
    }
    return usable(Chunk.head(memory, mem2chunk(address)));
  }

  private long usable(long head) {
    boolean mapped = (head & Chunk.M) != 0;
    return Chunk.sizeOf(head) - (mapped ? version.mapping().unusable() : Chunk.WORD_BYTES);
  }

  @Override
  public void trim(long pad) {
    Trim.modern(arenas, pad);
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
    if (tcache.address() != 0) {
      emptyTcache();
    }
    arenas.detach(own);
    process.forget(this);
  }

  private void emptyTcache() {
    tcache.stop();
    for (int bin = 0; bin < version.tcache().bins(); bin++) {
      for (long mem; (mem = tcache.takeLeft(bin)) != 0; ) {
        free(mem);
      }
    }
    free(tcache.close());
  }

  /** Makes the tcache if this call, which concerns a chunk of {@code size} bytes, is to do so. */
  private void startTcache(Call call, long size) {
    if (tcache.isDueAt(call, size)) {
      tcache.prepare();
      tcache.open(tcacheChunk());
    }
  }

  private long tcacheChunk() {
    long bytes = version.tcache().bytes();
    MallocState av = arenas.acquire(own, bytes);
    try {
      long mem = inner(av, bytes);
      if (mem == 0
          && av != null
          && (parameters.shared || version.tcache().birth().retriesAlone())) {
        av = arenas.retry(own, av, bytes);
        mem = inner(av, bytes);
      }
      return mem;
    } finally {
      unlock(av);
    }
  }
}
