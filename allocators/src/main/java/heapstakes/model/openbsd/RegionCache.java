package heapstakes.model.openbsd;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.PAGE_SHIFT;

import heapstakes.memory.Memory;
import heapstakes.os.Protection;
import java.util.Arrays;

/**
 * Freed regions of a pool that stay mapped and resident: arrays for each size up to 32 pages, slots
 * for any size up to 512. Where there is no room one is unmapped, by chance.
 */
final class RegionCache {
  private static final int SMALL_PAGES = 32;
  private static final int BIG_PAGES = 512;

  private final SystemPages system;
  private final Memory memory;
  private final Chance random;
  private final MallocOptions options;
  private final Junk junk;
  private final long[][] small = new long[SMALL_PAGES + 1][]; // by pages
  private final int[] held = new int[SMALL_PAGES + 1];
  private final long[] big;
  private final long[] bigPages;
  private long bigHeld; // pages

  RegionCache(SystemPages system, Memory memory, Chance random, MallocOptions options) {
    this.system = system;
    this.memory = memory;
    this.random = random;
    this.options = options;
    this.junk = new Junk(memory, options.junk());
    for (int pages = 1; pages <= SMALL_PAGES; pages++) {
      small[pages] = new long[options.cache() >> (pages - 1) / 8];
    }
    this.big = new long[options.cache()];
    this.bigPages = new long[options.cache()];
  }

  /** As a forked child has it. */
  RegionCache(SystemPages system, Memory memory, Chance random, RegionCache parent) {
    this(system, memory, random, parent.options);
    Arrays.setAll(small, pages -> pages == 0 ? null : parent.small[pages].clone());
    System.arraycopy(parent.held, 0, held, 0, held.length);
    System.arraycopy(parent.big, 0, big, 0, big.length);
    System.arraycopy(parent.bigPages, 0, bigPages, 0, bigPages.length);
    bigHeld = parent.bigHeld;
  }

  /** A region of exactly so many whole pages, of zeros if that is asked for, or 0. */
  long map(long bytes, boolean zeroed) {
    long pages = bytes >>> PAGE_SHIFT;
    long region = pages <= SMALL_PAGES ? takeSmall((int) pages) : takeBig(pages);
    if (region == 0) {
      return pages == 1 && small[1].length > 1 ? mapMany() : system.map(bytes);
    }
    if (options.freeUnmap() && !system.protect(region, bytes, Protection.READ_WRITE)) {
      keep(region, pages);
      return 0;
    }
    if (zeroed) {
      memory.fill(region, bytes, (byte) 0);
    }
    return region;
  }

  private long takeSmall(int pages) {
    if (held[pages] == 0) {
      return 0;
    }
    long[] regions = small[pages];
    int at = random.nextInt(held[pages]);
    long region = regions[at];
    regions[at] = regions[--held[pages]];
    return region;
  }

  private long takeBig(long pages) {
    if (pages > BIG_PAGES) {
      return 0;
    }
    for (int i = 0; i < big.length; i++) {
      if (bigPages[i] == pages) {
        bigPages[i] = 0;
        bigHeld -= pages;
        return big[i];
      }
    }
    return 0;
  }

  /** As many single pages as may be kept, one of which is for now. */
  private long mapMany() {
    int count = small[1].length;
    long first = system.map(count * PAGE_BYTES);
    if (first == 0) {
      return 0;
    }
    for (int i = 0; i < count - 1; i++) {
      small[1][i] = first + i * PAGE_BYTES;
    }
    held[1] = count - 1;
    long rest = held[1] * PAGE_BYTES;
    if (options.freeUnmap()) {
      system.protect(first, rest, Protection.NONE);
    }
    return first + rest;
  }

  /** Takes a freed region. */
  void release(long region, long bytes) {
    long pages = bytes >>> PAGE_SHIFT;
    if (!isCached(pages)) {
      system.unmap(region, bytes);
    } else {
      if (options.freeUnmap()) {
        system.protect(region, bytes, Protection.NONE);
      } else {
        junk.freed(region, bytes);
      }
      keep(region, pages);
    }
  }

  private boolean isCached(long pages) {
    return pages <= SMALL_PAGES
        ? small[(int) pages].length > 0
        : pages <= BIG_PAGES && big.length > 0;
  }

  private void keep(long region, long pages) {
    if (pages <= SMALL_PAGES) {
      keepSmall(region, (int) pages);
    } else {
      keepBig(region, pages);
    }
  }

  private void keepSmall(long region, int pages) {
    long[] regions = small[pages];
    if (held[pages] < regions.length) {
      regions[held[pages]++] = region;
    } else {
      int at = random.nextInt(regions.length);
      long evicted = regions[at];
      regions[at] = region;
      system.unmap(evicted, (long) pages << PAGE_SHIFT);
    }
  }

  /** An empty slot while few pages are held, else one in use, of a quarter of the slots. */
  private void keepBig(long region, long pages) {
    boolean wantsEmpty = bigHeld < (long) BIG_PAGES * big.length / 4;
    int start = random.nextInt(big.length);
    int looks = Math.max(1, big.length / 4);
    int at = start;
    for (int i = 1; i < looks && (bigPages[at] == 0) != wantsEmpty; i++) {
      at = (start + i) % big.length;
    }
    long evicted = big[at];
    long evictedPages = bigPages[at];
    big[at] = region;
    bigPages[at] = pages;
    bigHeld += pages - evictedPages;
    system.unmap(evicted, evictedPages << PAGE_SHIFT);
  }

  /** Bytes of all that is held. */
  long heldBytes() {
    long pages = bigHeld;
    for (int i = 1; i <= SMALL_PAGES; i++) {
      pages += (long) i * held[i];
    }
    return pages << PAGE_SHIFT;
  }

  /** For audits: whether a region that is held begins on this page. */
  boolean holds(long page) {
    for (int pages = 1; pages <= SMALL_PAGES; pages++) {
      for (int i = 0; i < held[pages]; i++) {
        if (small[pages][i] == page) {
          return true;
        }
      }
    }
    for (int i = 0; i < big.length; i++) {
      if (bigPages[i] > 0 && big[i] == page) {
        return true;
      }
    }
    return false;
  }
}
