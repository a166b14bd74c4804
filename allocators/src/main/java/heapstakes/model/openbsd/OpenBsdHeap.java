package heapstakes.model.openbsd;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.alignUp;
import static heapstakes.memory.Addresses.pageAlignUp;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.SingleHeap;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import heapstakes.os.Protection;
import java.util.Arrays;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Chunks up to half a page, above them regions of whole pages, in pools. */
final class OpenBsdHeap extends SingleHeap {
  private final SystemPages system;
  private final SizeBuckets buckets;
  private final Junk junk;
  private final long guardBytes;
  private final Pool[] pools; // without the first, which conceals
  private Pool pool; // of the thread that calls
  private int threads;
  private @Nullable Pool forked; // of a child until its thread, which forked, is attached

  // Of the region that was looked up last.
  private Pool owner;
  private long entry;

  OpenBsdHeap(AddressSpace space, MallocOptions options) {
    super(space);
    this.system = new SystemPages(space);
    this.buckets = new SizeBuckets(options.cache() == 0);
    this.junk = new Junk(memory, options.junk());
    this.guardBytes = options.guardBytes();
    this.pools = new Pool[options.pools() - 1];
    for (int i = 0; i < pools.length; i++) {
      pools[i] = new Pool(system, memory, buckets, options, i);
    }
    this.pool = pools[0];
    this.owner = pool;
  }

  private OpenBsdHeap(OpenBsdHeap parent, AddressSpace child, Pool forking) {
    super(parent, child);
    this.system = new SystemPages(child, parent.system);
    this.buckets = parent.buckets;
    this.junk = new Junk(memory, parent.junk);
    this.guardBytes = parent.guardBytes;
    this.pools = new Pool[parent.pools.length];
    Arrays.setAll(pools, i -> new Pool(system, memory, parent.pools[i]));
    this.threads = parent.threads;
    this.pool = pools[Arrays.asList(parent.pools).indexOf(forking)];
    this.owner = pool;
    this.forked = pool;
  }

  @Override
  public Allocator fork(AddressSpace child, ThreadAllocator forking) {
    return new OpenBsdHeap(this, child, ((OpenBsdThread) forking).pool);
  }

  @Override
  public ThreadAllocator attach() {
    Pool own = forked == null ? pools[threads++ % pools.length] : forked;
    forked = null;
    return new OpenBsdThread(this, own);
  }

  /** A thread of that pool calls. */
  void enter(Pool callers) {
    pool = callers;
  }

  @Override
  public long malloc(long size) {
    if (size < 0 || size > LARGEST_REQUEST) {
      return 0;
    }
    return size <= SizeBuckets.MAX_CHUNK ? mallocChunk(size) : mallocRegion(size, false);
  }

  private long mallocChunk(long size) {
    int bucket = buckets.index(size);
    long chunk = pool.allocateChunk(bucket);
    if (chunk == 0) {
      return 0;
    }
    long usable = buckets.size(bucket);
    junk.allocated(chunk, usable);
    return handOut(chunk, usable);
  }

  private long mallocRegion(long size, boolean zeroed) {
    long bytes = pageAlignUp(size) + guardBytes;
    long start = pool.cache.map(bytes, zeroed);
    if (start == 0) {
      return 0;
    }
    if (!pool.regions.insert(start, -1, size)) {
      pool.cache.release(start, bytes);
      return 0;
    }
    system.protect(start + bytes - guardBytes, guardBytes, Protection.NONE);
    if (!zeroed) {
      junk.allocated(start, bytes - guardBytes);
    }
    return handOut(start + offset(size), usable(size));
  }

  /** Where a block of less than a page begins: as far up as 16 bytes allow. */
  private static long offset(long size) {
    return size < PAGE_BYTES ? (PAGE_BYTES - size) & -ALIGNMENT : 0;
  }

  private static long usable(long size) {
    return pageAlignUp(size) - offset(size);
  }

  @Override
  public long calloc(long count, long size) {
    long bytes = count * size;
    return Math.unsignedMultiplyHigh(count, size) == 0
            && bytes > SizeBuckets.MAX_CHUNK
            && bytes <= LARGEST_REQUEST
        ? mallocRegion(bytes, true)
        : super.calloc(count, size);
  }

  /** Finds the region of a block, in the pool of the thread first. */
  private void find(long address) {
    owner = pool;
    entry = pool.regions.find(address);
    for (int i = 0; entry == 0 && i < pools.length; i++) {
      owner = pools[i];
      entry = owner.regions.find(address);
    }
    if (entry == 0 || owner.regions.bucket(entry) < 0 && address != blockOf(owner, entry)) {
      throw corrupted("bogus pointer (double free?)", address);
    }
  }

  private static long blockOf(Pool pool, long region) {
    return pool.regions.page(region) + offset(pool.regions.word(region));
  }

  private static HeapCorruptedException corrupted(String message, long address) {
    return new HeapCorruptedException(String.format(Locale.ROOT, "%s 0x%x", message, address));
  }

