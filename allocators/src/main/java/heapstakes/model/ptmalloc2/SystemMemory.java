package heapstakes.model.ptmalloc2;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignUp;
import static heapstakes.model.ptmalloc2.Chunk.MIN_BYTES;
import static heapstakes.model.ptmalloc2.Chunk.P;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import java.util.ArrayList;
import java.util.List;

/** Memory from and to the kernel: glibc's {@code sysmalloc}, {@code systrim} and mapped chunks. */
final class SystemMemory {
  private static final long NONE = -Errno.ENOMEM;

  private final AddressSpace space;
  private final Memory memory;
  private final Parameters parameters;
  private final Heaps heaps;
  private final MappingRules rules;
  private final HugeAdvice huge;
  private final long firstBreak;
  private boolean askedForBreak;

  /** Start and end of each closed stretch of the main arena, then the start of the open one. */
  private final List<Long> stretches = new ArrayList<>();

  SystemMemory(AddressSpace space, Parameters parameters) {
    this.space = space;
    this.memory = space.memory();
    this.parameters = parameters;
    this.heaps = new Heaps(space, parameters);
    this.rules = parameters.settings().version().mapping();
    this.huge = new HugeAdvice(space, parameters.settings());
    this.firstBreak = space.programBreak();
  }

  /** The same in a forked child. */
  SystemMemory(SystemMemory parent, AddressSpace child, Parameters parameters) {
    this.space = child;
    this.memory = child.memory();
    this.parameters = parameters;
    this.heaps = new Heaps(parent.heaps, child, parameters);
    this.rules = parent.rules;
    this.huge = new HugeAdvice(child, parameters.settings());
    this.firstBreak = parent.firstBreak;
    this.askedForBreak = parent.askedForBreak;
    this.stretches.addAll(parent.stretches);
  }

  Memory memory() {
    return memory;
  }

  Parameters parameters() {
    return parameters;
  }

  Heaps heaps() {
    return heaps;
  }

  List<Long> stretches() {
    return stretches;
  }

  /**
   * Step 10: {@code nb} bytes that the arena does not have.
   *
   * @return the chunk, or 0
   */
  long sysmalloc(MallocState av, TcachePerThread tcache, long nb) {
    boolean mapping = wantsMapping(nb);
    if (mapping) {
      long p = mapChunk(nb);
      if (p != 0) {
        return p;
      }
    }
    if (av.isMain()) {
      growBreak(av, tcache, nb);
    } else if (!heaps.grow(av, tcache, nb) && !mapping) {
      long p = mapChunk(nb);
      if (p != 0) {
        return p;
      }
    }
    long size = av.topSize();
    return Long.compareUnsigned(size, nb + MIN_BYTES) >= 0 ? av.cutTop(nb, size) : 0;
  }

  private boolean wantsMapping(long nb) {
    return Long.compareUnsigned(nb, parameters.mmapThreshold()) >= 0
        && parameters.mappings.get() < parameters.settings().mmapMax();
  }

  /** A chunk that is a mapping of its own; 0 when the kernel refuses. */
  long mapChunk(long nb) {
    long size = rules.bytesFor(nb);
    long p = space.mmap(0, size, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS);
    if (Errno.isError(p)) {
      return 0;
    }
    huge.ask(p, size);
    Chunk.setPrevSize(memory, p, 0);
    Chunk.setHead(memory, p, (size - rules.uncounted()) | Chunk.M);
    parameters.mappings.incrementAndGet();
    parameters.mappedBytes.addAndGet(size);
    return p;
  }

  /** Frees a chunk that is a mapping of its own: munmap_chunk. */
  void unmapChunk(long p) {
    long shift = Chunk.prevSize(memory, p);
    long total = mappedBytes(p);
    requireMapping(p, shift, total, "munmap_chunk(): invalid pointer");
    parameters.mappings.decrementAndGet();
    parameters.mappedBytes.addAndGet(-total);
    space.munmap(p - shift, total);
  }

  /**
   * Resizes a chunk that is a mapping of its own: mremap_chunk.
   *
   * @return the chunk, perhaps moved, or 0 when the kernel refuses
   */
  long remapChunk(long p, long nb) {
    long shift = Chunk.prevSize(memory, p);
    long total = mappedBytes(p);
    requireMapping(p, shift, total, "mremap_chunk(): invalid pointer");
    long newTotal = rules.bytesFor(nb + shift);
    if (total == newTotal) {
      return p;
    }
    long base = space.mremap(p - shift, total, newTotal, MapFlags.MREMAP_MAYMOVE, 0);
    if (Errno.isError(base)) {
      return 0;
    }
    long counted = newTotal - rules.uncounted();
    Chunk.setHead(memory, base + shift, (counted - shift) | Chunk.M);
    // The old size is taken without what its size word leaves out: a slip of glibc 2.43's.
    parameters.mappedBytes.addAndGet(newTotal - (total - rules.uncounted()));
    return base + shift;
  }

  /** Of the whole mapping that is chunk {@code p}. */
  private long mappedBytes(long p) {
    return Chunk.prevSize(memory, p) + Chunk.size(memory, p) + rules.uncounted();
  }

  private static void requireMapping(long p, long shift, long total, String message) {
    long inPage = Chunk.chunk2mem(p) & (PAGE_BYTES - 1);
    if ((((p - shift) | total) & (PAGE_BYTES - 1)) != 0 || (inPage & (inPage - 1)) != 0) {
      throw new HeapCorruptedException(message);
    }
  }

  /** Where the library takes the break to be, which it does not know before it has asked. */
  private long knownBreak() {
    long at = space.programBreak();
    return askedForBreak || at != firstBreak ? at : 0;
  }

