package heapstakes.model.ptmalloc2;

import heapstakes.memory.Memory;
import org.jspecify.annotations.Nullable;

/**
 * What calloc knows before it takes a block: bytes beyond the top that there was are fresh from the
 * kernel and need no clearing.
 *
 * @param top the arena's top; 0: none
 * @param dirtyBytes from there on, how many bytes may have been used
 */
record FreshMemory(long top, long dirtyBytes) {
  static FreshMemory before(Heaps heaps, @Nullable MallocState av) {
    if (av == null) {
      return new FreshMemory(0, 0);
    }
    long size = av.topSize();
    if (av.isMain()) {
      return new FreshMemory(av.top, size);
    }
    // A heap that was shrunk keeps its pages accessible; they may be grown into again.
    long heap = Heaps.heapOf(av.top);
    return new FreshMemory(av.top, Math.max(size, heap + heaps.mprotectSize(heap) - av.top));
  }

  /**
   * Clears what may have been used of a block.
   *
   * @return {@code mem}
   */
  long clear(Memory memory, long mem, long bytes, boolean perturbed) {
    long p = Chunk.mem2chunk(mem);
    long head = Chunk.head(memory, p);
    long size = Chunk.sizeOf(head);
    if ((head & Chunk.M) != 0) {
      if (perturbed) {
        memory.fill(mem, bytes, (byte) 0);
      }
      return mem;
    }
    if (!perturbed && p == top && size > dirtyBytes) {
      size = dirtyBytes;
    }
    memory.fill(mem, size - Chunk.WORD_BYTES, (byte) 0);
    return mem;
  }
}