  @Override
  public void free(long address) {
    if (address == 0) {
      return;
    }
    find(address);
    int bucket = owner.regions.bucket(entry);
    if (bucket < 0) {
      freeRegion();
      return;
    }
    if (!owner.chunks.isTaken(owner.regions.word(entry), bucket, address)) {
      throw corrupted("chunk is already free or modified chunk-pointer", address);
    }
    if (owner.isDelayed(address)) {
      throw corrupted("double free", address);
    }
    takeBack(buckets.size(bucket));
    owner.freeChunk(address, bucket);
  }

  private void freeRegion() {
    long start = owner.regions.page(entry);
    long size = owner.regions.word(entry);
    long bytes = pageAlignUp(size) + guardBytes;
    takeBack(usable(size));
    owner.regions.delete(entry);
    if (system.protect(start + bytes - guardBytes, guardBytes, Protection.READ_WRITE)) {
      owner.cache.release(start, bytes);
    } else {
      system.unmap(start, bytes); // with a page that nobody may touch it cannot serve again
    }
  }

  @Override
  protected boolean resizedInPlace(long address, long size) {
    find(address);
    int bucket = owner.regions.bucket(entry);
    if (bucket >= 0) {
      return size <= SizeBuckets.MAX_CHUNK && buckets.index(size) == bucket;
    }
    return size > SizeBuckets.MAX_CHUNK
        && size <= LARGEST_REQUEST
        && offset(size) == offset(owner.regions.word(entry))
        && resizedRegion(size);
  }

  private boolean resizedRegion(long size) {
    long had = pageAlignUp(owner.regions.word(entry));
    long wanted = pageAlignUp(size);
    long end = owner.regions.page(entry) + had;
    if (wanted > had && (guardBytes > 0 || !system.mapAt(end, wanted - had))) {
      return false;
    }
    if (wanted < had) {
      if (!system.protect(end, guardBytes, Protection.READ_WRITE)) {
        return false;
      }
      long newEnd = end - had + wanted;
      system.protect(newEnd, guardBytes, Protection.NONE);
      owner.cache.release(newEnd + guardBytes, had - wanted);
    }
    owner.regions.setWord(entry, size);
    allocatedBytes += wanted - had;
    return true;
  }

  @Override
  public long memalign(long alignment, long size) {
    if (alignment <= ALIGNMENT || size < 0 || size > LARGEST_REQUEST) {
      return malloc(size);
    }
    if (alignment > PAGE_BYTES) {
      return alignment > LARGEST_REQUEST ? 0 : mallocAligned(alignment, Math.max(size, PAGE_BYTES));
    }
    long least = Math.max(size, alignment);
    return malloc(least > PAGE_BYTES ? least : Long.highestOneBit(2 * least - 1));
  }

  private long mallocAligned(long alignment, long size) {
    long bytes = pageAlignUp(size) + guardBytes;
    long whole = bytes + alignment - PAGE_BYTES;
    long start = system.map(whole);
    if (start == 0) {
      return 0;
    }
    long aligned = alignUp(start, alignment);
    system.unmap(start, aligned - start);
    system.unmap(aligned + bytes, start + whole - aligned - bytes);
    if (!pool.regions.insert(aligned, -1, size)) {
      system.unmap(aligned, bytes);
      return 0;
    }
    system.protect(aligned + bytes - guardBytes, guardBytes, Protection.NONE);
    junk.allocated(aligned, bytes - guardBytes);
    return handOut(aligned, usable(size));
  }

  @Override
  public long usableSize(long address) {
    find(address);
    int bucket = owner.regions.bucket(entry);
    return bucket >= 0 ? buckets.size(bucket) : usable(owner.regions.word(entry));
  }

  @Override
  public long metadataBytes() {
    return system.metadataBytes();
  }

  @Override
  public SequencedMap<String, Long> counters() {
    SequencedMap<String, Long> counters = super.counters();
    long cached = 0;
    for (Pool each : pools) {
      cached += each.cache.heldBytes();
    }
    counters.put("cached", cached);
    counters.put("lost", system.lostBytes());
    return counters;
  }

  @Override
  public void audit() {
    long blocks = 0;
    long usable = 0;
    for (Pool each : pools) {
      RegionTable regions = each.regions;
      long seen = 0;
      for (long at = regions.first(); at != 0; at = regions.next(at), seen++) {
        long page = regions.page(at);
        int bucket = regions.bucket(at);
        require(regions.find(page) == at, "region 0x%x is not found at 0x%x", page, at);
        require(!each.cache.holds(page), "region 0x%x, of bucket %d, is cached too", page, bucket);
        if (bucket < 0) {
          blocks++;
          usable += usable(regions.word(at));
        } else {
          long used = each.chunks.used(regions.word(at), bucket, page);
          require(used >= 0, "chunks on page 0x%x, bucket %d, are not as known", page, bucket);
          long live = used - each.delayedOn(page);
          blocks += live;
          usable += live * buckets.size(bucket);
        }
      }
      require(seen == regions.size(), "%d regions found, counted %d", seen, regions.size());
    }
    requireCounted(blocks, usable);
  }
}
