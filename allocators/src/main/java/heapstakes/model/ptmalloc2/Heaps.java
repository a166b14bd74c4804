package heapstakes.model.ptmalloc2;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignDown;
import static heapstakes.memory.Addresses.pageAlignUp;
import static heapstakes.model.ptmalloc2.Chunk.ALIGNMENT;
import static heapstakes.model.ptmalloc2.Chunk.HEADER_BYTES;
import static heapstakes.model.ptmalloc2.Chunk.MIN_BYTES;
import static heapstakes.model.ptmalloc2.Chunk.P;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import java.util.HashMap;
import java.util.Map;

/**
 * Memory of threads' arenas: heaps of up to 64 MiB, aligned to that, so that a chunk's address
 * tells its heap. Each opens with glibc's {@code struct heap_info}; the first of an arena holds the
 * arena's structure after it.
 *
 * <pre>
 *  heap → | ar_ptr | prev | size | mprotect_size | pagesize | – |  the last two since glibc 2.35
 *         | struct malloc_state (first heap only)               |
 *         | chunks … top                        | not accessible …  to 64 MiB
 * </pre>
 *
 * ar_ptr holds the arena's ordinal here.
 */
final class Heaps {
  /** HEAP_MAX_SIZE. */
  static final long MAX_BYTES = 64L << 20;

  /** HEAP_MIN_SIZE. */
  private static final long MIN_HEAP_BYTES = 32768;

  // Offsets in bytes in heap_info, arena.c.
  private static final long PREV = 8;
  private static final long SIZE = 16;
  private static final long MPROTECT_SIZE = 24;
  private static final long PAGESIZE = 32;

  private static final int RESERVE = MapFlags.PRIVATE_ANONYMOUS | MapFlags.NORESERVE;

  /** Where the chunks of an arena's first heap begin, and those of any other heap. */
  final long firstChunk;

  final long infoBytes;

  private final AddressSpace space;
  private final Memory memory;
  private final Parameters parameters;
  private final ArenaRules rules;
  private final HugeAdvice huge;
  private final Map<Long, Integer> ordinals = new HashMap<>(); // by address, of those that exist
  private int created;
  private long alignedArea; // where the next one may fit without a second try; 0: unknown

  Heaps(AddressSpace space, Parameters parameters) {
    this.space = space;
    this.memory = space.memory();
    this.parameters = parameters;
    this.rules = parameters.settings().version().arenas();
    this.huge = new HugeAdvice(space, parameters.settings());
    this.firstChunk = rules.firstChunk();
    this.infoBytes = rules.heapInfoBytes();
  }

  /** The same in a forked child. */
  Heaps(Heaps parent, AddressSpace child, Parameters parameters) {
    this(child, parameters);
    ordinals.putAll(parent.ordinals);
    created = parent.created;
    alignedArea = parent.alignedArea;
  }

  /** The heap that holds {@code address}, if it lies in one at all. */
  static long heapOf(long address) {
    return address & -MAX_BYTES;
  }

  int arenaOrdinal(long heap) {
    return (int) memory.getLong(heap);
  }

  long prev(long heap) {
    return memory.getLong(heap + PREV);
  }

  long size(long heap) {
    return memory.getLong(heap + SIZE);
  }

  long mprotectSize(long heap) {
    return memory.getLong(heap + MPROTECT_SIZE);
  }

  private void setSize(long heap, long size) {
    memory.putLong(heap + SIZE, size);
  }

  /** The chunk of size 0 that ends a heap which is not its arena's last. */
  long fencepost(long heap) {
    return (heap + size(heap) - HEADER_BYTES) & -ALIGNMENT;
  }

  /** Place of {@code heap} in the order of creation, from 1; 0 when there is none there. */
  synchronized int ordinalOf(long heap) {
    return ordinals.getOrDefault(heap, 0);
  }

  synchronized int count() {
    return ordinals.size();
  }

