package heapstakes.model.openbsd;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import heapstakes.memory.Memory;

/**
 * Pages of chunks of one size, what is known of them kept elsewhere: four lists of pages with room
 * a size; chance picks the list, and where the search for a free chunk begins.
 */
final class ChunkPages {
  private static final int LISTS = 4;

  // What is known of a page: links of its list, the page, counts, a bit for each free chunk.
  private static final long NEXT = 0;
  private static final long PREVIOUS = 8;
  private static final long PAGE = 16;
  private static final long COUNTS = 24; // list, bucket << 4, free << 16, total << 32
  private static final long BITS = 32;
  private static final long ONE_FREE = 1 << 16;
  private static final long COUNT = 0xffff;

  private final SystemPages system;
  private final Memory memory;
  private final Chance random;
  private final SizeBuckets buckets;
  private final long[] first; // pages with room, by bucket and list
  private final long[] spare; // of no page, by bucket

  ChunkPages(SystemPages system, Memory memory, Chance random, SizeBuckets buckets) {
    this.system = system;
    this.memory = memory;
    this.random = random;
    this.buckets = buckets;
    this.first = new long[LISTS * buckets.count()];
    this.spare = new long[buckets.count()];
  }

  /** As a forked child has them. */
  ChunkPages(SystemPages system, Memory memory, Chance random, ChunkPages parent) {
    this(system, memory, random, parent.buckets);
    System.arraycopy(parent.first, 0, first, 0, first.length);
    System.arraycopy(parent.spare, 0, spare, 0, spare.length);
  }

  private static long listOf(long counts) {
    return LISTS * (counts >>> 4 & 0xfff) + (counts & 0xf);
  }

  private static long freeOf(long counts) {
    return counts >>> 16 & COUNT;
  }

  private static long totalOf(long counts) {
    return counts >>> 32;
  }

  private int anyList() {
    return random.nextInt(LISTS);
  }

  private static long words(long chunks) {
    return (chunks + 63) / 64;
  }

  /** A page with room from a list that chance picks: what is known of it, or 0. */
  long withRoom(int bucket) {
    return first[LISTS * bucket + anyList()];
  }

  /** What is known of a new page of chunks, or 0 without memory. */
  long add(int bucket, long page) {
    long info = spare[bucket];
    if (info == 0) {
      info = makeSpare(bucket);
      if (info == 0) {
        return 0;
      }
    }
    spare[bucket] = memory.getLong(info + NEXT);
    long chunks = PAGE_BYTES / buckets.size(bucket);
    for (long i = 0; i < chunks; i += 64) {
      memory.putLong(info + BITS + i / 8, chunks - i >= 64 ? -1 : (1L << chunks - i) - 1);
    }
    memory.putLong(info + PAGE, page);
    memory.putLong(info + COUNTS, (long) bucket << 4 | chunks << 16 | chunks << 32);
    putFirst(info);
    return info;
  }

  /** A page full of what the pages of a bucket need. */
  private long makeSpare(int bucket) {
    long bytes = BITS + 8 * words(PAGE_BYTES / buckets.size(bucket));
    long start = system.mapMetadata(PAGE_BYTES);
    long next = 0;
    for (long at = start; start != 0 && at + bytes <= start + PAGE_BYTES; at += bytes) {
      memory.putLong(at + NEXT, next);
      next = at;
    }
    return next;
  }

  private void putFirst(long info) {
    long list = anyList();
    long counts = memory.getLong(info + COUNTS) & ~0xfL | list;
    memory.putLong(info + COUNTS, counts);
    int at = (int) listOf(counts);
    memory.putLong(info + PREVIOUS, 0);
    memory.putLong(info + NEXT, first[at]);
    if (first[at] != 0) {
      memory.putLong(first[at] + PREVIOUS, info);
    }
    first[at] = info;
  }

  private void unlink(long info) {
    long next = memory.getLong(info + NEXT);
    long previous = memory.getLong(info + PREVIOUS);
    if (previous != 0) {
      memory.putLong(previous + NEXT, next);
    } else {
      first[(int) listOf(memory.getLong(info + COUNTS))] = next;
    }
    if (next != 0) {
      memory.putLong(next + PREVIOUS, previous);
    }
  }

  /** The first free chunk of a page with room, from a place that chance picks on. */
  long take(long info, int bucket) {
    long counts = memory.getLong(info + COUNTS) - ONE_FREE;
    long start = random.nextInt((int) totalOf(counts));
    long words = words(totalOf(counts));
    long word = start / 64;
    long bits = memory.getLong(info + BITS + 8 * word) & -1L << start;
    while (bits == 0) {
      word = word + 1 < words ? word + 1 : 0;
      bits = memory.getLong(info + BITS + 8 * word);
    }
    long at = info + BITS + 8 * word;
    memory.putLong(at, memory.getLong(at) & ~Long.lowestOneBit(bits));
    memory.putLong(info + COUNTS, counts);
    if (freeOf(counts) == 0) {
      unlink(info);
    }
    long number = 64 * word + Long.numberOfTrailingZeros(bits);
    return memory.getLong(info + PAGE) + number * buckets.size(bucket);
  }

  /** Whether this is the address of a chunk that is not free; a delayed one is not. */
  boolean isTaken(long info, int bucket, long chunk) {
    long offset = chunk & (PAGE_BYTES - 1);
    long number = offset / buckets.size(bucket);
    return number * buckets.size(bucket) == offset
        && number < totalOf(memory.getLong(info + COUNTS))
        && (memory.getLong(info + BITS + number / 64 * 8) & 1L << number) == 0;
  }

  /** Frees a chunk; returns whether that was the last of its page, which is then forgotten. */
  boolean free(long info, int bucket, long chunk) {
    long number = (chunk & (PAGE_BYTES - 1)) / buckets.size(bucket);
    long at = info + BITS + number / 64 * 8;
    memory.putLong(at, memory.getLong(at) | 1L << number);
    long counts = memory.getLong(info + COUNTS) + ONE_FREE;
    memory.putLong(info + COUNTS, counts);
    if (freeOf(counts) == 1) {
      putFirst(info);
    }
    if (freeOf(counts) < totalOf(counts)) {
      return false;
    }
    drop(info, bucket);
    return true;
  }

  /** Forgets a page with room. */
  void drop(long info, int bucket) {
    unlink(info);
    memory.putLong(info + NEXT, spare[bucket]);
    spare[bucket] = info;
  }

  /** For audits: chunks of the page in use, or -1 when what is known of it cannot be. */
  long used(long info, int bucket, long page) {
    long counts = memory.getLong(info + COUNTS);
    long bits = 0;
    for (long i = 0; i < words(totalOf(counts)); i++) {
      bits += Long.bitCount(memory.getLong(info + BITS + 8 * i));
    }
    boolean listed = false;
    long at = first[(int) listOf(counts)];
    for (; at != 0 && !listed; at = memory.getLong(at + NEXT)) {
      listed = at == info;
    }
    boolean sound =
        memory.getLong(info + PAGE) == page
            && (counts >>> 4 & 0xfff) == bucket
            && totalOf(counts) == PAGE_BYTES / buckets.size(bucket)
            && freeOf(counts) == bits
            && listed == (bits > 0);
    return sound ? totalOf(counts) - bits : -1;
  }
}
