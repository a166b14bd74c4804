package heapstakes.trace.binary;

import java.util.Arrays;

/** The distinct kinds of event of a block: op, source of the slot, size and extra. */
final class KindTable {
  private final int[] buckets;
  private final byte[] heads;
  private final long[] sizes;
  private final long[] extras;
  private final int[] counts;
  private int used;

  /**
   * @param capacity twice as many as there are events in a block; a power of two
   */
  KindTable(int capacity) {
    buckets = new int[capacity];
    heads = new byte[capacity / 2];
    sizes = new long[capacity / 2];
    extras = new long[capacity / 2];
    counts = new int[capacity / 2];
  }

  void clear() {
    Arrays.fill(buckets, 0);
    used = 0;
  }

  /** The number of this kind, which is counted. */
  int of(byte op, int source, long size, long extra) {
    byte head = (byte) (op | source << 4);
    int mask = buckets.length - 1;
    int bucket = hash(head, size, extra) & mask;
    while (buckets[bucket] != 0) {
      int kind = buckets[bucket] - 1;
      if (sizes[kind] == size && heads[kind] == head && extras[kind] == extra) {
        counts[kind]++;
        return kind;
      }
      bucket = (bucket + 1) & mask;
    }
    return add(bucket, head, size, extra);
  }

  byte head(int kind) {
    return heads[kind];
  }

  long size(int kind) {
    return sizes[kind];
  }

  long extra(int kind) {
    return extras[kind];
  }

  /** The dictionary that makes a block of {@code events} events shortest. */
  Dictionary dictionary(int events) {
    long[] byCount = new long[used];
    long literalBits = 0;
    for (int kind = 0; kind < used; kind++) {
      // Ties go to the kind that came first, so that the bytes are determined.
      byCount[kind] = (long) (BlockLayout.EVENTS - counts[kind]) << 32 | kind;
      literalBits += saving(kind);
    }
    Arrays.sort(byCount);
    int bestEntries = 0;
    long best = Long.MAX_VALUE;
    int entry = 0;
    for (int bits = 0; bits <= 8; bits++) {
      int room = used <= 1 << bits ? Math.min(used, BlockLayout.MAX_ENTRIES) : (1 << bits) - 1;
      for (; entry < room; entry++) {
        literalBits -= saving((int) byCount[entry]);
      }
      long cost = (long) bits * events + literalBits;
      if (cost < best) {
        best = cost;
        bestEntries = room;
      }
    }
    return new Dictionary(byCount, bestEntries, used);
  }

  /** Bits that an entry saves: without it each of its events is a literal. */
  private long saving(int kind) {
    int bytes = 1 + length(sizes[kind]) + length(extras[kind]);
    return 8L * bytes * (counts[kind] - 1);
  }

  private static int length(long number) {
    return (Long.SIZE - Long.numberOfLeadingZeros(number | 1) + 6) / 7;
  }

  private int add(int bucket, byte head, long size, long extra) {
    int kind = used++;
    buckets[bucket] = used;
    heads[kind] = head;
    sizes[kind] = size;
    extras[kind] = extra;
    counts[kind] = 1;
    return kind;
  }

  private static int hash(byte head, long size, long extra) {
    long mixed = (size * 31 + extra) * 31 + head;
    mixed *= 0x9e37_79b9_7f4a_7c15L;
    return (int) (mixed >>> 40);
  }
}