  /**
   * The first heap of a new arena, with room for {@code hint} bytes if there can be.
   *
   * @return the heap, or 0
   */
  long createFirst(int arena, long hint) {
    long fixed = infoBytes + rules.stateBytes() + ALIGNMENT;
    long heap = create(fixed + hint);
    if (heap == 0) {
      heap = create(fixed);
    }
    if (heap != 0) {
      memory.putLong(heap, arena);
    }
    return heap;
  }

  /**
   * Behind a fork, parent and child write to the lock of every arena ({@code
   * __malloc_fork_unlock_parent} and {@code _child}, arena.c), so that the pages of those that lie
   * in a heap are not shared any more.
   */
  synchronized void unlockAfterFork() {
    for (long heap : ordinals.keySet()) {
      if (prev(heap) == 0) {
        memory.putLong(heap, memory.getLong(heap)); // the page of the lock, and no other byte
      }
    }
  }

  /** new_heap. */
  private synchronized long create(long bytes) {
    long size = initialSize(bytes);
    long heap = size == 0 ? 0 : reserve();
    if (heap == 0) {
      return 0;
    }
    if (space.mprotect(heap, size, Protection.READ_WRITE) != 0) {
      space.munmap(heap, MAX_BYTES);
      return 0;
    }
    huge.ask(heap, size);
    memory.putLong(heap + PREV, 0);
    setSize(heap, size);
    memory.putLong(heap + MPROTECT_SIZE, size);
    if (PAGESIZE < infoBytes) {
      memory.putLong(heap + PAGESIZE, PAGE_BYTES);
    }
    ordinals.put(heap, ++created);
    return heap;
  }

  private long initialSize(long bytes) {
    long padded = bytes + parameters.settings().topPadBytes();
    if (Long.compareUnsigned(padded, MIN_HEAP_BYTES) < 0) {
      return MIN_HEAP_BYTES;
    }
    if (Long.compareUnsigned(padded, MAX_BYTES) <= 0) {
      return pageAlignUp(padded);
    }
    return Long.compareUnsigned(bytes, MAX_BYTES) > 0 ? 0 : MAX_BYTES;
  }

  /** Address space for a heap, aligned; 0 when there is none. */
  private long reserve() {
    if (alignedArea != 0) {
      long heap = space.mmap(alignedArea, MAX_BYTES, Protection.NONE, RESERVE);
      alignedArea = 0;
      if (isAligned(heap)) {
        return heap;
      }
    }
    long start = space.mmap(0, 2 * MAX_BYTES, Protection.NONE, RESERVE);
    if (Errno.isError(start)) {
      long heap = space.mmap(0, MAX_BYTES, Protection.NONE, RESERVE);
      return isAligned(heap) ? heap : 0;
    }
    long heap = alignUp(start, MAX_BYTES);
    if (heap != start) {
      space.munmap(start, heap - start);
    } else {
      alignedArea = heap + MAX_BYTES;
    }
    space.munmap(heap + MAX_BYTES, MAX_BYTES - (heap - start));
    return heap;
  }

  /** Whether mmap gave an aligned heap; a misaligned one is unmapped. */
  private boolean isAligned(long heap) {
    if (Errno.isError(heap)) {
      return false;
    }
    if (heap != heapOf(heap)) {
      space.munmap(heap, MAX_BYTES);
      return false;
    }
    return true;
  }

  /**
   * Makes top of a thread's arena large enough for {@code nb} bytes: in its heap, or in a new one.
   */
  boolean grow(MallocState av, TcachePerThread tcache, long nb) {
    long heap = heapOf(av.top);
    long oldSize = av.topSize();
    long lacking = nb + MIN_BYTES - oldSize;
    if (lacking > 0 && growInPlace(heap, pageAlignUp(lacking))) {
      long grown = pageAlignUp(lacking);
      av.systemBytes += grown;
      av.setTop(av.top, oldSize + grown);
      return true;
    }
    long fresh = create(nb + MIN_BYTES + infoBytes);
    if (fresh == 0) {
      return false;
    }
    memory.putLong(fresh, av.ordinal);
    memory.putLong(fresh + PREV, heap);
    long oldTop = av.top;
    av.systemBytes += size(fresh);
    av.setTop(fresh + infoBytes, size(fresh) - infoBytes);
    leave(av, tcache, oldTop, oldSize);
    return true;
  }

