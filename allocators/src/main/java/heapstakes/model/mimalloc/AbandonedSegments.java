package heapstakes.model.mimalloc;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Segments whose threads have ended, for others to take over (§16): two stacks of the process. */
final class AbandonedSegments {
  private final OsLayer os;
  private @Nullable Segment abandoned;
  private @Nullable Segment visited; // looked at, and left

  AbandonedSegments(OsLayer os) {
    this.os = os;
  }

  /** As a forked child has them. */
  void copyFrom(AbandonedSegments parent, ForkCopies copies) {
    abandoned = copies.of(parent.abandoned);
    visited = copies.of(parent.visited);
  }

  void push(Segment segment) {
    os.lock.lock();
    try {
      segment.nextAbandoned = abandoned;
      abandoned = segment;
    } finally {
      os.lock.unlock();
    }
  }

  void pushVisited(Segment segment) {
    os.lock.lock();
    try {
      segment.nextAbandoned = visited;
      visited = segment;
    } finally {
      os.lock.unlock();
    }
  }

  /** The next one; those visited come round when there is no other. Null when there is none. */
  @Nullable Segment pop() {
    os.lock.lock();
    try {
      if (abandoned == null) {
        revisit();
      }
      Segment segment = abandoned;
      if (segment != null) {
        abandoned = segment.nextAbandoned;
        segment.nextAbandoned = null;
      }
      return segment;
    } finally {
      os.lock.unlock();
    }
  }

  /** Puts those visited in front of the others. */
  void revisit() {
    os.lock.lock();
    try {
      Segment last = visited;
      if (last == null) {
        return;
      }
      for (Segment next = last.nextAbandoned; next != null; next = last.nextAbandoned) {
        last = next;
      }
      last.nextAbandoned = abandoned;
      abandoned = visited;
      visited = null;
    } finally {
      os.lock.unlock();
    }
  }

  /** For audits: all. */
  void forEach(Consumer<Segment> action) {
    for (Segment each = abandoned; each != null; each = each.nextAbandoned) {
      action.accept(each);
    }
    for (Segment each = visited; each != null; each = each.nextAbandoned) {
      action.accept(each);
    }
  }
}
