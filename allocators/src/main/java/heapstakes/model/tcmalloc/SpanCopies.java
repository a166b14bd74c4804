package heapstakes.model.tcmalloc;

import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The spans of a forked child: one for each of the parent's, with the same contents. */
final class SpanCopies {
  private final Map<Span, Span> copies = new IdentityHashMap<>();

  /** The child's span for the parent's {@code span}; in no list when it is new. */
  Span of(Span span) {
    return copies.computeIfAbsent(span, SpanCopies::copy);
  }

  private static Span copy(Span span) {
    Span copy = new Span();
    copy.start = span.start;
    copy.pages = span.pages;
    copy.location = span.location;
    copy.sizeClass = span.sizeClass;
    copy.used = span.used;
    copy.objects = span.objects;
    return copy;
  }

  /** Fills the list of {@code head}, which is empty, like that of the parent's. */
  void copyList(Span parentHead, Span head) {
    for (Span span = parentHead.previous; span != parentHead; span = span.previous) {
      head.prepend(of(span));
    }
  }

  /** A leaf of the page map. */
  @Nullable Span[] leaf(@Nullable Span[] parent) {
    @Nullable Span[] leaf = new Span[parent.length];
    for (int i = 0; i < leaf.length; i++) {
      Span span = parent[i];
      if (span != null) {
        leaf[i] = of(span);
      }
    }
    return leaf;
  }
}
