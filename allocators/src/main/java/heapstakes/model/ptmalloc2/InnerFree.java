package heapstakes.model.ptmalloc2;

import static heapstakes.model.ptmalloc2.Chunk.P;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.memory.Addresses;
import heapstakes.memory.Memory;

/** Gives a chunk back to its arena: glibc's {@code _int_free} and {@code malloc_consolidate}. */
final class InnerFree {
  /** FASTBIN_CONSOLIDATION_THRESHOLD: merged size that makes free tidy up and trim, in bytes. */
  private static final long TIDY_BYTES = 65536;

  private static final long PAGE_BYTES = Addresses.PAGE_BYTES;

  private InnerFree() {}

  /**
   * Frees {@code p}, which is not a mapping of its own.
   *
   * @param locked whether the caller holds the lock of {@code av}
   */
  static void free(MallocState av, TcachePerThread tcache, long p, boolean locked) {
    long size = Chunk.size(av.memory, p);
    require(Long.compareUnsigned(p, -size) <= 0 && aligned(p), "free(): invalid pointer");
    require(size >= Chunk.MIN_BYTES && aligned(size), "free(): invalid size");
    if (!tcache.cache(p, size)) { // step 1
      freeUncached(av, p, size, locked);
    }
  }

  /** Frees what malloc itself no longer needs; some versions keep that out of the tcache. */
  static void freeInternally(MallocState av, TcachePerThread tcache, long p, boolean locked) {
    if (tcache.rules.takesInternalFrees()) {
      free(av, tcache, p, locked);
    } else {
      freeUncached(av, p, Chunk.size(av.memory, p), locked);
    }
  }

  /** Frees {@code p} of {@code size} bytes, which is sound and for which no tcache has room. */
  static void freeUncached(MallocState av, long p, long size, boolean locked) {
    if (size <= av.maxFastBytes) {
      toFastbin(av, p, size, locked); // step 2
    } else if (locked) {
      merge(av, p, size);
    } else {
      mergeLocking(av, p, size);
    }
  }

  private static boolean aligned(long value) {
    return (value & (Chunk.ALIGNMENT - 1)) == 0;
  }

  private static void require(boolean sound, String message) {
    if (!sound) {
      throw new HeapCorruptedException(message);
    }
  }

  private static void toFastbin(MallocState av, long p, long size, boolean locked) {
    if (!isNextSizeSound(av, p, size)) {
      recheckNextSize(av, p, size, locked);
    }
    perturb(av, p, size);
    int index = Fastbins.indexOf(size);
    long old = locked ? av.fastbins.head(index) : 0;
    av.fastbins.push(index, p);
    require(
        old == 0 || Fastbins.indexOf(Chunk.size(av.memory, old)) == index,
        "invalid fastbin entry (free)");
  }

  private static boolean isNextSizeSound(MallocState av, long p, long size) {
    long head = Chunk.head(av.memory, p + size);
    return head > 16 && Chunk.sizeOf(head) < av.systemBytes;
  }

  /** Without the lock, the arena's size may just be changing. */
  private static void recheckNextSize(MallocState av, long p, long size, boolean locked) {
    boolean sound = false;
    if (!locked) {
      av.lock();
      try {
        sound = isNextSizeSound(av, p, size);
      } finally {
        av.unlock();
      }
    }
    require(sound, "free(): invalid next size (fast)");
  }

  private static void perturb(MallocState av, long p, long size) {
    if (av.perturb != 0) {
      av.memory.fill(Chunk.chunk2mem(p), size - Chunk.HEADER_BYTES, (byte) av.perturb);
    }
  }

  private static void mergeLocking(MallocState av, long p, long size) {
    av.lock();
    try {
      merge(av, p, size);
    } finally {
      av.unlock();
    }
  }

  /** Steps 3 and 4: merges {@code p} with its free neighbours and, if much is free, tidies up. */
  static void merge(MallocState av, long p, long size) {
    long nextHead = checkedNextHead(av, p, size);
    perturb(av, p, size);
    long merged =
        place(
            av,
            p,
            size,
            Chunk.sizeOf(nextHead),
            av.sortsFreed,
            "corrupted size vs. prev_size while consolidating");
    tidy(av, merged);
  }

