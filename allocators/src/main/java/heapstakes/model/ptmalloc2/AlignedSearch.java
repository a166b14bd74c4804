package heapstakes.model.ptmalloc2;

import static heapstakes.model.ptmalloc2.Chunk.MIN_BYTES;

import heapstakes.memory.Memory;

/**
 * Finds a free chunk with an aligned place in it: the first half of glibc 2.38's {@code
 * _int_memalign}, which 2.39 no longer has.
 */
final class AlignedSearch {
  private AlignedSearch() {}

  /**
   * Takes a chunk that holds {@code nb} bytes at an aligned user address, from the bins for nb up
   * to, but not including, the one for twice as much.
   *
   * @param av the arena, whose lock is held
   * @return the chunk, in use, or 0
   */
  static long take(MallocState av, long alignment, long nb) {
    int end = Bins.indexOf(2 * nb);
    for (int bin = Bins.indexOf(nb); bin < end; bin++) {
      long p =
          bin < Bins.FIRST_LARGE
              ? inSmall(av, bin, alignment, nb)
              : inLarge(av, bin, alignment, nb);
      if (p != 0) {
        av.bins.unlink(p);
        Chunk.setInUse(av.memory, p, Chunk.size(av.memory, p), av.flag);
        return p;
      }
    }
    return 0;
  }

  private static long inSmall(MallocState av, int bin, long alignment, long nb) {
    for (long p = av.bins.first(bin); !Bins.isSentinel(p); p = Chunk.fd(av.memory, p)) {
      if (waste(av.memory, p, alignment, nb) > 0) {
        return p;
      }
    }
    return 0;
  }

  /** The one that wastes least; of several the last. */
  private static long inLarge(MallocState av, int bin, long alignment, long nb) {
    Memory memory = av.memory;
    long best = 0;
    long least = Long.MAX_VALUE;
    long p = av.bins.first(bin);
    for (; !Bins.isSentinel(p) && Chunk.size(memory, p) >= nb; p = Chunk.fd(memory, p)) {
      long waste = waste(memory, p, alignment, nb);
      if (waste > 0 && waste <= least) {
        best = p;
        least = waste;
      }
    }
    return best;
  }

  /** Bytes of {@code p} beyond {@code nb}, 1 for none at all; 0 where it has no aligned place. */
  private static long waste(Memory memory, long p, long alignment, long nb) {
    long size = Chunk.size(memory, p);
    long lead = -Chunk.chunk2mem(p) & (alignment - 1);
    if (lead > 0 && lead < MIN_BYTES) {
      return 0;
    }
    if (size == nb && lead == 0) {
      return 1;
    }
    return size > nb + lead ? size - nb : 0;
  }
}
