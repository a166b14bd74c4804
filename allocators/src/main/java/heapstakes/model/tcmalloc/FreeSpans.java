package heapstakes.model.tcmalloc;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The free spans of one kind, normal or returned: a list for every length up to 128 pages, newest
 * first, and a set ordered by length and address for the longer ones. Guarded by the heap lock.
 */
final class FreeSpans {
  /** kMaxPages (common.h): longest span, in pages, that is kept in a list of its length. */
  static final int MAX_LISTED = 128;

  private static final Comparator<Span> BY_LENGTH_AND_ADDRESS =
      (a, b) ->
          a.pages != b.pages ? Long.compare(a.pages, b.pages) : Long.compare(a.start, b.start);

  private final Span[] lists = new Span[MAX_LISTED + 1]; // by length; heads of circular lists
  private final long[] nonEmpty = new long[MAX_LISTED / Long.SIZE + 1]; // a bit for every length
  private final TreeSet<Span> large = new TreeSet<>(BY_LENGTH_AND_ADDRESS);
  private final Span bound = new Span(); // a key for searching; starts at page 0
  private long bytes;

  FreeSpans() {
    for (int length = 0; length <= MAX_LISTED; length++) {
      lists[length] = new Span();
    }
  }

  FreeSpans(FreeSpans parent, SpanCopies copies) {
    this();
    for (int length = 0; length <= MAX_LISTED; length++) {
      copies.copyList(parent.lists[length], lists[length]);
    }
    System.arraycopy(parent.nonEmpty, 0, nonEmpty, 0, nonEmpty.length);
    parent.large.forEach(span -> large.add(copies.of(span)));
    bytes = parent.bytes;
  }

  /** Bytes of all of them. */
  long bytes() {
    return bytes;
  }

  void insert(Span span) {
    bytes += span.bytes();
    if (span.pages > MAX_LISTED) {
      large.add(span);
    } else {
      int length = (int) span.pages;
      lists[length].prepend(span);
      nonEmpty[length >> 6] |= 1L << length;
    }
  }

  void remove(Span span) {
    bytes -= span.bytes();
    if (span.pages > MAX_LISTED) {
      large.remove(span);
    } else {
      int length = (int) span.pages;
      span.unlink();
      if (lists[length].isEmptyList()) {
        nonEmpty[length >> 6] &= ~(1L << length);
      }
    }
  }

  /** Smallest length from {@code length} to 128 of which there is one; 129 if there is none. */
  int shortestListed(int length) {
    for (int word = length >> 6; word < nonEmpty.length; word++) {
      long bits = word == length >> 6 ? nonEmpty[word] & (-1L << length) : nonEmpty[word];
      if (bits != 0) {
        return (word << 6) + Long.numberOfTrailingZeros(bits);
      }
    }
    return MAX_LISTED + 1;
  }

  /** The last one freed of {@code length} ≤ 128 pages. */
  @Nullable Span newest(int length) {
    return lists[length].isEmptyList() ? null : lists[length].next;
  }

  /** The first one freed of {@code length} ≤ 128 pages. */
  @Nullable Span oldest(int length) {
    return lists[length].isEmptyList() ? null : lists[length].previous;
  }

  /** Shortest of more than 128 pages, the lowest of that length. */
  @Nullable Span smallestLarge() {
    return large.isEmpty() ? null : large.getFirst();
  }

  /** Shortest of more than 128 and at least {@code pages} pages, the lowest of that length. */
  @Nullable Span bestLarge(long pages) {
    bound.pages = pages;
    return large.ceiling(bound);
  }

  /** Whether {@code span} is among them: walks its list. */
  boolean contains(Span span) {
    if (span.pages > MAX_LISTED) {
      return large.contains(span);
    }
    Span head = lists[(int) span.pages];
    Span at = head.next;
    while (at != head && at != span) {
      at = at.next;
    }
    return at == span;
  }

  /** How many there are. */
  int count() {
    int count = large.size();
    for (Span head : lists) {
      for (Span at = head.next; at != head; at = at.next) {
        count++;
      }
    }
    return count;
  }

  /** The lengths of which there is a listed one agree with the lists. */
  boolean summaryAgrees() {
    for (int length = 1; length <= MAX_LISTED; length++) {
      boolean marked = (nonEmpty[length >> 6] & 1L << length) != 0;
      if (marked == lists[length].isEmptyList()) {
        return false;
      }
    }
    return true;
  }
}
