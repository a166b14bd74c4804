package heapstakes.os.nt;

import static heapstakes.memory.Addresses.PAGE_SHIFT;

import java.util.BitSet;

/** Addresses that were reserved at once, and which of their pages are committed. */
final class Reservation {
  final long start;
  final long end;
  private final BitSet committed = new BitSet();

  Reservation(long start, long end) {
    this.start = start;
    this.end = end;
  }

  private int page(long address) {
    return (int) ((address - start) >>> PAGE_SHIFT);
  }

  boolean contains(long from, long to) {
    return from >= start && from < to && to <= end;
  }

  /** Pages of a part that are committed. */
  long committedPages(long from, long to) {
    int last = page(to);
    long pages = 0;
    int at = committed.nextSetBit(page(from));
    while (at >= 0 && at < last) {
      int behind = Math.min(committed.nextClearBit(at), last);
      pages += behind - at;
      at = committed.nextSetBit(behind);
    }
    return pages;
  }

  void setCommitted(long from, long to, boolean value) {
    committed.set(page(from), page(to), value);
  }
}
