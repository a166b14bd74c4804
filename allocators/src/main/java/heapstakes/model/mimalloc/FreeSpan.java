package heapstakes.model.mimalloc;

import org.jspecify.annotations.Nullable;

/** A run of slices of a segment that no page has. */
final class FreeSpan {
  final Segment segment;
  final int slice; // the first
  final int slices;
  @Nullable FreeSpan previous;
  @Nullable FreeSpan next;
  boolean queued; // in a thread's queue; not so where nobody owns the segment

  FreeSpan(Segment segment, int slice, int slices) {
    this.segment = segment;
    this.slice = slice;
    this.slices = slices;
  }

  /** Writes its links, in the record of its first slice. */
  void writeLinks() {
    segment.writeLinks(slice);
  }

  /** Slice behind the last. */
  int end() {
    return slice + slices;
  }
}
