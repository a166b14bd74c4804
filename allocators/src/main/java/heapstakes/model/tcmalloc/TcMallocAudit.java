package heapstakes.model.tcmalloc;

import heapstakes.allocator.HeapAudit;
import heapstakes.memory.AddressSet;
import heapstakes.memory.AddressTable;
import heapstakes.memory.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Walks a heap at rest: spans tile it, lists agree with states, every free object is in one place,
 * and the counters follow from what is there.
 */
final class TcMallocAudit extends HeapAudit {
  private final SizeMap sizes;
  private final PageHeap heap;
  private final CentralFreeLists central;
  private final ThreadCaches caches;
  private final Memory memory;
  private final AddressSet freeObjects = new AddressSet(); // seen in any list
  private final AddressTable cachedObjects = new AddressTable(); // of each span, by its address

  TcMallocAudit(
      SizeMap sizes, PageHeap heap, CentralFreeLists central, ThreadCaches caches, Memory memory) {
    super("tcmalloc");
    this.sizes = sizes;
    this.heap = heap;
    this.central = central;
    this.caches = caches;
    this.memory = memory;
  }

  void run() {
    Tiles tiles = auditTiles();
    auditFreeSpans(tiles);
    long cached = 0;
    for (int sizeClass = 0; sizeClass < sizes.classes(); sizeClass++) {
      cached += auditCentral(sizeClass, tiles.spansOfClass[sizeClass]);
      cached += auditTransfer(sizeClass);
    }
    cached += auditThreadCaches();
    long inUse = statisticsAllocated(cached);
    require(inUse >= 0, "the program would hold %d bytes", inUse);
  }

  private long statisticsAllocated(long cached) {
    return heap.statistics.heapBytes - heap.normal.bytes() - heap.returned.bytes() - cached;
  }

  /** What a walk over the pages found. */
  private static final class Tiles {
    final int[] spansOfClass;
    int normal;
    int returned;
    long normalBytes;
    long returnedBytes;
    long bytes;
    int count;

    Tiles(int classes) {
      spansOfClass = new int[classes];
    }
  }

  private Tiles auditTiles() {
    Tiles tiles = new Tiles(sizes.classes());
    Span previous = null;
    for (long page = heap.pageMap.nextRecorded(0); page >= 0; ) {
      Span span = heap.pageMap.spanAt(page);
      if (span == null) {
        throw new AssertionError("nextRecorded found no entry");
      }
      require(span.start == page, span, "does not start at page 0x%x, where a span must", page);
      require(span.pages > 0, span, "has no pages");
      require(heap.pageMap.spanAt(span.end() - 1) == span, span, "is not noted for its last page");
      require(!mustBeOne(previous, span), span, "was not joined with the one before");
      countTile(tiles, span);
      previous = span;
      page = heap.pageMap.nextRecorded(span.end());
    }
    require(tiles.bytes == heap.statistics.heapBytes, "spans cover %d bytes", tiles.bytes);
    require(
        tiles.count == heap.spanCount(), "%d spans tile the heap, not as recorded", tiles.count);
    return tiles;
  }

  private boolean mustBeOne(@Nullable Span span, Span after) {
    return span != null
        && span.end() == after.start
        && span.location == after.location
        && (span.location == Span.NORMAL
            || (span.location == Span.RETURNED && !heap.mayLeaveReturnedApart()));
  }

  private void countTile(Tiles tiles, Span span) {
    tiles.count++;
    tiles.bytes += span.bytes();
    switch (span.location) {
      case Span.NORMAL -> {
        tiles.normal++;
        tiles.normalBytes += span.bytes();
        require(heap.normal.contains(span), span, "is in no list of normal spans");
      }
      case Span.RETURNED -> {
        tiles.returned++;
        tiles.returnedBytes += span.bytes();
        require(heap.returned.contains(span), span, "is in no list of returned spans");
      }
      case Span.IN_USE -> {
        tiles.spansOfClass[span.sizeClass]++;
        auditClassOfPages(span);
      }
      default -> require(false, span, "is noted for its pages but its record is unused");
    }
  }

  private void auditClassOfPages(Span span) {
    for (long page = span.start; page < span.end(); page++) {
      require(
          heap.pageMap.sizeClassAt(PageSize.address(page)) == span.sizeClass,
          span,
          "has another size class noted for page 0x%x",
          page);
      require(
          span.sizeClass == 0 || heap.pageMap.spanAt(page) == span,
          span,
          "is not noted for page 0x%x of objects",
          page);
    }
  }

  private void auditFreeSpans(Tiles tiles) {
    require(heap.normal.bytes() == tiles.normalBytes, "normal spans: %d bytes", tiles.normalBytes);
    require(
        heap.returned.bytes() == tiles.returnedBytes,
        "returned spans: %d bytes",
        tiles.returnedBytes);
    require(heap.normal.count() == tiles.normal, "normal spans in the heap: %d", tiles.normal);
    require(
        heap.returned.count() == tiles.returned, "returned spans in the heap: %d", tiles.returned);
    require(heap.normal.summaryAgrees(), "summary of normal lists differs from the lists");
    require(heap.returned.summaryAgrees(), "summary of returned lists differs from the lists");
    require(
        heap.statistics.committedBytes == heap.statistics.heapBytes - heap.returned.bytes(),
        "committed bytes are %d",
        heap.statistics.committedBytes);
  }

