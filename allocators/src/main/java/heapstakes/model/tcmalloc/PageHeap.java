package heapstakes.model.tcmalloc;

import heapstakes.model.tcmalloc.GperftoolsVersion.Change;
import heapstakes.os.AddressSpace;
import org.jspecify.annotations.Nullable;

/**
 * The back end: hands out runs of pages, joins free neighbours, and gives pages back to the kernel
 * as they are freed ({@link PageReleaser} decides when). Step numbers are those of the package
 * description. Methods that do not say otherwise are called under {@link #lock}.
 */
final class PageHeap {
  private static final long MIN_GROWTH_PAGES = 128; // kMinSystemAlloc, page_heap.h
  private static final long MAX_PAGES = -1L >>> PageSize.SHIFT; // more overflow a size_t of bytes
  private static final long SET_NODE_BYTES = 48; // of std::set in span.h; specification §4.2
  private static final int FORCED_COALESCE_SHIFT =
      27; // 128 MiB: kForcedCoalesceInterval, page_heap.cc

  /** The heap lock: guards everything here, the metadata and the list of thread caches. */
  final SpinLock lock = new SpinLock();

  final PageMap pageMap;
  final FreeSpans normal;
  final FreeSpans returned;
  final PageHeapStatistics statistics;
  final MetadataAllocator metadata;
  private final SysAllocator system;
  private final SpanPool spans;
  private final GrowthRecords growths;
  private @Nullable RecordAllocator setNodes; // made when the first large span is freed
  private final PageReleaser releaser;
  private final boolean prefersNormal;
  private boolean aggressive;
  private boolean returnedLieApart;
  private long limitPages; // 0: none

  PageHeap(AddressSpace space, GperftoolsVersion version, boolean aggressive) {
    system = new SysAllocator(space, version.has(Change.MAPS_UPWARD));
    metadata = new MetadataAllocator(system, space.memory());
    spans = new SpanPool(metadata);
    growths = new GrowthRecords(metadata, version.has(Change.RECORDS_GROWTH_LAST));
    pageMap = new PageMap(metadata);
    normal = new FreeSpans();
    returned = new FreeSpans();
    statistics = new PageHeapStatistics();
    releaser = new PageReleaser(this);
    prefersNormal = version.has(Change.PREFERS_NORMAL);
    this.aggressive = aggressive;
  }

  /** The same heap in a forked child. */
  PageHeap(AddressSpace child, PageHeap parent, SpanCopies copies) {
    system = new SysAllocator(child, parent.system);
    metadata = new MetadataAllocator(system, child.memory(), parent.metadata);
    spans = new SpanPool(metadata, parent.spans);
    growths = new GrowthRecords(metadata, parent.growths);
    setNodes = parent.setNodes == null ? null : new RecordAllocator(metadata, parent.setNodes);
    pageMap = new PageMap(metadata, parent.pageMap, copies);
    normal = new FreeSpans(parent.normal, copies);
    returned = new FreeSpans(parent.returned, copies);
    statistics = new PageHeapStatistics(parent.statistics);
    releaser = new PageReleaser(this, parent.releaser);
    prefersNormal = parent.prefersNormal;
    aggressive = parent.aggressive;
    returnedLieApart = parent.returnedLieApart;
    limitPages = parent.limitPages;
  }