  /**
   * Gives back {@code size} bytes at {@code p}, what is left of a chunk, to the chunk after it or
   * as a chunk of their own.
   */
  static void mergeForward(MallocState av, long p, long size) {
    long next = p + size;
    long merged = join(av, p, size, next, Chunk.size(av.memory, next), av.sortsFreed);
    if (av.madviseOnFree) {
      releasePages(av, p, size, p, merged);
    }
    tidy(av, merged);
  }

  private static void tidy(MallocState av, long merged) {
    if (merged >= TIDY_BYTES) {
      if (av.fastbins.mayHoldChunks()) {
        consolidate(av);
      }
      av.system.trimAfterFree(av);
    }
  }

  private static long checkedNextHead(MallocState av, long p, long size) {
    Memory memory = av.memory;
    long next = p + size;
    require(p != av.top, "double free or corruption (top)");
    require(
        !av.contiguous || Long.compareUnsigned(next, av.top + av.topSize()) < 0,
        "double free or corruption (out)");
    long head = Chunk.head(memory, next);
    require((head & P) != 0, "double free or corruption (!prev)");
    require(head > 16 && Chunk.sizeOf(head) < av.systemBytes, "free(): invalid next size (normal)");
    return head;
  }

  /**
   * Merges {@code p} with its free neighbours; the result goes to a list or becomes top.
   *
   * @param sorting whether a small one goes to its bin, not to unsorted
   * @return size of the result in bytes
   */
  private static long place(
      MallocState av, long p, long size, long nextSize, boolean sorting, String whenSizesDiffer) {
    Memory memory = av.memory;
    long start = p;
    long merged = size;
    if (!Chunk.prevInUse(memory, p)) {
      long before = Chunk.prevSize(memory, p);
      start -= before;
      merged += before;
      require(Chunk.size(memory, start) == before, whenSizesDiffer);
      av.bins.unlink(start);
    }
    merged = join(av, start, merged, p + size, nextSize, sorting);
    if (av.madviseOnFree) {
      releasePages(av, p, size, start, merged);
    }
    return merged;
  }

  /** Merges the {@code size} bytes at {@code p} with the chunk after them, if that is free. */
  private static long join(
      MallocState av, long p, long size, long next, long nextSize, boolean sorting) {
    Memory memory = av.memory;
    long merged = size;
    if (next == av.top) {
      merged += nextSize;
      av.setTop(p, merged);
      return merged;
    }
    if (Chunk.prevInUse(memory, next + nextSize)) {
      Chunk.clearPrevInUse(memory, next);
    } else {
      av.bins.unlink(next);
      merged += nextSize;
    }
    if (sorting && merged < Chunk.MIN_LARGE_BYTES) {
      av.bins.insertSmall(p, merged);
    } else {
      av.bins.insertUnsorted(p, merged, "free(): corrupted unsorted chunks");
    }
    Chunk.setHead(memory, p, merged | P);
    Chunk.setFoot(memory, p, merged);
    return merged;
  }

  /** Strategy madvise_on_free: gives back the pages that became wholly free with {@code p}. */
  private static void releasePages(MallocState av, long p, long size, long start, long merged) {
    long firstWhole = Addresses.pageAlignUp(start + 3 * Chunk.HEADER_BYTES);
    long from = Math.max(firstWhole, Addresses.pageAlignDown(p));
    long end = Addresses.pageAlignDown(start + merged);
    long to = Math.min(end, Addresses.pageAlignUp(p + size + 3 * Chunk.HEADER_BYTES));
    if (to - from >= PAGE_BYTES) {
      av.system.giveBackPages(from, to - from);
    }
  }

  /** Empties the fastbins into unsorted and top, merging: malloc_consolidate. */
  static void consolidate(MallocState av) {
    av.fastbins.startConsolidation();
    for (int index = 0; index < Fastbins.COUNT; index++) {
      long p = av.fastbins.takeAll(index);
      while (p != 0) {
        require(aligned(p), "malloc_consolidate(): unaligned fastbin chunk detected");
        long size = Chunk.size(av.memory, p);
        require(Fastbins.indexOf(size) == index, "malloc_consolidate(): invalid chunk size");
        long next = Chunk.fd(av.memory, p);
        place(
            av,
            p,
            size,
            Chunk.size(av.memory, p + size),
            false,
            "corrupted size vs. prev_size in fastbins");
        p = next;
      }
    }
  }
}
