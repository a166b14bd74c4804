package heapstakes.forecast;

import java.util.Arrays;

/** A cache of fixed size: sets of so many ways, the least recently used of a set goes. */
final class LruSets {
  private final int ways;
  private final int setMask;
  private final long[] keys; // of each set, the most recently used first

  /**
   * @param entries in all, at least {@code ways}; sets are a power of two, rounded down
   */
  LruSets(long entries, int ways) {
    this.ways = ways;
    int sets = Integer.highestOneBit((int) Math.max(1, entries / ways));
    this.setMask = sets - 1;
    this.keys = new long[sets * ways];
    Arrays.fill(keys, -1);
  }

  /** Whether it holds {@code key}, which is not negative; it does afterwards. */
  boolean use(long key) {
    int at = ((int) key & setMask) * ways;
    long moved = keys[at];
    if (moved == key) {
      return true;
    }
    keys[at] = key;
    for (int end = at + ways; ++at < end; ) { // each goes one place back, up to where the key was
      long next = keys[at];
      keys[at] = moved;
      if (next == key) {
        return true;
      }
      moved = next;
    }
    return false;
  }
}
