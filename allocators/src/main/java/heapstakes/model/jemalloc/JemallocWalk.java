package heapstakes.model.jemalloc;

import heapstakes.allocator.Holding;
import heapstakes.allocator.Holding.Kind;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Tells the extents of a heap, and the blocks that wait in threads' caches. */
final class JemallocWalk {
  private final ExtentMap map;
  private final Collection<? extends Tcache> caches;
  private final Consumer<? super Holding> visitor;
  private final Set<Long> cachedLarge = new HashSet<>();

  JemallocWalk(
      ExtentMap map, Collection<? extends Tcache> caches, Consumer<? super Holding> visitor) {
    this.map = map;
    this.caches = caches;
    this.visitor = visitor;
  }

  void run() {
    caches.forEach(this::tell);
    for (long page = map.nextRecorded(0); page >= 0; ) {
      Extent extent = map.extentAt(page);
      if (extent == null) {
        throw new AssertionError("nextRecorded found no entry");
      }
      tell(extent);
      page = map.nextRecorded(extent.end());
    }
  }

  private void tell(Tcache cache) {
    for (int sizeClass = 0; sizeClass < cache.bins.length; sizeClass++) {
      CacheBin bin = cache.bins[sizeClass];
      for (int i = 0; i < bin.count; i++) {
        if (sizeClass < SizeClasses.SMALL_COUNT) {
          tell(Kind.CACHED, "tcache region", bin.blocks[i], SizeClasses.sizeOf(sizeClass));
        } else {
          cachedLarge.add(bin.blocks[i]);
        }
      }
    }
  }

  private void tell(Extent extent) {
    switch (extent.state) {
      case Extent.DIRTY -> tell(Kind.FREE, "dirty extent", extent.base, extent.size);
      case Extent.MUZZY -> tell(Kind.FREE, "muzzy extent", extent.base, extent.size);
      case Extent.RESERVED -> tell(Kind.RELEASED, "reserved extent", extent.base, extent.size);
      default -> {
        if (extent.bitmap != null) {
          long unit = SizeClasses.sizeOf(extent.sizeClass);
          visitor.accept(new Holding(Kind.RUN, "slab", extent.base, extent.size, unit));
        } else if (cachedLarge.contains(extent.address)) {
          tell(Kind.CACHED, "large tcache extent", extent.base, extent.size);
        } else {
          tell(Kind.BLOCK, "large extent", extent.base, extent.size);
        }
      }
    }
  }

  private void tell(Kind kind, String name, long address, long bytes) {
    visitor.accept(new Holding(kind, name, address, bytes));
  }
}
