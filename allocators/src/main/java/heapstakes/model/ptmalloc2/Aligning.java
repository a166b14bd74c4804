package heapstakes.model.ptmalloc2;

import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.model.ptmalloc2.Chunk.MIN_BYTES;
import static heapstakes.model.ptmalloc2.Chunk.P;

import heapstakes.memory.Memory;
import heapstakes.model.ptmalloc2.AlignRules.Rest;
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
      @Nullable MallocState av,
      TcachePerThread tcache,
      SystemMemory system,
      long p,
      long alignment,
      long nb) {
    Memory memory = system.memory();
    GlibcVersion version = system.parameters().settings().version();
    boolean mapped = (Chunk.head(memory, p) & Chunk.M) != 0;
    if (mapped || av == null) {
      long place = placeIn(p, alignment, version.mapping().minLead());
      return place == p ? Chunk.chunk2mem(p) : shift(memory, p, place);
    }
    long place = placeIn(p, alignment, MIN_BYTES);
    if (place != p) {
      cutLead(av, tcache, p, place, version.aligning().lead());
    }
    cutTail(av, tcache, place, nb, version.aligning().tail());
    return Chunk.chunk2mem(place);
  }

  /**
   * The first chunk address from {@code p} on whose user address is aligned, with {@code minLead}
   * bytes before it or none.
   */
  private static long placeIn(long p, long alignment, long minLead) {
    long place = alignUp(Chunk.chunk2mem(p), alignment) - Chunk.HEADER_BYTES;
    return place != p && place - p < minLead ? place + alignment : place;
  }

  private static long shift(Memory memory, long p, long place) {
    long lead = place - p;
    long size = Chunk.size(memory, p);
    Chunk.setPrevSize(memory, place, Chunk.prevSize(memory, p) + lead);
    Chunk.setHead(memory, place, (size - lead) | Chunk.M);
    return Chunk.chunk2mem(place);
  }

  private static void cutLead(
      MallocState av, TcachePerThread tcache, long p, long place, Rest rest) {
    Memory memory = av.memory;
    long lead = place - p;
    long size = Chunk.size(memory, p) - lead;
    Chunk.setHead(memory, place, size | P | av.flag);
    Chunk.setPrevInUse(memory, place + size);
    Chunk.setHeadSize(memory, p, lead);
    if (rest == Rest.FREED) {
      InnerFree.freeInternally(av, tcache, p, true);
    } else {
      InnerFree.merge(av, p, lead);
    }
  }

  private static void cutTail(MallocState av, TcachePerThread tcache, long p, long nb, Rest rest) {
    Memory memory = av.memory;
    long size = Chunk.size(memory, p);
    long tail = size - nb;
    if (rest == Rest.FREED && tail > MIN_BYTES) {
      Chunk.setHead(memory, p + nb, tail | P | av.flag);
      Chunk.setHeadSize(memory, p, nb);
      InnerFree.freeInternally(av, tcache, p + nb, true);
    } else if (rest != Rest.FREED && tail > 0) {
      boolean joins = rest == Rest.JOINED && isFree(av, p + size);
      if (joins || tail >= MIN_BYTES) {
        Chunk.setHeadSize(memory, p, nb);
        InnerFree.mergeForward(av, p + nb, tail);
      }
    }
  }

  private static boolean isFree(MallocState av, long p) {
    return p == av.top || !Chunk.prevInUse(av.memory, p + Chunk.size(av.memory, p));
  }
}
