package heapstakes.model.mimalloc;

import heapstakes.memory.Memory;
import org.jspecify.annotations.Nullable;

/** How a thread takes abandoned segments over (§16.3). */
final class Reclaim {
  private static final int MANY_VISITS = 3;
  private static final int COLLECTED = 1024; // most segments looked at by a collect (segment.c)
  private static final int COLLECTED_BY_FORCE = 16 * 1024;

  private final ProcessParts process;
  private final ThreadSegments segments;
  private final MimallocHeap heap;
  private final Memory memory;

  Reclaim(ProcessParts process, ThreadSegments segments, MimallocHeap heap) {
    this.process = process;
    this.segments = segments;
    this.heap = heap;
    this.memory = process.memory;
  }

  /** What a search came to. */
  enum Found {
    /** No segment of use. */
    NOTHING,
    /** A segment, whose spans are in their queues now. */
    SEGMENT,
    /** A page with blocks of the wanted size, which is in its queue now. */
    PAGE
  }

  /** Looks for a span of {@code slices}, or a page with room for blocks of {@code size} bytes. */
  Found find(int slices, long size) {
    for (long tries = process.settings.maxSegmentReclaim(); tries > 0; tries--) {
      Segment segment = process.abandoned.pop();
      if (segment == null) {
        return Found.NOTHING;
      }
      segment.visits++;
      boolean suits = check(segment, slices, size);
      if (segment.used == 0) {
        takeOver(segment, 0);
      } else if (suits) {
        return takeOver(segment, size);
      } else if (segment.visits > MANY_VISITS) {
        takeOver(segment, 0);
      } else {
        process.decommits.run(segment, true);
        process.abandoned.pushVisited(segment);
      }
    }
    return Found.NOTHING;
  }

  /** Frees pages of an abandoned segment that have become empty; whether it is of use. */
  private boolean check(Segment segment, int slices, long size) {
    boolean suits = false;
    for (int slice = Segment.HEADER_SLICES; slice < segment.entries; ) {
      FreeSpan span = segment.spanAt(slice);
      if (span != null) {
        suits |= span.slices >= slices;
        slice = span.end();
      } else {
        MimallocPage page = segment.pageFrom(slice);
        page.collect(memory, false);
        if (page.used == 0) {
          segment.abandoned--;
          segments.statistics.pagesAbandoned.add(-1);
          slice = segments.clear(page);
          suits |= lengthBefore(segment, slice, page) >= slices;
        } else {
          suits |= page.blockSize == size && page.hasAnyAvailable();
          slice = page.end();
        }
      }
    }
    return suits;
  }

  private static int lengthBefore(Segment segment, int slice, MimallocPage page) {
    FreeSpan span = segment.huge ? null : segment.spanAt(slice - 1);
    return span == null ? page.slices : span.slices;
  }

  /**
   * Makes a segment this thread's, as far as it is not empty.
   *
   * @param wanted size of blocks that are asked for, bytes; 0: none
   */
  private Found takeOver(Segment segment, long wanted) {
    segment.owner = heap.delayed;
    segment.visits = 0;
    segments.count(1);
    segments.statistics.segmentsAbandoned.add(-1);
    boolean found = false;
    int end = segment.huge && segment.used == 0 ? 0 : segment.entries;
    for (int slice = Segment.HEADER_SLICES; slice < end; ) {
      FreeSpan span = segment.spanAt(slice);
      if (span != null) {
        segment.leave(span);
        segments.spans.remove(span);
        slice = segments.coalesce(segment, span.slice, span.slices);
      } else {
        MimallocPage page = segment.pageFrom(slice);
        slice = page.end();
        if (takeOver(page)) {
          found |= page.blockSize == wanted && page.hasAnyAvailable();
        } else {
          slice = segments.clear(page);
        }
      }
    }
    if (segment.used == 0) {
      segments.freeSegment(segment);
      return Found.NOTHING;
    }
    return found ? Found.PAGE : Found.SEGMENT;
  }

  /** Makes a page this heap's; false when it is empty. */
  private boolean takeOver(MimallocPage page) {
    segments.statistics.pagesAbandoned.add(-1);
    page.segment().abandoned--;
    page.heap = heap.delayed;
    page.setState(MimallocPage.USE_DELAYED, true);
    page.collect(memory, false);
    if (page.used == 0) {
      return false;
    }
    heap.adopt(page);
    return true;
  }

  /** Takes all over: the main thread collects. */
  void takeAll() {
    for (Segment each = process.abandoned.pop(); each != null; each = process.abandoned.pop()) {
      takeOver(each, 0);
    }
  }

  /** Frees what is empty among the abandoned. */
  void collect(boolean force) {
    if (force) {
      process.abandoned.revisit();
    }
    for (int tries = force ? COLLECTED_BY_FORCE : COLLECTED; tries > 0; tries--) {
      @Nullable Segment segment = process.abandoned.pop();
      if (segment == null) {
        return;
      }
      check(segment, 0, 0);
      if (segment.used == 0) {
        takeOver(segment, 0);
      } else {
        process.decommits.run(segment, force);
        process.abandoned.pushVisited(segment);
      }
    }
  }
}
