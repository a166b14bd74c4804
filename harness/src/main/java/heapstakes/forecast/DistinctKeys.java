package heapstakes.forecast;

/** Counts different keys; emptied in no time, as that is done every few operations. */
final class DistinctKeys {
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  private long[] keys = new long[1 << 12];
  private int[] rounds = new int[keys.length]; // in which the place was filled
  private int round = 1;
  private int size;

  void add(long key) {
    int at = place(key);
    if (rounds[at] != round) {
      keys[at] = key;
      rounds[at] = round;
      size++;
      if (2 * size > keys.length) {
        grow();
      }
    }
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
    round++;
  }

  /** Where the key is, or belongs. */
  private int place(long key) {
    int mask = keys.length - 1;
    int at = (int) (key * MIX >>> 32) & mask;
    while (rounds[at] == round && keys[at] != key) {
      at = at + 1 & mask;
    }
    return at;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldRounds = rounds;
    keys = new long[2 * oldKeys.length];
    rounds = new int[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldRounds[i] == round) {
        int at = place(oldKeys[i]);
        keys[at] = oldKeys[i];
        rounds[at] = round;
      }
    }
  }
}
