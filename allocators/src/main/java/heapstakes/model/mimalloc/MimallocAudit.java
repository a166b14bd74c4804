package heapstakes.model.mimalloc;

import heapstakes.allocator.HeapAudit;
import heapstakes.memory.AddressSet;
import heapstakes.memory.Memory;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks a heap at rest: pages and spans tile the segments, each is in the one queue where it
 * belongs, every free block is in one list, and the numbers follow from what is there.
 */
final class MimallocAudit extends HeapAudit {
  private final ProcessParts process;
  private final Collection<? extends MimallocHeap> heaps;
  private final Memory memory;
  private final AddressSet freeBlocks = new AddressSet(); // seen in any list
  private final Map<MimallocPage, Integer> queued = new IdentityHashMap<>(); // the bin of its queue
  private final Set<FreeSpan> queuedSpans = new HashSet<>();
  private final Set<Segment> unowned = new HashSet<>(); // cached or abandoned

  /** Blocks of each page that other threads freed, in lists of heaps. */
  private final Map<MimallocPage, Integer> delayed = new IdentityHashMap<>();

  private final Map<MimallocHeap, Long> owned = new HashMap<>(); // segments of each

  MimallocAudit(ProcessParts process, Collection<? extends MimallocHeap> heaps) {
    super("mimalloc");
    this.process = process;
    this.heaps = heaps;
    this.memory = process.memory;
  }

  void run() {
    for (MimallocHeap heap : heaps) {
      auditPageQueues(heap);
      auditSpanQueues(heap);
      auditDelayed(heap);
    }
    auditUnowned();
    process.map.forEach(this::auditSegment);
    for (MimallocHeap heap : heaps) {
      long segments = owned.getOrDefault(heap, 0L);
      require(segments == heap.segments.count(), "a thread counts %d segments", segments);
    }
    require(queued.isEmpty(), "%d queued pages are in no segment", queued.size());
    require(queuedSpans.isEmpty(), "%d queued spans are in no segment", queuedSpans.size());
  }

  private void auditPageQueues(MimallocHeap heap) {
    for (BinQueue queue : heap.queues) {
      MimallocPage before = MimallocPage.NONE;
      for (MimallocPage page = queue.first; page != MimallocPage.NONE; page = page.next) {
        require(page.previous == before, page, "is not linked back in queue %d", queue.bin);
        require(page.heap == heap.delayed, page, "is in the queue of another heap");
        require(queued.put(page, queue.bin) == null, page, "is in two queues");
        before = page;
      }
      require(queue.last == before, "queue %d ends elsewhere", queue.bin);
    }
  }

  private void auditSpanQueues(MimallocHeap heap) {
    for (int bin = 0; bin < SpanQueues.bins(); bin++) {
      for (FreeSpan span = heap.segments.spans.first(bin); span != null; span = span.next) {
        require(SpanQueues.binOf(span.slices) == bin, "a span is in queue %d", bin);
        require(span.segment.owner == heap.delayed, "a span of another heap is in queue %d", bin);
        require(queuedSpans.add(span), "a span is in two queues, one is %d", bin);
      }
    }
  }

  private void auditDelayed(MimallocHeap heap) {
    for (long block = heap.delayed.first(); block != 0; block = memory.getLong(block)) {
      MimallocPage page = process.map.pageAt(block);
      if (page == MimallocPage.NONE) {
        throw corrupted("delayed 0x%x is in no page", block);
      }
      require(page.heap == heap.delayed, page, "has a block in the list of another heap");
      enterBlock(page, block);
      delayed.merge(page, 1, Integer::sum);
    }
  }

  private void auditUnowned() {
    process.abandoned.forEach(segment -> {
      require(unowned.add(segment), segment, "is abandoned twice");
      require(segment.used > 0, segment, "is abandoned and empty");
      require(segment.abandoned == segment.used, segment, "is abandoned in part");
    });
    for (int slot = 0; slot < SegmentCache.slots(); slot++) {
      Segment segment = process.cache.at(slot);
      if (segment != null) {
        require(unowned.add(segment), segment, "is in the cache twice, or abandoned as well");
        require(segment.used == 0 && !segment.huge, segment, "should not be in the cache");
      }
    }
  }

