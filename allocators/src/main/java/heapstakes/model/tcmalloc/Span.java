package heapstakes.model.tcmalloc;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A run of pages: a large block, the home of objects of one size class, or free. Always a member of
 * one circular list unless it is a large block or in a {@link SpanSet}.
 */
final class Span {
  /** Holds a large block or objects. */
  static final byte IN_USE = 0;

  /** Free, its pages may hold frames. */
  static final byte NORMAL = 1;

  /** Free, its pages were given back to the kernel. */
  static final byte RETURNED = 2;

  /** The record is in the pool: no span. */
  static final byte UNUSED = 3;

  long start; // first page
  long pages;
  byte location = UNUSED;
  int sizeClass; // 0: a large block, or free
  int used; // objects handed out, in caches or by the program
  long objects; // chain of free objects, see FreeObject
  Span previous = this; // itself when in no list
  Span next = this;

  /** Bytes of its pages. */
  long bytes() {
    return PageSize.address(pages);
  }

  /** Address of its first byte. */
  long address() {
    return PageSize.address(start);
  }

  /** First page after it. */
  long end() {
    return start + pages;
  }

  boolean contains(long page) {
    return page >= start && page < end();
  }

  /** For the head of a list: whether nothing is in it. */
  boolean isEmptyList() {
    return next == this;
  }

  /** For the head of a list: puts {@code span}, which is in no list, first. */
  void prepend(Span span) {
    span.next = next;
    span.previous = this;
    next.previous = span;
    next = span;
  }

  /** Leaves its list. */
  void unlink() {
    previous.next = next;
    next.previous = previous;
    previous = this;
    next = this;
  }

  /** Whether this is the span in use that starts at or holds {@code page}. */
  static boolean isLiveAt(@Nullable Span span, long page) {
    return span != null && span.location == IN_USE && span.contains(page);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "span 0x%x+%d pages (class %d, location %d, used %d)",
        address(),
        pages,
        sizeClass,
        location,
        used);
  }
}