  /** Bytes that are free in the spans of a class, the waste at their tails included. */
  private long auditCentral(int sizeClass, int spansInHeap) {
    if (sizeClass == 0) {
      return 0;
    }
    CentralFreeList list = central.of(sizeClass);
    int spans = 0;
    long free = 0;
    for (Span span = list.empty.next; span != list.empty; span = span.next) {
      require(span.sizeClass == sizeClass, span, "is in a list of class %d", sizeClass);
      require(span.location == Span.IN_USE, span, "is in a list of class %d, but free", sizeClass);
      require(span.objects == 0, span, "is in the list of empty spans");
      require(span.used == sizes.objectsPerSpan(sizeClass), span, "miscounts its objects");
      spans++;
    }
    for (Span span = list.nonEmpty.next; span != list.nonEmpty; span = span.next) {
      require(span.sizeClass == sizeClass, span, "is in a list of class %d", sizeClass);
      require(span.location == Span.IN_USE, span, "is in a list of class %d, but free", sizeClass);
      require(span.objects != 0, span, "is in the list of spans with free objects");
      int inSpan = auditChain(span.objects, sizeClass, span);
      require(
          span.used + inSpan == sizes.objectsPerSpan(sizeClass),
          span,
          "has %d free objects",
          inSpan);
      free += inSpan;
      spans++;
    }
    require(spans == spansInHeap, "class %d lists %d spans", sizeClass, spans);
    require(spans == list.spans(), "class %d counts %d spans", sizeClass, list.spans());
    require(free == list.freeObjects(), "class %d counts %d", sizeClass, list.freeObjects());
    return list.freeBytes();
  }

  private long auditTransfer(int sizeClass) {
    CentralFreeList list = central.of(sizeClass);
    TransferCache transfer = list.transfer;
    require(transfer.used() <= transfer.capacity(), "class %d: too many slots", sizeClass);
    require(transfer.capacity() <= transfer.maxCapacity(), "class %d: capacity", sizeClass);
    for (int slot = 0; slot < transfer.used(); slot++) {
      int length = auditChain(transfer.headAt(slot), sizeClass, null);
      require(length == sizes.batch(sizeClass), "class %d: slot of %d", sizeClass, length);
    }
    return list.transferBytes();
  }

  private long auditThreadCaches() {
    long total = 0;
    long limits = 0;
    for (ThreadCache cache = caches.first(); cache != null; cache = cache.next) {
      long bytes = 0;
      for (int sizeClass = 1; sizeClass < sizes.classes(); sizeClass++) {
        FreeList list = cache.lists[sizeClass];
        int length = auditChain(list.head, sizeClass, null);
        require(length == list.length, "class %d: thread cache miscounts %d", sizeClass, length);
        require(list.lowWater <= length, "class %d: low water above %d", sizeClass, length);
        bytes += (long) length * sizes.objectBytes(sizeClass);
      }
      require(bytes == cache.bytes, "a thread cache holds %d bytes", bytes);
      total += bytes;
      limits += cache.limit;
    }
    require(limits + caches.unclaimed() == caches.budget(), "limits of caches sum to %d", limits);
    return total;
  }

  /** Length of a chain; every object must be ours, of the class, and in no other chain. */
  private int auditChain(long head, int sizeClass, @Nullable Span owner) {
    int length = 0;
    int run = 0; // of objects that follow one another and are of one span
    Span span = owner;
    for (long object = head; object != 0; object = FreeObject.next(memory, object)) {
      if (span == null || object < span.address() || object >= span.address() + span.bytes()) {
        require(owner == null, "0x%x is in the chain of another span", object);
        countCached(span, run);
        run = 0;
        span = spanOf(object, sizeClass);
      }
      long offset = object - span.address();
      require(offset % sizes.objectBytes(sizeClass) == 0, span, "has no object 0x%x", object);
      require(freeObjects.add(object), "0x%x is free twice", object);
      length++;
      run++;
    }
    if (owner == null) {
      countCached(span, run);
    }
    return length;
  }

  private Span spanOf(long object, int sizeClass) {
    Span span = heap.pageMap.spanAt(PageSize.of(object));
    if (span == null || span.location != Span.IN_USE || span.sizeClass != sizeClass) {
      throw corrupted("0x%x in a free list of class %d is no such object", object, sizeClass);
    }
    return span;
  }

  private void countCached(@Nullable Span span, int objects) {
    if (span != null && objects > 0) {
      long cached = Math.max(0, cachedObjects.get(span.address())) + objects;
      cachedObjects.put(span.address(), cached);
      require(cached <= span.used, span, "has %d cached objects, more than handed out", cached);
    }
  }
}
