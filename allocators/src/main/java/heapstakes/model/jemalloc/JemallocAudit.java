package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import heapstakes.allocator.HeapAudit;
import heapstakes.memory.AddressSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Walks a heap at rest: extents tile it, caches and bins hold what their states say, bitmaps agree
 * with counts, cached blocks are live ones, and counters follow from what is there.
 */
final class JemallocAudit extends HeapAudit {
  private static final List<List<Extent>> NO_SLABS =
      Collections.nCopies(SizeClasses.SMALL_COUNT, List.of());

  private final ExtentMap map;
  private final ArenaTable arenas;
  private final Collection<? extends Tcache> caches;

  JemallocAudit(ExtentMap map, ArenaTable arenas, Collection<? extends Tcache> caches) {
    super("jemalloc");
    this.map = map;
    this.arenas = arenas;
    this.caches = caches;
  }

  void run() {
    List<Extent> extents = tiles();
    for (Arena arena : arenas.all()) {
      List<Extent> own = new ArrayList<>();
      List<List<Extent>> slabs = new ArrayList<>(NO_SLABS);
      for (Extent e : extents) {
        if (e.arena == arena.index) {
          own.add(e);
          if (e.bitmap != null) {
            require(e.sizeClass < SizeClasses.SMALL_COUNT, e, "is a slab of class %d", e.sizeClass);
            if (slabs.get(e.sizeClass).isEmpty()) {
              slabs.set(e.sizeClass, new ArrayList<>());
            }
            slabs.get(e.sizeClass).add(e);
          }
        }
      }
      auditPages(arena.pages, own);
      auditLarge(arena, own);
      for (Bin bin : arena.bins) {
        auditBin(bin, slabs.get(bin.sizeClass));
      }
    }
    AddressSet cached = new AddressSet();
    caches.forEach(cache -> auditCache(cache, cached));
  }

  private List<Extent> tiles() {
    List<Extent> extents = new ArrayList<>();
    for (long page = map.nextRecorded(0); page >= 0; ) {
      Extent extent = map.extentAt(page);
      if (extent == null) {
        throw new AssertionError("nextRecorded found no entry");
      }
      require(extent.base == page, extent, "does not start at 0x%x, where one must", page);
      require(extent.size > 0 && extent.size % PAGE_BYTES == 0, extent, "is not whole pages");
      require(map.extentAt(extent.end() - 1) == extent, extent, "is not noted at its last page");
      auditNotes(extent);
      extents.add(extent);
      page = map.nextRecorded(extent.end());
    }
    return extents;
  }

  private void auditNotes(Extent extent) {
    boolean slab = extent.bitmap != null;
    for (long at = extent.base; at < extent.end(); at += PAGE_BYTES) {
      boolean noted = slab || at == extent.base;
      int expected = noted ? extent.sizeClass : SizeClasses.NONE;
      require(map.classAt(at) == expected, extent, "has another class noted at 0x%x", at);
      require(!slab || map.extentAt(at) == extent, extent, "is not noted at 0x%x", at);
    }
    boolean block = extent.sizeClass != SizeClasses.NONE;
    require(block == (extent.state == Extent.ACTIVE), extent, "is both free and in use");
  }

  private void auditPages(PageAllocator pages, List<Extent> own) {
    long active = sum(own, Extent.ACTIVE);
    require(active == pages.activePages.get(), "active pages are %d", active);
    FreePages free = pages.free;
    auditCache(free.dirty, own);
    auditCache(free.muzzy, own);
    auditCache(free.reserved, own);
    long mapped = PAGE_BYTES * (active + free.dirty.pages() + free.muzzy.pages());
    require(mapped == free.mappedBytes.get(), "mapped bytes are %d", mapped);
  }

  private static long sum(List<Extent> extents, byte state) {
    long pages = 0;
    for (Extent e : extents) {
      pages += e.state == state ? e.pages() : 0;
    }
    return pages;
  }

