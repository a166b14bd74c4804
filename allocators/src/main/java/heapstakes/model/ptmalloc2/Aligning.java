package heapstakes.model.ptmalloc2;

import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.model.ptmalloc2.Chunk.MIN_BYTES;
import static heapstakes.model.ptmalloc2.Chunk.P;

import heapstakes.memory.Memory;
import org.jspecify.annotations.Nullable;

/** Cuts an aligned block out of a larger one: the second half of glibc's {@code _int_memalign}. */
final class Aligning {
  private Aligning() {}

  /**
   * Frees what lies before the aligned place in chunk {@code p} and what lies behind {@code nb}.
   *
   * @param av the arena, whose lock is held; null only for a mapping
   * @return the aligned user address
   */
  static long align(
      @Nullable Arena av, Tcache tcache, Memory memory, long p, long alignment, long nb) {
    boolean mapped = (Chunk.head(memory, p) & Chunk.M) != 0;
    long place = placeIn(p, alignment);
    if (mapped || av == null) {
      return place == p ? Chunk.chunk2mem(p) : shift(memory, p, place);
    }
    if (place != p) {
      cutLead(av, tcache, p, place);
    }
    cutTail(av, tcache, place, nb);
    return Chunk.chunk2mem(place);
  }

  /** The first chunk address from {@code p} on whose user address is aligned; room for a lead. */
  private static long placeIn(long p, long alignment) {
    long place = alignUp(Chunk.chunk2mem(p), alignment) - Chunk.HEADER_BYTES;
    return place != p && place - p < MIN_BYTES ? place + alignment : place;
  }

  private static long shift(Memory memory, long p, long place) {
    long lead = place - p;
    long size = Chunk.size(memory, p);
    Chunk.setPrevSize(memory, place, Chunk.prevSize(memory, p) + lead);
    Chunk.setHead(memory, place, (size - lead) | Chunk.M);
    return Chunk.chunk2mem(place);
  }

  private static void cutLead(Arena av, Tcache tcache, long p, long place) {
    Memory memory = av.memory;
    long lead = place - p;
    long size = Chunk.size(memory, p) - lead;
    Chunk.setHead(memory, place, size | P | av.flag);
    Chunk.setPrevInUse(memory, place + size);
    Chunk.setHeadSize(memory, p, lead);
    InnerFree.free(av, tcache, p, true);
  }

  private static void cutTail(Arena av, Tcache tcache, long p, long nb) {
    Memory memory = av.memory;
    long rest = Chunk.size(memory, p) - nb;
    if (rest > MIN_BYTES) {
      Chunk.setHead(memory, p + nb, rest | P | av.flag);
      Chunk.setHeadSize(memory, p, nb);
      InnerFree.free(av, tcache, p + nb, true);
    }
  }
}