  /** A span of {@code pages}, in use; null when there is no memory. Takes the lock. */
  @Nullable Span allocate(long pages) {
    lock.lock();
    try {
      Span span = allocateLocked(pages);
      growths.operationEnds();
      return span;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A span that starts at a multiple of {@code alignment} and holds {@code bytes}; null when there
   * is no memory. Takes the lock.
   *
   * @param alignment a power of two above the size of a page
   */
  @Nullable Span allocateAligned(long alignment, long bytes) {
    lock.lock();
    try {
      Span span = allocateLocked(PageSize.holding(bytes + alignment));
      Span cut = span == null ? null : cutToAlignment(span, alignment, PageSize.holding(bytes));
      growths.operationEnds();
      return cut;
    } finally {
      lock.unlock();
    }
  }

  private Span cutToAlignment(Span span, long alignment, long pages) {
    long lead = PageSize.of(-span.address() & (alignment - 1));
    Span aligned = span;
    if (lead > 0) {
      aligned = split(span, lead);
      freeLocked(span);
    }
    if (aligned.pages > pages) {
      freeLocked(split(aligned, pages));
    }
    return aligned;
  }

  private Span split(Span span, long pages) {
    Span rest = spans.create(span.start + pages, span.pages - pages);
    span.pages = pages;
    pageMap.record(rest);
    pageMap.record(span);
    return rest;
  }

  /** {@code span}, in use and in no list, becomes free. Takes the lock. */
  void free(Span span) {
    lock.lock();
    try {
      freeLocked(span);
    } finally {
      lock.unlock();
    }
  }

  /** Step 5: look for a span, coalesce by force at every 128 MiB, grow. */
  private @Nullable Span allocateLocked(long pages) {
    Span span = search(pages);
    if (span == null && mustCoalesce(pages)) {
      releaser.releaseAtLeast(Integer.MAX_VALUE);
      span = search(pages);
    }
    return span == null && grow(pages) ? search(pages) : span;
  }

  private boolean mustCoalesce(long pages) {
    long heap = statistics.heapBytes;
    return normal.bytes() > 0
        && returned.bytes() > 0
        && normal.bytes() + returned.bytes() >= heap / 4
        && heap >>> FORCED_COALESCE_SHIFT
            != (heap + PageSize.address(pages)) >>> FORCED_COALESCE_SHIFT;
  }

  /** The shortest length will do; of one length normal before returned, newest first. */
  private @Nullable Span search(long pages) {
    int length = (int) Math.min(pages, FreeSpans.MAX_LISTED + 1);
    while (length <= FreeSpans.MAX_LISTED) {
      length = Math.min(normal.shortestListed(length), returned.shortestListed(length));
      if (length <= FreeSpans.MAX_LISTED) {
        Span span = normal.newest(length);
        if (span == null && ensureLimit(pages, true)) {
          span = returned.newest(length); // may be gone: releasing can coalesce it away
        }
        if (span != null) {
          return carve(span, pages);
        }
        length++;
      }
    }
    return searchLarge(pages);
  }

  private @Nullable Span searchLarge(long pages) {
    Span best = normal.bestLarge(pages);
    Span other = returned.bestLarge(pages);
    if (other == null || (best != null && !isBetter(other, best))) {
      return best == null ? null : carve(best, pages);
    }
    if (ensureLimit(pages, false)) {
      return carve(other, pages);
    }
    return ensureLimit(pages, true) ? searchLarge(pages) : null;
  }

  private boolean isBetter(Span returned, Span normal) {
    return returned.pages < normal.pages
        || (returned.pages == normal.pages && returned.start < normal.start && !prefersNormal);
  }

  /** The lowest pages are handed out, what is left stays free and of the same kind. */
  private Span carve(Span span, long pages) {
    byte kind = span.location;
    removeFree(span);
    span.location = Span.IN_USE;
    if (span.pages > pages) {
      Span rest = split(span, pages);
      rest.location = kind;
      insertFree(rest);
    }
    if (kind == Span.RETURNED) {
      statistics.committed(span.bytes());
    }
    return span;
  }

  /** Step 6: join with free neighbours, then pay towards the next release. */
  private void freeLocked(Span span) {
    long pages = span.pages;
    span.sizeClass = 0;
    span.location = Span.NORMAL;
    mergeAndInsert(span);
    releaser.pagesFreed(pages);
  }

  /** Makes {@code span}, free and in no list, a member of its kind, with its neighbours. */
  void mergeAndInsert(Span span) {
    if (aggressive && span.location == Span.NORMAL && decommit(span)) {
      span.location = Span.RETURNED;
    }
    Span before = pageMap.spanAt(span.start - 1);
    if (before != null && canAbsorb(before, span)) {
      span.start -= before.pages;
      absorb(span, before);
      pageMap.record(span);
    }
    Span after = pageMap.spanAt(span.end());
    if (after != null && canAbsorb(after, span)) {
      absorb(span, after);
      pageMap.record(span);
    }
    insertFree(span);
  }

  private boolean canAbsorb(Span neighbour, Span span) {
    if (neighbour.location == span.location) {
      return true;
    }
    boolean absorbs =
        aggressive
            && neighbour.location == Span.NORMAL
            && span.location == Span.RETURNED
            && decommit(neighbour);
    returnedLieApart |= absorbs; // behind the neighbour there may be a returned span
    return absorbs;
  }

  private void absorb(Span span, Span neighbour) {
    removeFree(neighbour);
    span.pages += neighbour.pages;
    spans.delete(neighbour);
  }

  private void insertFree(Span span) {
    if (span.pages > FreeSpans.MAX_LISTED) {
      if (setNodes == null) {
        setNodes = new RecordAllocator(metadata, SET_NODE_BYTES);
      }
      setNodes.allocateWhole();
    }
    freeSpans(span).insert(span);
  }

  /** Takes {@code span} out of its kind's list or set. */
  void removeFree(Span span) {
    if (span.pages > FreeSpans.MAX_LISTED && setNodes != null) {
      setNodes.free();
    }
    freeSpans(span).remove(span);
  }

  private FreeSpans freeSpans(Span span) {
    return span.location == Span.NORMAL ? normal : returned;
  }

  /** Gives the span's frames back; the attempt counts even where it fails. */
  boolean decommit(Span span) {
    statistics.decommitCount++;
    boolean done = system.release(span.address(), span.bytes());
    if (done) {
      statistics.decommitted(span.bytes());
    }
    return done;
  }

  /** Step 7: at least 1 MiB at a time, exactly what is needed when that much cannot be had. */
  private boolean grow(long pages) {
    if (Long.compareUnsigned(pages, MAX_PAGES) > 0) {
      return false;
    }
    long ask = Math.max(pages, MIN_GROWTH_PAGES);
    long address = takeWithinLimit(ask);
    if (address == 0 && pages < ask) {
      ask = pages;
      address = takeWithinLimit(ask);
    }
    return address != 0 && addToHeap(PageSize.of(address), ask);
  }

  private long takeWithinLimit(long pages) {
    return ensureLimit(pages, true) ? system.allocate(PageSize.address(pages), PageSize.BYTES) : 0;
  }

  private boolean addToHeap(long start, long pages) {
    growths.heapGrew();
    statistics.grown(PageSize.address(pages));
    if (!pageMap.ensure(start - 1, pages + 2)) {
      return false;
    }
    Span span = spans.create(start, pages);
    pageMap.record(span);
    freeLocked(span);
    return true;
  }

  /** Memory for a record of {@code bytes} that is never given back. Takes the lock. */
  void takeMetadata(long bytes) {
    lock.lock();
    try {
      long record = metadata.allocate(bytes);
      if (record != 0) {
        metadata.touch(record, bytes);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Step 9: whether {@code pages} more stay below the limit, after releasing if that may be. */
  private boolean ensureLimit(long pages, boolean mayRelease) {
    if (limitPages == 0) {
      return true;
    }
    long taken = PageSize.of(system.takenBytes()) - PageSize.of(returned.bytes());
    if (taken + pages > limitPages && mayRelease) {
      taken -= releaser.releaseAtLeast(taken + pages - limitPages);
    }
    return taken + pages <= limitPages;
  }

  /** Gives back at least {@code bytes} (unsigned) of normal spans if there are. Takes the lock. */
  void releaseToSystem(long bytes) {
    lock.lock();
    try {
      releaser.releaseToSystem(bytes);
    } finally {
      lock.unlock();
    }
  }

  /** Takes the lock, as the other setters do. */
  void setReleaseRate(double rate) {
    set(() -> releaser.setRate(rate));
  }

  private void set(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  void setAggressive(boolean aggressive) {
    set(() -> this.aggressive = aggressive);
  }

  boolean isAggressive() {
    return aggressive;
  }

  /**
   * Whether two returned spans may lie side by side: a span that is freed absorbs one neighbour on
   * either side, and where that one was normal the next may be returned. Aggressive decommit has
   * normal spans since it was turned on, or since the kernel refused a madvise.
   */
  boolean mayLeaveReturnedApart() {
    return returnedLieApart;
  }

  void setLimitMegabytes(long megabytes) {
    set(() -> limitPages = PageSize.of(megabytes << 20));
  }

  /** 0 where there is no limit. */
  long limitMegabytes() {
    return PageSize.address(limitPages) >>> 20;
  }

  void disableRelease(boolean disabled) {
    set(() -> system.disableRelease(disabled));
  }

  /** Span records that exist. */
  long spanCount() {
    return spans.live();
  }
}
