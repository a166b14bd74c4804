package heapstakes.model.mimalloc;

import heapstakes.allocator.Holding;
import heapstakes.allocator.Holding.Kind;
import heapstakes.memory.Memory;
import java.util.Collection;
import java.util.function.Consumer;

/** Tells the pages and spans of all segments, and blocks that other threads freed. */
final class MimallocWalk {
  private static final String FREED = "block freed by another thread";

  private final ProcessParts process;
  private final Collection<? extends MimallocHeap> heaps;
  private final Memory memory;
  private final Consumer<? super Holding> visitor;

  MimallocWalk(
      ProcessParts process,
      Collection<? extends MimallocHeap> heaps,
      Consumer<? super Holding> visitor) {
    this.process = process;
    this.heaps = heaps;
    this.memory = process.memory;
    this.visitor = visitor;
  }

  void run() {
    process.map.forEach(this::tell);
    for (MimallocHeap heap : heaps) {
      for (long block = heap.delayed.first(); block != 0; block = memory.getLong(block)) {
        MimallocPage page = process.map.pageAt(block);
        if (page != MimallocPage.NONE) {
          tell(Kind.CACHED, FREED, block, page.blockSize);
        }
      }
    }
  }

  private void tell(Segment segment) {
    if (segment.used == 0 && segment.owner == null) {
      tell(Kind.FREE, "segment that nobody uses", segment.address, segment.bytes());
      return;
    }
    tell(
        Kind.RECORDS,
        "segment header",
        segment.address,
        Segment.HEADER_SLICES * Segment.SLICE_BYTES);
    for (int slice = Segment.HEADER_SLICES; slice < segment.entries; ) {
      FreeSpan span = segment.spanAt(slice);
      MimallocPage page = segment.pages[slice];
      if (span != null) {
        tell(
            Kind.FREE,
            "free span",
            segment.addressOf(slice),
            segment.addressOf(span.end()) - segment.addressOf(slice));
        slice = span.end();
      } else if (page != MimallocPage.NONE) {
        tell(page);
        slice = page.end();
      } else {
        return; // a segment that was lost when the kernel refused memory
      }
    }
  }

  private void tell(MimallocPage page) {
    visitor.accept(
        new Holding(Kind.RUN, "mimalloc page", page.start, page.bytes(), page.blockSize));
    for (long block = page.remoteList(); block != 0; block = memory.getLong(block)) {
      tell(Kind.CACHED, FREED, block, page.blockSize);
    }
  }

  private void tell(Kind kind, String name, long address, long bytes) {
    visitor.accept(new Holding(kind, name, address, bytes));
  }
}
