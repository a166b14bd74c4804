package heapstakes.model.ntheap;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import java.util.Arrays;

/** Reserved address space, and its ranges that are not committed, by address. */
final class HeapSegment {
  /** Bytes before its first entry. */
  static final long HEADER_BYTES = 64;

  final int number;
  final long start;
  final long end;
  private long[] starts = new long[4];
  private long[] ends = new long[4];
  private long[] lasts = new long[4]; // the entry that ends where the range starts
  private int ranges;

  HeapSegment(int number, long start, long end) {
    this.number = number;
    this.start = start;
    this.end = end;
  }

  long firstEntry() {
    return start + HEADER_BYTES;
  }

  /** The first range of at least {@code bytes}, or -1. */
  int firstFit(long bytes) {
    int range = 0;
    while (range < ranges && ends[range] - starts[range] < bytes) {
      range++;
    }
    return range < ranges ? range : -1;
  }

  long startOf(int range) {
    return starts[range];
  }

  long lastBefore(int range) {
    return lasts[range];
  }

  /** Whether what ends here has nothing committed behind it. */
  boolean isLast(long address) {
    return address == end || Arrays.binarySearch(starts, 0, ranges, address) >= 0;
  }

  /** The range that starts at {@code address}, if there is one, is behind that entry. */
  void setLast(long address, long entry) {
    int range = Arrays.binarySearch(starts, 0, ranges, address);
    if (range >= 0) {
      lasts[range] = entry;
    }
  }

  /** Takes the low end of a range, which is committed now. */
  void takeLow(int range, long bytes) {
    starts[range] += bytes;
    if (starts[range] == ends[range]) {
      remove(range);
    }
  }

  private void remove(int range) {
    ranges--;
    for (long[] each : new long[][] {starts, ends, lasts}) {
      System.arraycopy(each, range + 1, each, range, ranges - range);
    }
  }

  /** Adds a range, which is joined with those on both sides. */
  void add(long from, long to, long last) {
    int at = -1 - Arrays.binarySearch(starts, 0, ranges, from);
    boolean joinsBelow = at > 0 && ends[at - 1] == from;
    boolean joinsAbove = at < ranges && starts[at] == to;
    if (joinsBelow) {
      ends[at - 1] = joinsAbove ? ends[at] : to;
      if (joinsAbove) {
        remove(at);
      }
    } else if (joinsAbove) {
      starts[at] = from;
      lasts[at] = last;
    } else {
      insert(at, from, to, last);
    }
  }

  private void insert(int at, long from, long to, long last) {
    if (ranges == starts.length) {
      starts = Arrays.copyOf(starts, 2 * ranges);
      ends = Arrays.copyOf(ends, 2 * ranges);
      lasts = Arrays.copyOf(lasts, 2 * ranges);
    }
    for (long[] each : new long[][] {starts, ends, lasts}) {
      System.arraycopy(each, at, each, at + 1, ranges - at);
    }
    starts[at] = from;
    ends[at] = to;
    lasts[at] = last;
    ranges++;
  }

  /** For audits: where what is committed goes on at or behind {@code address}. */
  long committedFrom(long address) {
    int range = Arrays.binarySearch(starts, 0, ranges, address);
    return range >= 0 ? ends[range] : address;
  }

  /** For audits: the entry that is known to end here, or 0. */
  long lastAt(long address) {
    int range = Arrays.binarySearch(starts, 0, ranges, address);
    return range >= 0 ? lasts[range] : 0;
  }

  /** Bytes that are committed. */
  long committedBytes() {
    long bytes = end - start;
    for (int i = 0; i < ranges; i++) {
      bytes -= ends[i] - starts[i];
    }
    return bytes;
  }

  /** For audits: whether ranges are pages, in order and apart. */
  boolean isSound() {
    long below = start;
    for (int i = 0; i < ranges; i++) {
      boolean sound = starts[i] > below && ends[i] > starts[i] && ends[i] <= end;
      if (!sound || (starts[i] | ends[i]) % PAGE_BYTES != 0) {
        return false;
      }
      below = ends[i];
    }
    return true;
  }
}
