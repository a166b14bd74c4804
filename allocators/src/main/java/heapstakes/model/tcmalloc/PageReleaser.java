package heapstakes.model.tcmalloc;

import org.jspecify.annotations.Nullable;

/**
 * When free pages go back to the kernel: a budget of freed pages that a release fills up again in
 * proportion to what it gave back, and a hand that goes round the lengths. Guarded by the heap
 * lock.
 */
final class PageReleaser {
  private static final long DEFAULT_DELAY_PAGES = 1L << 18; // kDefaultReleaseDelay, page_heap.h
  private static final double MAX_DELAY_PAGES = 1L << 20; // kMaxReleaseDelay, page_heap.h
  private static final double NEGLIGIBLE_RATE = 1e-6; // IncrementalScavenge, page_heap.cc
  private static final int LARGE = FreeSpans.MAX_LISTED; // the hand's place for the large set

  private final PageHeap heap;
  private double rate; // 0 until the library has read its environment
  private long budgetPages; // freed pages until the next release
  private int hand = LARGE; // length - 1 of the list to look at next
  private long creditBytes; // released beyond what was asked for

  PageReleaser(PageHeap heap) {
    this.heap = heap;
  }

  PageReleaser(PageHeap heap, PageReleaser parent) {
    this.heap = heap;
    this.rate = parent.rate;
    this.budgetPages = parent.budgetPages;
    this.hand = parent.hand;
    this.creditBytes = parent.creditBytes;
  }

  void setRate(double rate) {
    this.rate = rate;
  }

  /** Step 8: {@code pages} were freed; releases a span when the budget is used up. */
  void pagesFreed(long pages) {
    budgetPages -= pages;
    if (budgetPages >= 0) {
      return;
    }
    if (rate <= NEGLIGIBLE_RATE) {
      budgetPages = DEFAULT_DELAY_PAGES;
      return;
    }
    heap.statistics.scavengeCount++;
    long released = releaseAtLeast(1);
    budgetPages =
        released == 0
            ? DEFAULT_DELAY_PAGES
            : (long) Math.min(1000.0 / rate * released, MAX_DELAY_PAGES);
  }

  /**
   * Releases whole spans, the oldest of each length in turn.
   *
   * @return pages released, which may be more or, when there are no more, less than {@code pages}
   */
  long releaseAtLeast(long pages) {
    long released = 0;
    while (released < pages && heap.normal.bytes() > 0) {
      for (int i = 0; i <= LARGE && released < pages; i++, hand++) {
        if (hand > LARGE) {
          hand = 0;
        }
        Span span = victim();
        if (span != null) {
          long length = release(span);
          if (length == 0) {
            return released;
          }
          released += length;
        }
      }
    }
    return released;
  }

  private @Nullable Span victim() {
    return hand == LARGE ? heap.normal.smallestLarge() : heap.normal.oldest(hand + 1);
  }

  private long release(Span span) {
    if (!heap.decommit(span)) {
      return 0;
    }
    heap.removeFree(span);
    long pages = span.pages;
    span.location = Span.RETURNED;
    heap.mergeAndInsert(span);
    return pages;
  }

  /** As ReleaseToSystem: what earlier calls released too much counts. */
  void releaseToSystem(long bytes) {
    if (Long.compareUnsigned(bytes, creditBytes) <= 0) {
      creditBytes -= bytes;
      return;
    }
    long wanted = bytes - creditBytes;
    long released = PageSize.address(releaseAtLeast(Math.max(1, PageSize.of(wanted))));
    creditBytes = Long.compareUnsigned(released, wanted) > 0 ? released - wanted : 0;
  }
}