  private void auditCache(ExtentCache cache, List<Extent> own) {
    long pages = sum(own, cache.state);
    require(pages == cache.pages(), "cache %d holds %d pages", cache.state, pages);
    Set<Extent> listed = new HashSet<>();
    for (Extent e = cache.oldest(); e != null; e = e.newer) {
      require(e.state == cache.state, e, "is in the list of cache %d", cache.state);
      require(listed.add(e), e, "is listed twice");
    }
    long count = 0;
    for (Extent e : own) {
      count += e.state == cache.state ? 1 : 0;
    }
    require(listed.size() == count, "cache %d lists %d extents", cache.state, listed.size());
    int inHeaps = 0;
    for (int i = 0; i < cache.heaps(); i++) {
      if (cache.heap(i).isEmpty()) {
        continue; // as most are: a list for each would take most of an audit's time
      }
      for (Extent e : cache.heap(i).firstLevels(Integer.MAX_VALUE)) {
        require(listed.contains(e), e, "is in a heap but not in the list");
        require(SizeClasses.heapOf(e.size) == i, e, "is in heap %d", i);
        inHeaps++;
      }
    }
    require(inHeaps == count, "heaps of cache %d hold %d extents", cache.state, inHeaps);
  }

  private void auditLarge(Arena arena, List<Extent> own) {
    long bytes = 0;
    for (Extent e : own) {
      if (e.state == Extent.ACTIVE && e.bitmap == null) {
        long size = e.usable();
        require(SizeClasses.indexOf(size) == e.sizeClass, e, "is not as large as its class");
        long displacement = e.address - e.base;
        require(displacement >= 0 && displacement < PAGE_BYTES, e, "is displaced out of a page");
        bytes += size;
      }
    }
    require(bytes == arena.large.bytes(), "large blocks are %d bytes", bytes);
  }

  private void auditBin(Bin bin, List<Extent> slabs) {
    List<Extent> nonfull =
        bin.nonfull().isEmpty() ? List.of() : bin.nonfull().firstLevels(Integer.MAX_VALUE);
    Set<Extent> held = nonfull.isEmpty() ? Set.of() : new HashSet<>(nonfull);
    require(held.size() == nonfull.size(), "class %d holds a slab twice", bin.sizeClass);
    require(nonfull.size() == bin.nonfullSlabs, "class %d: slabs not full", bin.sizeClass);
    require(slabs.size() == bin.liveSlabs, "class %d has %d slabs", bin.sizeClass, slabs.size());
    long live = 0;
    for (Extent slab : slabs) {
      int free = free(slab);
      require(free == slab.free, slab, "has %d free blocks", free);
      require(free < bin.regions || slab == bin.current(), slab, "is empty");
      boolean isHeld = held.contains(slab);
      require(!isHeld || slab != bin.current(), slab, "is current and waits to be");
      require(free == 0 || isHeld || slab == bin.current(), slab, "is lost to its bin");
      require(free > 0 || !isHeld, slab, "is full and waits to be current");
      live += bin.regions - free;
    }
    require(live == bin.live, "class %d has %d blocks", bin.sizeClass, live);
    require(bin.allocations - bin.deallocations == live, "class %d miscounts", bin.sizeClass);
  }

  private static int free(Extent slab) {
    int free = 0;
    for (long word : slab.bitmap == null ? new long[0] : slab.bitmap) {
      free += Long.bitCount(word);
    }
    return free;
  }

  private void auditCache(Tcache cache, AddressSet cached) {
    for (int i = 0; i < cache.bins.length; i++) {
      CacheBin bin = cache.bins[i];
      require(bin.count <= bin.capacity, "class %d: a thread caches %d", i, bin.count);
      require(bin.lowWater <= bin.count, "class %d: low water above %d", i, bin.count);
      for (int j = 0; j < bin.count; j++) {
        long block = bin.blocks[j];
        Extent extent = map.extentAt(block);
        require(extent != null && isLive(extent, i, block), "0x%x is cached but free", block);
        require(cached.add(block), "0x%x is cached twice", block);
      }
    }
  }

  private static boolean isLive(Extent extent, int sizeClass, long block) {
    if (extent.sizeClass != sizeClass) {
      return false;
    }
    long[] bitmap = extent.bitmap;
    if (bitmap == null) {
      return extent.address == block;
    }
    long size = SizeClasses.sizeOf(sizeClass);
    int region = (int) ((block - extent.base) / size);
    return extent.base + region * size == block && (bitmap[region >>> 6] & 1L << region) == 0;
  }
}
