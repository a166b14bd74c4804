package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.ToLongFunction;

/** The statistics under mallctl's names, sums over arenas; exact while no thread allocates. */
final class Counters {
  private static final String ALL = "stats.arenas.4096.";

  /** Flushes of large bins of thread caches. */
  static final String LARGE_FLUSHES = ALL + "large.nflushes";

  private final SequencedMap<String, Long> values = new LinkedHashMap<>();
  private final List<Arena> arenas;
  private final List<PageAllocator> pages;
  private final long cachedBytes;

  private Counters(List<Arena> arenas, long cachedBytes) {
    this.arenas = arenas;
    this.pages = arenas.stream().map(arena -> arena.pages).toList();
    this.cachedBytes = cachedBytes;
  }

  /**
   * Of some arenas, or all.
   *
   * @param cachedBytes of blocks in thread caches
   */
  static SequencedMap<String, Long> of(List<Arena> arenas, long cachedBytes) {
    Counters counters = new Counters(arenas, cachedBytes);
    counters.putTotals();
    counters.putPages();
    counters.putDecay();
    counters.putMetadata();
    counters.putSmall();
    counters.putLarge();
    counters.putBins();
    return counters.values;
  }

  private long arenas(ToLongFunction<Arena> value) {
    return arenas.stream().mapToLong(value).sum();
  }

  private long pages(ToLongFunction<PageAllocator> value) {
    return pages.stream().mapToLong(value).sum();
  }

  private long bins(ToLongFunction<Bin> value) {
    return arenas(arena -> List.of(arena.bins).stream().mapToLong(value).sum());
  }

  private long smallBytes() {
    return bins(bin -> bin.live * SizeClasses.sizeOf(bin.sizeClass));
  }

  private long activeBytes() {
    return PAGE_BYTES * pages(p -> p.activePages.get());
  }

  private long mappedBytes() {
    return arenas(Arena::mappedBytes);
  }

  private long residentBytes() {
    return activeBytes()
        + PAGE_BYTES * pages(p -> p.free.residentPages())
        + arenas(a -> a.base.residentBytes());
  }

  private long reservedBytes() {
    return PAGE_BYTES * pages(p -> p.free.reserved.pages());
  }

  private void putTotals() {
    values.put("stats.allocated", smallBytes() + arenas(a -> a.large.bytes()));
    values.put("stats.active", activeBytes());
    values.put("stats.metadata", arenas(Arena::metadataBytes));
    values.put("stats.resident", residentBytes());
    values.put("stats.mapped", mappedBytes());
    values.put("stats.retained", reservedBytes());
  }

  private void putPages() {
    put("pactive", pages(p -> p.activePages.get()));
    put("pdirty", pages(p -> p.free.dirty.pages()));
    put("pmuzzy", pages(p -> p.free.muzzy.pages()));
    put("mapped", mappedBytes());
    put("retained", reservedBytes());
    put("extent_avail", pages(p -> p.descriptors.available()));
  }

  private void putDecay() {
    put("dirty_npurge", pages(p -> p.free.dirtyDecay.purges));
    put("dirty_nmadvise", pages(p -> p.free.dirtyDecay.calls));
    put("dirty_purged", pages(p -> p.free.dirtyDecay.purgedPages));
    put("muzzy_npurge", pages(p -> p.free.muzzyDecay.purges));
    put("muzzy_nmadvise", pages(p -> p.free.muzzyDecay.calls));
    put("muzzy_purged", pages(p -> p.free.muzzyDecay.purgedPages));
  }

  private void putMetadata() {
    put("base", arenas(a -> a.base.allocatedBytes()));
    put("internal", arenas(a -> a.internalBytes.get()));
    put("metadata_thp", arenas(a -> a.base.hugePages()));
    put("tcache_bytes", cachedBytes);
    put("resident", residentBytes());
  }

  private void putSmall() {
    put("small.allocated", smallBytes());
    put("small.nmalloc", bins(b -> b.allocations));
    put("small.ndalloc", bins(b -> b.deallocations));
    put("small.nrequests", bins(b -> b.requests));
    put("small.nfills", bins(b -> b.fills));
    put("small.nflushes", bins(b -> b.flushes));
  }

  private void putLarge() {
    put("large.allocated", arenas(a -> a.large.bytes()));
    put("large.nmalloc", arenas(a -> a.large.allocations()));
    put("large.ndalloc", arenas(a -> a.large.deallocations()));
    put("large.nrequests", arenas(a -> a.large.requests()));
    put("large.nfills", arenas(a -> a.large.allocations()));
    values.put(LARGE_FLUSHES, arenas(a -> a.large.flushes()));
  }

  private void putBins() {
    for (int j = 0; j < SizeClasses.SMALL_COUNT; j++) {
      putBin(j);
    }
  }

  private void putBin(int j) {
    String bin = "bins." + j + ".";
    put(bin + "nmalloc", arenas(a -> a.bins[j].allocations));
    put(bin + "ndalloc", arenas(a -> a.bins[j].deallocations));
    put(bin + "nrequests", arenas(a -> a.bins[j].requests));
    put(bin + "curregs", arenas(a -> a.bins[j].live));
    put(bin + "nfills", arenas(a -> a.bins[j].fills));
    put(bin + "nflushes", arenas(a -> a.bins[j].flushes));
    put(bin + "nslabs", arenas(a -> a.bins[j].slabs));
    put(bin + "nreslabs", arenas(a -> a.bins[j].reuses));
    put(bin + "curslabs", arenas(a -> a.bins[j].liveSlabs));
    put(bin + "nonfull_slabs", arenas(a -> a.bins[j].nonfullSlabs));
  }

  private void put(String name, long value) {
    values.put(ALL + name, value);
  }
}
