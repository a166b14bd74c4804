package heapstakes.model.chorus;

import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignUp;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.SingleHeap;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import java.util.SequencedMap;

/** Regions of chunks; what is freed is joined, and what is empty returned, by the next call. */
final class ChorusHeap extends SingleHeap {
  private static final long HEADER_BYTES = 16;
  private static final long MIN_CHUNK = 32; // size, two links, and the size again at the end
  private static final long LINK = 8; // of a chunk that waits

  // Beside the size in the first word.
  private static final long USED = 1;
  private static final long BELOW_FREE = 2;
  private static final long WAITING = 4;
  private static final long FIRST = 8; // of its region
  private static final long FLAGS = 15;

  // A region: links, its bytes, then chunks; at the end the header of a used chunk without bytes.
  private static final long REGION_BYTES = 32;
  private static final long NEXT_REGION = 0;
  private static final long PREVIOUS_REGION = 8;
  private static final long LENGTH = 16;

  private final long leastRegion;
  private final boolean deferred;
  private final SizeLists free;
  private long regions; // the newest
  private long regionCount;
  private long waiting; // the last that was freed

  ChorusHeap(AddressSpace space, long leastRegion, boolean deferred) {
    super(space);
    this.leastRegion = pageAlignUp(leastRegion);
    this.deferred = deferred;
    this.free = new SizeLists(memory);
  }

  private ChorusHeap(ChorusHeap parent, AddressSpace child) {
    super(parent, child);
    this.leastRegion = parent.leastRegion;
    this.deferred = parent.deferred;
    this.free = new SizeLists(parent.free, memory);
    this.regions = parent.regions;
    this.regionCount = parent.regionCount;
    this.waiting = parent.waiting;
  }

  static long size(long word) {
    return word & ~FLAGS;
  }

  @Override
  public long malloc(long size) {
    releaseWaiting();
    if (size < 0 || size > LARGEST_REQUEST) {
      return 0;
    }
    long bytes = chunkBytes(size);
    long chunk = free.best(bytes);
    return chunk != 0 ? take(chunk, bytes) : mallocSlow(bytes);
  }

  private static long chunkBytes(long size) {
    return Math.max(MIN_CHUNK, alignUp(size + HEADER_BYTES, ALIGNMENT));
  }

  private long mallocSlow(long bytes) {
    long length = Math.max(leastRegion, pageAlignUp(bytes + REGION_BYTES + HEADER_BYTES));
    long region = space.mmap(0, length, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS);
    if (Errno.isError(region)) {
      return 0;
    }
    memory.putLong(region + LENGTH, length);
    linkRegions(region, regions);
    linkRegions(0, region);
    regionCount++;
    long chunk = region + REGION_BYTES;
    memory.putLong(region + length - HEADER_BYTES, USED);
    makeFree(chunk, length - REGION_BYTES - HEADER_BYTES, FIRST);
    return take(chunk, bytes);
  }

  private void linkRegions(long before, long after) {
    if (before == 0) {
      regions = after;
    } else {
      memory.putLong(before + NEXT_REGION, after);
    }
    if (after != 0) {
      memory.putLong(after + PREVIOUS_REGION, before);
    }
  }

  private void makeFree(long chunk, long bytes, long first) {
    memory.putLong(chunk, bytes | first);
    memory.putLong(chunk + bytes - 8, bytes);
    memory.putLong(chunk + bytes, memory.getLong(chunk + bytes) | BELOW_FREE);
    free.insert(chunk, bytes);
  }

  /** Cuts a used chunk from the low end of a free one. */
  private long take(long chunk, long bytes) {
    long word = memory.getLong(chunk);
    long size = size(word);
    free.remove(chunk, size);
    if (size - bytes >= MIN_CHUNK) {
      makeFree(chunk + bytes, size - bytes, 0);
      size = bytes;
    } else {
      memory.putLong(chunk + size, memory.getLong(chunk + size) & ~BELOW_FREE);
    }
    memory.putLong(chunk, size | USED | word & FIRST);
    return handOut(chunk + HEADER_BYTES, size - HEADER_BYTES);
  }

  /** The bytes of the block stay as they are: only its header says that it waits. */
  @Override
  public void free(long address) {
    if (address == 0) {
      return;
    }
    takeBack(usableSize(address));
    long chunk = address - HEADER_BYTES;
    memory.putLong(chunk, memory.getLong(chunk) | WAITING);
    memory.putLong(chunk + LINK, waiting);
    waiting = chunk;
    if (!deferred) {
      releaseWaiting();
    }
  }

  private void releaseWaiting() {
    long chunk = waiting;
    waiting = 0;
    while (chunk != 0) {
      long next = memory.getLong(chunk + LINK);
      release(chunk);
      chunk = next;
    }
  }

