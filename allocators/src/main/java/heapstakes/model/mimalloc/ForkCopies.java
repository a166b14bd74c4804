package heapstakes.model.mimalloc;

import heapstakes.memory.Memory;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The segments of a process, and what is in them, as a forked child has them. */
final class ForkCopies {
  private final Memory memory;
  private final Map<DelayedFrees, DelayedFrees> owners = new IdentityHashMap<>();
  private final Map<Segment, Segment> segments = new IdentityHashMap<>();
  private final Map<MimallocPage, MimallocPage> pages = new IdentityHashMap<>();
  private final Map<FreeSpan, FreeSpan> spans = new IdentityHashMap<>();

  /**
   * @param memory the child's
   */
  ForkCopies(Memory memory) {
    this.memory = memory;
  }

  /** Copies every segment of {@code parent} into {@code child}. */
  void copy(SegmentMap parent, SegmentMap child) {
    parent.forEach(segment -> segments.put(segment, new Segment(segment, memory, this)));
    segments.forEach((old, copy) -> copy.nextAbandoned = of(old.nextAbandoned));
    pages.forEach((old, copy) -> {
      copy.previous = of(old.previous);
      copy.next = of(old.next);
    });
    spans.forEach((old, copy) -> {
      copy.previous = of(old.previous);
      copy.next = of(old.next);
    });
    segments.values().forEach(child::add);
  }

  /** What stands for the heap of a thread. */
  @Nullable DelayedFrees of(@Nullable DelayedFrees owner) {
    return owner == null
        ? null
        : owners.computeIfAbsent(owner, old -> new DelayedFrees(memory, old));
  }

  /** A segment that was copied. */
  @Nullable Segment of(@Nullable Segment segment) {
    return segment == null ? null : segments.get(segment);
  }

  /** A page of a segment that was copied. */
  MimallocPage of(MimallocPage page) {
    return pages.getOrDefault(page, MimallocPage.NONE);
  }

  /** A free span of a segment that was copied. */
  @Nullable FreeSpan of(@Nullable FreeSpan span) {
    return span == null ? null : spans.get(span);
  }

  /** The page at a slice of {@code segment}, made with the first of them. */
  MimallocPage in(Segment segment, MimallocPage page) {
    return page == MimallocPage.NONE
        ? page
        : pages.computeIfAbsent(page, old -> new MimallocPage(segment, old, of(old.heap)));
  }

  /** The free span at a slice of {@code segment}, made with the first of them. */
  @Nullable FreeSpan in(Segment segment, @Nullable FreeSpan span) {
    return span == null
        ? null
        : spans.computeIfAbsent(
            span,
            old -> {
              FreeSpan copy = new FreeSpan(segment, old.slice, old.slices);
              copy.queued = old.queued;
              return copy;
            });
  }
}
