package heapstakes.model.mimalloc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The free spans in the segments of one thread, by length (§6.2); the last freed comes first. */
final class SpanQueues {
  private static final int BINS = 36;

  private final @Nullable FreeSpan[] first = new @Nullable FreeSpan[BINS];

  /** As a forked child has them. */
  void copyFrom(SpanQueues parent, ForkCopies copies) {
    Arrays.setAll(first, bin -> copies.of(parent.first[bin]));
  }

  /** Bin of spans of {@code slices}. */
  static int binOf(int slices) {
    return slices <= 8 ? slices : BlockSizes.quarters(slices - 1L) - 4;
  }

  void push(FreeSpan span) {
    int bin = binOf(span.slices);
    FreeSpan after = first[bin];
    span.previous = null;
    span.next = after;
    span.queued = true;
    if (after != null) {
      after.previous = span;
      after.writeLinks();
    }
    first[bin] = span;
  }

  /** Nothing where it is in no queue: a segment that is being reclaimed has some of each. */
  void remove(FreeSpan span) {
    if (!span.queued) {
      return;
    }
    if (span.previous == null) {
      first[binOf(span.slices)] = span.next;
    } else {
      span.previous.next = span.next;
      span.previous.writeLinks();
    }
    if (span.next != null) {
      span.next.previous = span.previous;
      span.next.writeLinks();
    }
    span.previous = null;
    span.next = null;
    span.queued = false;
    span.writeLinks();
  }

  /** The first span of the lowest bin that has at least {@code slices}, which stays; or null. */
  @Nullable FreeSpan find(int slices) {
    for (int bin = binOf(slices); bin < BINS; bin++) {
      for (FreeSpan span = first[bin]; span != null; span = span.next) {
        if (span.slices >= slices) {
          return span;
        }
      }
    }
    return null;
  }

  /** For audits: how many there are. */
  static int bins() {
    return BINS;
  }

  /** For audits: the first of {@code bin}. */
  @Nullable FreeSpan first(int bin) {
    return first[bin];
  }
}