  /** Joins a chunk with its neighbours and returns its region when all of that is free. */
  private void release(long chunk) {
    long start = chunk;
    long word = memory.getLong(chunk);
    long stop = chunk + size(word);
    if ((word & BELOW_FREE) != 0) {
      long below = memory.getLong(chunk - 8);
      start -= below;
      word = memory.getLong(start);
      free.remove(start, below);
    }
    long above = memory.getLong(stop);
    if ((above & USED) == 0) {
      free.remove(stop, size(above));
      stop += size(above);
      above = memory.getLong(stop);
    }
    if ((word & FIRST) == 0 || size(above) != 0 || !unmapRegion(start - REGION_BYTES)) {
      makeFree(start, stop - start, word & FIRST);
    }
  }

  private boolean unmapRegion(long region) {
    long next = memory.getLong(region + NEXT_REGION);
    long previous = memory.getLong(region + PREVIOUS_REGION);
    if (Errno.isError(space.munmap(region, memory.getLong(region + LENGTH)))) {
      return false;
    }
    linkRegions(previous, next);
    regionCount--;
    return true;
  }

  @Override
  public void trim(long pad) {
    releaseWaiting();
  }

  @Override
  protected boolean resizedInPlace(long address, long size) {
    releaseWaiting();
    return super.resizedInPlace(address, size);
  }

  @Override
  public long memalign(long alignment, long size) {
    if (alignment <= ALIGNMENT || size < 0 || size > LARGEST_REQUEST) {
      return malloc(size);
    }
    long address = alignment > LARGEST_REQUEST ? 0 : malloc(size + alignment + MIN_CHUNK);
    long aligned = alignUp(address, alignment);
    if (aligned == address) {
      return address;
    }
    aligned += aligned - address < MIN_CHUNK ? alignment : 0;
    long chunk = address - HEADER_BYTES;
    long word = memory.getLong(chunk);
    long front = aligned - address;
    memory.putLong(aligned - HEADER_BYTES, size(word) - front | USED);
    memory.putLong(chunk, front | word & FLAGS);
    allocatedBytes -= front;
    release(chunk);
    return aligned;
  }

  @Override
  public long usableSize(long address) {
    return size(memory.getLong(address - HEADER_BYTES)) - HEADER_BYTES;
  }

  @Override
  public long metadataBytes() {
    return liveBlocks * HEADER_BYTES + regionCount * (REGION_BYTES + HEADER_BYTES);
  }

  @Override
  public SequencedMap<String, Long> counters() {
    SequencedMap<String, Long> counters = super.counters();
    counters.put("regions", regionCount);
    return counters;
  }

  @Override
  public void audit() {
    long freeChunks = 0;
    long blocks = 0;
    long usable = 0;
    long seen = 0;
    long waits = 0;
    for (long at = regions; at != 0; at = memory.getLong(at + NEXT_REGION)) {
      require(++seen <= regionCount, "region 0x%x is beyond the last of %d", at, regionCount);
      long end = at + memory.getLong(at + LENGTH) - HEADER_BYTES;
      long below = 0; // bytes of the free chunk below
      for (long chunk = at + REGION_BYTES; chunk != end; chunk += size(memory.getLong(chunk))) {
        long word = memory.getLong(chunk);
        auditChunk(chunk, end, below);
        boolean live = (word & (USED | WAITING)) == USED;
        blocks += live ? 1 : 0;
        usable += live ? size(word) - HEADER_BYTES : 0;
        waits += (word & WAITING) != 0 ? 1 : 0;
        below = (word & USED) == 0 ? size(word) : 0;
        freeChunks += below != 0 ? 1 : 0;
      }
      boolean told = (memory.getLong(end) & BELOW_FREE) != 0;
      require(told == (below != 0), "the end 0x%x is wrong about %d free bytes below", end, below);
    }
    require(seen == regionCount, "%d regions found, counted %d", seen, regionCount);
    requireCounted(blocks, usable);
    long listed = free.count(freeChunks);
    require(listed == freeChunks, "%d free chunks listed, of %d", listed, freeChunks);
    for (long chunk = waiting; chunk != 0; chunk = memory.getLong(chunk + LINK)) {
      require(waits-- > 0, "chunk 0x%x waits, marked are %d fewer", chunk, -waits);
    }
    require(waits == 0, "%d chunks wait that are not linked to 0x%x", waits, waiting);
  }

  private void auditChunk(long chunk, long end, long below) {
    long word = memory.getLong(chunk);
    long bytes = size(word);
    require(bytes >= MIN_CHUNK && bytes <= end - chunk, "chunk 0x%x has %d bytes", chunk, bytes);
    boolean told = (word & BELOW_FREE) != 0;
    require(told == (below != 0), "chunk 0x%x is wrong about %d free bytes below", chunk, below);
    boolean isFree = (word & USED) == 0;
    require(!isFree || below == 0, "chunk 0x%x and %d bytes below are free", chunk, below);
    long again = isFree ? memory.getLong(chunk + bytes - 8) : bytes;
    require(again == bytes, "free chunk 0x%x ends with %d", chunk, again);
  }

  @Override
  public Allocator fork(AddressSpace child, ThreadAllocator forking) {
    return new ChorusHeap(this, child);
  }
}