  private void auditSegment(Segment segment) {
    MimallocHeap owner = ownerOf(segment);
    // Where the kernel refuses memory the library forgets segments without pages, and threads do.
    boolean forgotten = segment.lost || segment.owner != null && segment.used == 0;
    require(
        (owner == null) == unowned.contains(segment) || forgotten,
        segment,
        "belongs to nobody, or to two");
    if (owner != null) {
      owned.merge(owner, 1L, Long::sum);
    }
    if (!segment.huge) {
      int slice = segment.pending.firstNotIn(segment.committed);
      require(slice == Segment.SLICES, segment, "is to decommit slice %d again", slice);
    }
    if (segment.used > 0 || owner != null && !segment.lost) {
      auditTiles(segment, owner);
    }
  }

  private @Nullable MimallocHeap ownerOf(Segment segment) {
    for (MimallocHeap heap : heaps) {
      if (segment.owner == heap.delayed) {
        return heap;
      }
    }
    return null;
  }

  private void auditTiles(Segment segment, @Nullable MimallocHeap owner) {
    int pages = 0;
    int abandoned = 0;
    boolean afterSpan = false;
    for (int slice = Segment.HEADER_SLICES; slice < segment.entries; ) {
      FreeSpan span = segment.spanAt(slice);
      if (span != null) {
        require(span.slice == slice, segment, "has a span across slice %d", slice);
        require(!afterSpan, segment, "has two spans at slice %d that were not joined", slice);
        require(queuedSpans.remove(span) == (owner != null), segment, "has span %d lost", slice);
        afterSpan = true;
        slice = span.end();
      } else {
        MimallocPage page = segment.pageFrom(slice);
        require(page.slice == slice, page, "does not start at slice %d", slice);
        auditPage(page, owner);
        pages++;
        abandoned += page.heap == null ? 1 : 0;
        afterSpan = false;
        slice = page.end();
      }
    }
    require(pages == segment.used, segment, "has %d pages", pages);
    require(abandoned == segment.abandoned, segment, "has %d abandoned pages", abandoned);
  }

  private void auditPage(MimallocPage page, @Nullable MimallocHeap owner) {
    Segment segment = page.segment();
    if (!segment.huge) {
      require(
          segment.committed.hasAll(page.slice, page.end()),
          page,
          "has slices that are decommitted");
      require(segment.pending.count(page.slice, page.end()) == 0, page, "is to be decommitted");
    }
    Integer queue = queued.remove(page);
    if (queue == null) {
      require(page.heap == null, page, "is in no queue");
    } else {
      int bin = page.isInFull() ? BlockSizes.FULL_BIN : BlockSizes.binOf(page.blockSize);
      require(queue == bin, page, "is in queue %d", queue);
      require(owner != null && page.heap == owner.delayed, page, "has another owner");
    }
    require(page.capacity <= page.reserved, page, "has more blocks than fit");
    int free = chain(page, page.free) + chain(page, page.localFree);
    require(page.used == page.capacity - free, page, "has %d free blocks", free);
    int elsewhere = chain(page, page.remoteList()) + delayed.getOrDefault(page, 0);
    require(elsewhere <= page.used, page, "has %d blocks freed by others", elsewhere);
    require(page.state() != MimallocPage.BUSY, page, "has a thread about to free a block");
  }

  private int chain(MimallocPage page, long first) {
    int length = 0;
    for (long block = first; block != 0; block = memory.getLong(block)) {
      enterBlock(page, block);
      length++;
    }
    return length;
  }

  private void enterBlock(MimallocPage page, long block) {
    long offset = block - page.start;
    require(
        offset >= 0 && offset % page.blockSize == 0 && offset / page.blockSize < page.capacity,
        page,
        "has no block 0x%x",
        block);
    require(freeBlocks.add(block), page, "has 0x%x free twice", block);
  }
}