  private boolean growInPlace(long heap, long growth) {
    long newSize = size(heap) + growth;
    if (Long.compareUnsigned(newSize, MAX_BYTES) > 0) {
      return false;
    }
    long accessible = mprotectSize(heap);
    if (newSize > accessible) {
      if (space.mprotect(heap + accessible, newSize - accessible, Protection.READ_WRITE) != 0) {
        return false;
      }
      memory.putLong(heap + MPROTECT_SIZE, newSize);
    }
    setSize(heap, newSize);
    return true;
  }

  /** Closes the old heap with fenceposts and frees what was its top. */
  private void leave(MallocState av, TcachePerThread tcache, long oldTop, long oldSize) {
    long rest = (oldSize - MIN_BYTES) & -ALIGNMENT;
    Chunk.setHead(memory, oldTop + rest + HEADER_BYTES, P);
    if (rest >= MIN_BYTES) {
      Chunk.setHead(memory, oldTop + rest, HEADER_BYTES | P);
      Chunk.setFoot(memory, oldTop + rest, HEADER_BYTES);
      Chunk.setHead(memory, oldTop, rest | P | Chunk.A);
      InnerFree.freeInternally(av, tcache, oldTop, true);
    } else {
      Chunk.setHead(memory, oldTop, (rest + HEADER_BYTES) | P);
      Chunk.setFoot(memory, oldTop, rest + HEADER_BYTES);
    }
  }

  /** heap_trim: unmaps heaps that are all top, then shrinks the last one. */
  void trim(MallocState av, long pad) {
    long heap = heapOf(av.top);
    while (av.top == heap + infoBytes) {
      long prev = prev(heap);
      if (!retreat(av, heap, prev, pad)) {
        break;
      }
      heap = prev;
    }
    long size = av.topSize();
    long area = size - MIN_BYTES - 1;
    if (!parameters.reachesTrimThreshold(size) || area < 0 || area <= pad) {
      return;
    }
    long extra = pageAlignDown(area - pad);
    if (extra != 0 && shrink(heap, extra)) {
      av.systemBytes -= extra;
      av.setTop(av.top, size - extra);
    }
  }

  /** Unmaps {@code heap}, which is all top, unless what would be top in {@code prev} is small. */
  private boolean retreat(MallocState av, long heap, long prev, long pad) {
    long last = fencepost(prev);
    long misalign = prev + size(prev) - HEADER_BYTES - last;
    long p = last - Chunk.prevSize(memory, last);
    long newTop = Chunk.size(memory, p) + HEADER_BYTES + misalign;
    boolean isBeforeFree = !Chunk.prevInUse(memory, p);
    if (isBeforeFree) {
      newTop += Chunk.prevSize(memory, p);
    }
    if (Long.compareUnsigned(newTop + (MAX_BYTES - size(prev)), pad + MIN_BYTES + PAGE_BYTES) < 0) {
      return false;
    }
    av.systemBytes -= size(heap);
    delete(heap);
    if (isBeforeFree) {
      p -= Chunk.prevSize(memory, p);
      av.bins.unlink(p);
    }
    av.setTop(p, newTop);
    return true;
  }

  private synchronized void delete(long heap) {
    if (heap + MAX_BYTES == alignedArea) {
      alignedArea = 0;
    }
    ordinals.remove(heap);
    space.munmap(heap, MAX_BYTES);
  }

  private boolean shrink(long heap, long bytes) {
    long newSize = size(heap) - bytes;
    if (newSize < infoBytes) {
      return false;
    }
    space.madvise(heap + newSize, bytes, Advice.DONTNEED);
    setSize(heap, newSize);
    return true;
  }
}
