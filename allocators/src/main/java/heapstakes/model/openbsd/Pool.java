package heapstakes.model.openbsd;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.pageAlignDown;

import heapstakes.memory.Memory;

/** Threads share it: regions, chunks, what is delayed and what is cached. */
final class Pool {
  private static final int DELAYED = 16;

  final RegionTable regions;
  final RegionCache cache;
  final ChunkPages chunks;
  private final SizeBuckets buckets;
  private final Chance random;
  private final Junk junk;
  private final long[] delayed = new long[DELAYED];

  Pool(SystemPages system, Memory memory, SizeBuckets buckets, MallocOptions options, int number) {
    this.random = new Chance(options.seed() + number);
    this.buckets = buckets;
    this.junk = new Junk(memory, options.junk());
    this.regions = new RegionTable(system, memory);
    this.cache = new RegionCache(system, memory, random, options);
    this.chunks = new ChunkPages(system, memory, random, buckets);
  }

  /** As a forked child has it. */
  Pool(SystemPages system, Memory memory, Pool parent) {
    this.random = new Chance(parent.random);
    this.buckets = parent.buckets;
    this.junk = new Junk(memory, parent.junk);
    this.regions = new RegionTable(system, memory, parent.regions);
    this.cache = new RegionCache(system, memory, random, parent.cache);
    this.chunks = new ChunkPages(system, memory, random, parent.chunks);
    System.arraycopy(parent.delayed, 0, delayed, 0, DELAYED);
  }

  /** A chunk of the bucket, or 0. */
  long allocateChunk(int bucket) {
    long info = chunks.withRoom(bucket);
    if (info == 0) {
      info = addPage(bucket);
    }
    return info == 0 ? 0 : chunks.take(info, bucket);
  }

  private long addPage(int bucket) {
    long page = cache.map(PAGE_BYTES, false);
    if (page == 0) {
      return 0;
    }
    long info = chunks.add(bucket, page);
    if (info != 0 && !regions.insert(page, bucket, info)) {
      chunks.drop(info, bucket);
      info = 0;
    }
    if (info == 0) {
      cache.release(page, PAGE_BYTES);
    }
    return info;
  }

  /** Puts a chunk in the place of one of those that are delayed, which is freed. */
  void freeChunk(long chunk, int bucket) {
    junk.freed(chunk, buckets.size(bucket));
    int at = random.nextInt(DELAYED);
    long evicted = delayed[at];
    delayed[at] = chunk;
    if (evicted != 0) {
      releaseChunk(evicted);
    }
  }

  private void releaseChunk(long chunk) {
    long entry = regions.find(chunk);
    if (chunks.free(regions.word(entry), regions.bucket(entry), chunk)) {
      regions.delete(entry);
      cache.release(pageAlignDown(chunk), PAGE_BYTES);
    }
  }

  boolean isDelayed(long chunk) {
    for (long one : delayed) {
      if (one == chunk) {
        return true;
      }
    }
    return false;
  }

  /** How many chunks of the page are freed, but not yet really. */
  int delayedOn(long page) {
    int count = 0;
    for (long one : delayed) {
      count += one != 0 && pageAlignDown(one) == page ? 1 : 0;
    }
    return count;
  }
}
