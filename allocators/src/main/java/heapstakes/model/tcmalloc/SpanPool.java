package heapstakes.model.tcmalloc;

import java.util.Arrays;

/** Span records; a freed one serves the next span. Guarded by the heap lock. */
final class SpanPool {
  private static final long RECORD_BYTES = 48; // sizeof (Span), span.h

  private final RecordAllocator records;
  private Span[] unused = new Span[64];
  private int unusedCount;
  private long live;

  SpanPool(MetadataAllocator metadata) {
    records = new RecordAllocator(metadata, RECORD_BYTES);
    records.allocate(); // two that are never used: the library's way to shift cache lines
    records.allocate();
  }

  SpanPool(MetadataAllocator metadata, SpanPool parent) {
    records = new RecordAllocator(metadata, parent.records);
    live = parent.live; // the objects themselves are made anew: the record allocator knows how many
  }

  /** A span in use of {@code pages} from {@code start}, in no list. */
  Span create(long start, long pages) {
    records.allocateWhole();
    live++;
    Span span = unusedCount > 0 ? unused[--unusedCount] : new Span();
    span.start = start;
    span.pages = pages;
    span.location = Span.IN_USE;
    span.sizeClass = 0;
    span.used = 0;
    span.objects = 0;
    return span;
  }

  /** {@code span}, in no list, is no more. */
  void delete(Span span) {
    records.free();
    live--;
    span.location = Span.UNUSED;
    if (unusedCount == unused.length) {
      unused = Arrays.copyOf(unused, 2 * unusedCount);
    }
    unused[unusedCount++] = span;
  }

  /** Spans that exist. */
  long live() {
    return live;
  }
}
