package heapstakes.model.mimalloc;

import static heapstakes.memory.Addresses.alignUp;

import heapstakes.memory.Addresses;
import heapstakes.memory.Memory;
import org.jspecify.annotations.Nullable;

/** The segments of one thread: their free spans, and pages made of them (§6). */
final class ThreadSegments {
  private static final long LARGE_UNIT = 512L << 10; // large pages above it are multiples of it

  final SpanQueues spans = new SpanQueues();
  final MimallocStatistics statistics = new MimallocStatistics();
  private final ProcessParts process;
  private final MimallocHeap heap;
  private final DelayedFrees owner;
  private final Memory memory;
  private final Reclaim reclaim;
  private long count; // segments of this thread

  ThreadSegments(ProcessParts process, MimallocHeap heap) {
    this.process = process;
    this.heap = heap;
    this.owner = heap.delayed;
    this.memory = process.memory;
    this.reclaim = new Reclaim(process, this, heap);
  }

  /** As a forked child has them. */
  void copyFrom(ThreadSegments parent, ForkCopies copies) {
    spans.copyFrom(parent.spans, copies);
    statistics.merge(parent.statistics);
    count = parent.count;
  }

  Reclaim reclaim() {
    return reclaim;
  }

  /** Segments of this thread. */
  long count() {
    return count;
  }

  /** Counts a segment in, or with -1 out. */
  void count(int by) {
    count += by;
    statistics.segments.add(by);
    heap.writeStatistics();
  }

  /**
   * A page for blocks of {@code size} bytes inside a segment, none carved out yet.
   *
   * @param exact false: one block as long as the page
   * @return null when there is no memory, or a page of the wanted size came with a segment that was
   *     reclaimed
   */
  @Nullable MimallocPage newPage(long size, boolean exact) {
    int slices = slicesFor(size);
    for (; ; ) {
      MimallocPage page = allocate(slices, exact ? size : 0);
      if (page != null) {
        process.decommits.run(page.segment(), false);
        return page;
      }
      if (!reclaimOrNew(slices, size)) {
        return null;
      }
    }
  }

  private static int slicesFor(long size) {
    if (size <= BlockSizes.SMALL_PAGE_MAX) {
      return 1;
    }
    if (size <= BlockSizes.MEDIUM_MAX) {
      return 8;
    }
    long bytes = alignUp(size, size <= LARGE_UNIT ? Segment.SLICE_BYTES : LARGE_UNIT);
    return (int) (bytes >>> Segment.SLICE_SHIFT);
  }

  /** First fit; null when there is no span, or the kernel refuses its memory. */
  private @Nullable MimallocPage allocate(int slices, long size) {
    FreeSpan span = spans.find(slices);
    if (span == null) {
      return null;
    }
    Segment segment = span.segment;
    remove(span);
    if (span.slices > slices) {
      enter(new FreeSpan(segment, span.slice + slices, span.slices - slices));
    }
    if (!process.decommits.ensureCommitted(segment, span.slice, slices)) {
      coalesce(segment, span.slice, slices);
      return null;
    }
    MimallocPage page = new MimallocPage(segment, span.slice, slices, size);
    place(segment, page);
    return page;
  }

  private static void place(Segment segment, MimallocPage page) {
    segment.enter(page);
    segment.used++;
  }

  private void remove(FreeSpan span) {
    span.segment.leave(span);
    spans.remove(span);
  }

  /** A span is free; nobody's segments and huge ones are in no queue. */
  private void enter(FreeSpan span) {
    span.segment.enter(span);
    if (span.segment.owner != null && !span.segment.huge) {
      spans.push(span);
    }
  }

  /**
   * Slices are free again: joined with the spans beside them, and to be decommitted.
   *
   * @return the slice behind the joined span
   */
  int coalesce(Segment segment, int slice, int slices) {
    if (segment.huge) {
      return segment.entries;
    }
    int from = slice;
    int to = slice + slices;
    FreeSpan after = segment.spanAt(to);
    if (after != null) {
      to = after.end();
      remove(after);
    }
    FreeSpan before = segment.spanAt(from - 1);
    if (before != null) {
      from = before.slice;
      remove(before);
    }
    FreeSpan joined = new FreeSpan(segment, from, to - from);
    segment.enter(joined);
    process.decommits.schedule(segment, joined);
    if (segment.owner != null) {
      spans.push(joined);
    }
    return to;
  }

  /**
   * Looks among the abandoned segments, then makes one; false: try the heap's queue, or give up.
   */
  private boolean reclaimOrNew(int slices, long size) {
    return switch (reclaim.find(slices, size)) {
      case PAGE -> false;
      case SEGMENT -> true;
      case NOTHING -> newSegment() != null;
    };
  }

