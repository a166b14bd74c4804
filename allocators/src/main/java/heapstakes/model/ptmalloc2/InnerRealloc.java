package heapstakes.model.ptmalloc2;

import static heapstakes.model.ptmalloc2.Chunk.MIN_BYTES;
import static heapstakes.model.ptmalloc2.Chunk.P;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.memory.Memory;

/** Resizes a chunk of an arena whose lock is held: glibc's {@code _int_realloc}. */
final class InnerRealloc {
  private InnerRealloc() {}

  /**
   * Makes {@code p} at least {@code nb} bytes: in place, into top, into the free chunk after it, or
   * by a copy.
   *
   * @return the user address, or 0 with {@code p} untouched
   */
  static long realloc(MallocState av, TcachePerThread tcache, long p, long nb) {
    Memory memory = av.memory;
    long oldSize = checkedSize(av, p, "realloc(): invalid old size");
    long wanted = Chunk.toLookFor(nb);
    if (oldSize >= wanted) {
      return trimTo(av, tcache, p, oldSize, nb);
    }
    long next = p + oldSize;
    long nextSize = checkedSize(av, next, "realloc(): invalid next size");
    if (next == av.top) {
      if (oldSize + nextSize - MIN_BYTES >= wanted) {
        Chunk.setHeadSize(memory, p, nb);
        av.setTop(p + nb, oldSize + nextSize - nb);
        return Chunk.chunk2mem(p);
      }
    } else if (oldSize + nextSize >= wanted && !Chunk.prevInUse(memory, next + nextSize)) {
      av.bins.unlink(next);
      return trimTo(av, tcache, p, oldSize + nextSize, nb);
    }
    return move(av, tcache, p, oldSize, nb);
  }

  private static long checkedSize(MallocState av, long p, String message) {
    long head = Chunk.head(av.memory, p);
    if (head <= 16 || Chunk.sizeOf(head) >= av.systemBytes) {
      throw new HeapCorruptedException(message);
    }
    return Chunk.sizeOf(head);
  }

  private static long move(MallocState av, TcachePerThread tcache, long p, long oldSize, long nb) {
    long bytes = nb - (Chunk.ALIGNMENT - 1);
    long mem = bytes < 0 ? 0 : InnerMalloc.malloc(av, tcache, bytes); // of no more than PTRDIFF_MAX
    if (mem == 0) {
      return 0;
    }
    long fresh = Chunk.mem2chunk(mem);
    if (fresh == p + oldSize) { // it adjoins: no copy
      return trimTo(av, tcache, p, oldSize + Chunk.size(av.memory, fresh), nb);
    }
    av.memory.copy(Chunk.chunk2mem(p), mem, oldSize - Chunk.WORD_BYTES);
    InnerFree.freeInternally(av, tcache, p, true);
    return mem;
  }

  /** Keeps {@code nb} of the {@code total} bytes that {@code p} has now, and frees the rest. */
  private static long trimTo(MallocState av, TcachePerThread tcache, long p, long total, long nb) {
    Memory memory = av.memory;
    long rest = total - nb;
    if (rest < MIN_BYTES) {
      Chunk.setHeadSize(memory, p, total);
      Chunk.setPrevInUse(memory, p + total);
    } else {
      long remainder = p + nb;
      Chunk.setHeadSize(memory, p, nb);
      Chunk.setHead(memory, remainder, rest | P | av.flag);
      Chunk.setPrevInUse(memory, remainder + rest);
      InnerFree.freeInternally(av, tcache, remainder, true);
    }
    return Chunk.chunk2mem(p);
  }
}