  private void growBreak(MallocState av, TcachePerThread tcache, long nb) {
    long oldSize = av.topSize();
    long oldEnd = av.top + oldSize;
    if (av.top != 0 && (oldEnd & (PAGE_BYTES - 1)) != 0) {
      throw new HeapCorruptedException(
          "Fatal glibc error: malloc assertion failure in sysmalloc: (old_top == initial_top (av)"
              + " && old_size == 0) || ((unsigned long) (old_size) >= MINSIZE && prev_inuse"
              + " (old_top) && ((unsigned long) old_end & (pagesize - 1)) == 0)");
    }
    long need = nb + parameters.settings().topPadBytes() + MIN_BYTES;
    long size = huge.growth(knownBreak(), av.contiguous ? need - oldSize : need);
    askedForBreak = true;
    long start = size > 0 ? space.sbrk(size) : NONE;
    if (!Errno.isError(start)) {
      huge.ask(start, size);
      extend(av, tcache, start, size, NONE);
      return;
    }
    size = rules.substituteFor(need, size, av.contiguous ? oldSize : -1);
    if (Long.compareUnsigned(size, nb) > 0) {
      start = space.mmap(0, size, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS);
      if (!Errno.isError(start)) {
        av.contiguous = false;
        huge.ask(start, size);
        extend(av, tcache, start, size, start + size);
      }
    }
  }

  /**
   * Takes {@code size} new bytes at {@code start} into the main arena.
   *
   * @param mappedEnd end of the mapping they are, or {@link #NONE} when they are from sbrk
   */
  private void extend(
      MallocState av, TcachePerThread tcache, long start, long size, long mappedEnd) {
    long oldSize = av.topSize();
    long oldEnd = av.top + oldSize;
    av.systemBytes += size;
    if (av.top != 0 && start == oldEnd && mappedEnd == NONE) {
      av.setTop(av.top, oldSize + size);
    } else if (av.contiguous) {
      if (av.top != 0 && start < oldEnd) {
        throw new HeapCorruptedException("break adjusted to free malloc space");
      }
      extendContiguous(av, tcache, start, size);
    } else {
      if ((Chunk.chunk2mem(start) & (Chunk.ALIGNMENT - 1)) != 0) {
        throw new HeapCorruptedException(
            "Fatal glibc error: malloc assertion failure in sysmalloc: ((unsigned long) chunk2mem"
                + " (brk) & MALLOC_ALIGN_MASK) == 0");
      }
      long end = mappedEnd == NONE ? space.programBreak() : mappedEnd;
      startStretch(av, tcache, start, end - start);
    }
  }

  /** The first bytes of all, or someone else moved the break since: align both ends anew. */
  private void extendContiguous(MallocState av, TcachePerThread tcache, long start, long size) {
    long oldSize = av.topSize();
    if (av.top != 0) {
      av.systemBytes += start - (av.top + oldSize); // the foreign bytes are counted
    }
    long aligned = alignUp(start, Chunk.ALIGNMENT);
    long correction = aligned - start + oldSize;
    long end = start + size + correction;
    correction += pageAlignUp(end) - end;
    long second = correction == 0 ? space.programBreak() : space.sbrk(correction);
    if (Errno.isError(second)) {
      correction = 0;
      second = space.programBreak();
    } else {
      huge.ask(second, correction);
    }
    av.systemBytes += correction;
    startStretch(av, tcache, aligned, second - aligned + correction);
  }

  /** A top that does not adjoin the old one, which ends in two fenceposts and is freed. */
  private void startStretch(MallocState av, TcachePerThread tcache, long start, long size) {
    long oldTop = av.top;
    long oldSize = av.topSize();
    av.setTop(start, size);
    if (oldTop != 0) {
      long rest = (oldSize - MIN_BYTES) & -Chunk.ALIGNMENT;
      Chunk.setHead(memory, oldTop, rest | P);
      Chunk.setHead(memory, oldTop + rest, Chunk.HEADER_BYTES | P);
      Chunk.setHead(memory, oldTop + rest + Chunk.HEADER_BYTES, Chunk.HEADER_BYTES | P);
      stretches.add(oldTop + rest);
      stretches.add(start);
      if (rest >= MIN_BYTES) {
        InnerFree.freeInternally(av, tcache, oldTop, true);
      }
    } else {
      stretches.add(start);
    }
  }

  /** After a free that left much: lowers the break, or shrinks the heap of a thread's arena. */
  void trimAfterFree(MallocState av) {
    long pad = parameters.settings().topPadBytes();
    if (!av.isMain()) {
      heaps.trim(av, pad);
    } else if (parameters.reachesTrimThreshold(av.topSize())) {
      systrim(av, pad);
    }
  }

  /**
   * Lowers the break but for {@code pad} bytes of top. A top of exactly 32 bytes wraps around and
   * raises it instead, as in glibc.
   *
   * @return whether the break moved
   */
  boolean systrim(MallocState av, long pad) {
    long topSize = av.topSize();
    long area = topSize - MIN_BYTES - 1;
    if (Long.compareUnsigned(area, pad) <= 0) {
      return false;
    }
    long extra = huge.whole(area - pad);
    long end = space.programBreak();
    askedForBreak |= extra != 0;
    if (extra == 0 || av.top == 0 || end != av.top + topSize) {
      return false;
    }
    space.sbrk(-extra);
    long released = end - space.programBreak();
    if (released == 0) {
      return false;
    }
    av.systemBytes -= released;
    av.setTop(av.top, topSize - released);
    return true;
  }

  /** Drops the pages now; they stay in the arena and read as zero. */
  void giveBackPages(long address, long length) {
    space.madvise(address, length, Advice.DONTNEED);
  }
}
