package heapstakes.model.jemalloc;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The extents of a process as a forked child has them. */
final class ExtentCopies {
  private final Map<Extent, Extent> copies = new IdentityHashMap<>();
  private final Deque<Extent> unlinked = new ArrayDeque<>();

  /** The copy of {@code extent}, linked once {@link #link} was called. */
  @Nullable Extent of(@Nullable Extent extent) {
    return extent == null
        ? null
        : copies.computeIfAbsent(
            extent,
            old -> {
              unlinked.add(old);
              return new Extent(old);
            });
  }

  /** Links the copies as what they were made of. */
  void link() {
    while (!unlinked.isEmpty()) {
      Extent old = unlinked.remove();
      Extent copy = of(old);
      if (copy != null) {
        copy.previous = of(old.previous);
        copy.next = of(old.next);
        copy.child = of(old.child);
        copy.older = of(old.older);
        copy.newer = of(old.newer);
      }
    }
  }
}