  /** A normal segment, its free slices queued; null when there is no memory. */
  private @Nullable Segment newSegment() {
    boolean lazy = process.records.areSeveral() && count < process.settings.eagerCommitDelay();
    Segment segment = process.cache.pop();
    boolean fresh = segment == null;
    if (segment == null) {
      boolean commit = !lazy && process.settings.eagerCommit();
      segment = map(Segment.SLICES, Segment.BYTES, commit, false);
    }
    if (segment == null) {
      return null;
    }
    if (!segment.committed.hasAll(0, Segment.HEADER_SLICES)) {
      if (!process.os.commit(segment.address, Segment.SLICE_BYTES)) {
        return lose(segment);
      }
      segment.committed.add(0, Segment.HEADER_SLICES);
      fresh = false;
    }
    begin(segment, fresh);
    if (!process.decommits.ensureCommitted(segment, 0, Segment.HEADER_SLICES)) {
      return lose(segment);
    }
    segment.enterHeader();
    enter(new FreeSpan(segment, Segment.HEADER_SLICES, Segment.SLICES - Segment.HEADER_SLICES));
    return segment;
  }

  /** The library forgets a segment that the kernel has no memory for. */
  private static @Nullable Segment lose(Segment segment) {
    segment.lost = true;
    return null;
  }

  private @Nullable Segment map(long slices, long alignment, boolean commit, boolean huge) {
    long bytes = slices << Segment.SLICE_SHIFT;
    long lead = alignment > Segment.BYTES ? alignment - Segment.BYTES : 0;
    long address = process.os.allocate(bytes + lead, alignment, commit);
    if (address == 0) {
      return null;
    }
    if (lead > Addresses.PAGE_BYTES) {
      process.os.decommit(address, lead);
    }
    Segment segment = new Segment(memory, address + lead, (int) slices, huge, lead);
    if (commit) {
      segment.committed.addAll();
    }
    process.map.add(segment);
    return segment;
  }

  private void begin(Segment segment, boolean fresh) {
    count(1);
    segment.owner = owner;
    segment.begin(fresh, process.settings.allowDecommit());
    statistics.pageCommitted.add(Segment.SLICE_BYTES);
  }

  /**
   * A huge segment with its only page.
   *
   * @param size bytes of the block
   * @param alignment greater than a slice's, of the address that will be made of it; 0: none
   */
  @Nullable MimallocPage newHugePage(long size, long alignment) {
    long extra = alignment > 0 ? Segment.BYTES - Segment.SLICE_BYTES : 0;
    long room = size + extra + Segment.SLICE_BYTES;
    long slices = alignUp(room, Segment.SLICE_BYTES) >>> Segment.SLICE_SHIFT;
    Segment segment = map(slices, Math.max(alignment, Segment.BYTES), true, true);
    if (segment == null) {
      return null;
    }
    begin(segment, true);
    segment.enterHeader();
    int first = Segment.HEADER_SLICES;
    MimallocPage page = new MimallocPage(segment, first, segment.slices - first, 0);
    place(segment, page);
    if (alignment > 0 && segment.allowDecommit) {
      long front = page.start + Long.BYTES;
      process.os.decommit(front, segment.address + Segment.BYTES - front);
    }
    return page;
  }

  /** A page without blocks in use goes; its segment too where it was the last. */
  void free(MimallocPage page) {
    Segment segment = page.segment();
    clear(page);
    if (segment.used == 0) {
      freeSegment(segment);
    } else if (segment.used == segment.abandoned) {
      abandon(segment);
    }
  }

  /**
   * The slices of a page are free.
   *
   * @return the slice behind the span that they are part of
   */
  int clear(MimallocPage page) {
    Segment segment = page.segment();
    statistics.pageCommitted.add(-page.capacity * page.blockSize);
    statistics.pages.add(-1);
    heap.writeStatistics();
    if (process.settings.pageReset()) {
      process.os.reset(page.start, page.bytes());
    }
    segment.leave(page);
    int end = coalesce(segment, page.slice, page.slices);
    segment.used--;
    return end;
  }

  /** A segment without pages goes to the cache, or to the kernel. */
  void freeSegment(Segment segment) {
    removeSpans(segment);
    statistics.pageCommitted.add(-Segment.SLICE_BYTES);
    count(-1);
    segment.owner = null;
    if (segment.huge || !process.cache.push(segment)) {
      process.cache.free(segment);
    }
  }

  private void removeSpans(Segment segment) {
    for (int slice = Segment.HEADER_SLICES; slice < segment.entries && !segment.huge; ) {
      FreeSpan span = segment.spanAt(slice);
      if (span != null) {
        spans.remove(span);
        slice = span.end();
      } else {
        slice = segment.pageFrom(slice).end();
      }
    }
  }

  /** The thread gives a page up whose blocks are in use. */
  void abandon(MimallocPage page) {
    Segment segment = page.segment();
    page.heap = null;
    segment.abandoned++;
    statistics.pagesAbandoned.add(1);
    heap.writeStatistics();
    if (segment.used == segment.abandoned) {
      abandon(segment);
    }
  }

  private void abandon(Segment segment) {
    removeSpans(segment);
    process.decommits.run(segment, process.settings.abandonedPageDecommit());
    statistics.segmentsAbandoned.add(1);
    count(-1);
    segment.owner = null;
    segment.visits = 1;
    process.abandoned.push(segment);
  }
}
