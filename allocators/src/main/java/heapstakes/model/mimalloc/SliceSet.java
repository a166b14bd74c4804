package heapstakes.model.mimalloc;

import java.util.Arrays;

/** A set of the slices of a segment, 0 to 511: a bit each. */
final class SliceSet {
  private static final int WORDS = Segment.SLICES / Long.SIZE;

  private final long[] bits = new long[WORDS];

  void addAll() {
    Arrays.fill(bits, -1L);
  }

  void clear() {
    Arrays.fill(bits, 0);
  }

  void add(int from, int to) {
    for (int word = from >>> 6; word << 6 < to; word++) {
      bits[word] |= mask(word, from, to);
    }
  }

  void remove(int from, int to) {
    for (int word = from >>> 6; word << 6 < to; word++) {
      bits[word] &= ~mask(word, from, to);
    }
  }

  /** Takes in what {@code other} has between the two. */
  void addFrom(SliceSet other, int from, int to) {
    for (int word = from >>> 6; word << 6 < to; word++) {
      bits[word] |= other.bits[word] & mask(word, from, to);
    }
  }

  void copyFrom(SliceSet other) {
    System.arraycopy(other.bits, 0, bits, 0, WORDS);
  }

  int count(int from, int to) {
    int count = 0;
    for (int word = from >>> 6; word << 6 < to; word++) {
      count += Long.bitCount(bits[word] & mask(word, from, to));
    }
    return count;
  }

  int count() {
    return count(0, Segment.SLICES);
  }

  boolean hasAll(int from, int to) {
    return count(from, to) == to - from;
  }

  boolean isFull() {
    for (long word : bits) {
      if (word != -1L) {
        return false;
      }
    }
    return true;
  }

  boolean isEmpty() {
    for (long word : bits) {
      if (word != 0) {
        return false;
      }
    }
    return true;
  }

  /** The first slice of this set that is not in {@code other}, or {@link Segment#SLICES}. */
  int firstNotIn(SliceSet other) {
    for (int word = 0; word < WORDS; word++) {
      long found = bits[word] & ~other.bits[word];
      if (found != 0) {
        return (word << 6) + Long.numberOfTrailingZeros(found);
      }
    }
    return Segment.SLICES;
  }

  /** The first slice from {@code from} on that is in the set, or {@link Segment#SLICES}. */
  int nextIn(int from) {
    return next(from, 0);
  }

  /** The first slice from {@code from} on that is not in the set, or {@link Segment#SLICES}. */
  int nextOut(int from) {
    return next(from, -1L);
  }

  private int next(int from, long flipped) {
    for (int word = from >>> 6; word < WORDS; word++) {
      long found = (bits[word] ^ flipped) & (word == from >>> 6 ? -1L << from : -1L);
      if (found != 0) {
        return (word << 6) + Long.numberOfTrailingZeros(found);
      }
    }
    return Segment.SLICES;
  }

  private static long mask(int word, int from, int to) {
    int low = Math.max(from - (word << 6), 0);
    int high = Math.min(to - (word << 6), Long.SIZE);
    return -1L >>> (Long.SIZE - (high - low)) << low;
  }
}
