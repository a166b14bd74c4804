package heapstakes.trace.profile;

/**
 * How long freed blocks lived: counts in buckets that are exact below {@value #EXACT} and at most
 * 1/{@value #PARTS} of their value wide above.
 */
public final class Lifetimes {
  private static final int PART_BITS = 6;
  private static final int PARTS = 1 << PART_BITS;
  private static final int EXACT = 2 * PARTS;

  private final long[] counts = new long[(Long.SIZE - PART_BITS) * PARTS];
  private long count;
  private long longest;

  Lifetimes() {}

  void add(long lifetime) {
    counts[bucket(lifetime)]++;
    count++;
    longest = Math.max(longest, lifetime);
  }

  /** Blocks that were freed. */
  public long count() {
    return count;
  }

  /** The longest lifetime; 0 if there is none. */
  public long longest() {
    return longest;
  }

  /**
   * The least value that at least {@code share} of the lifetimes do not exceed, or up to 1.6 %
   * more; 0 if there are none.
   *
   * @param share in (0, 1]
   */
  public long quantile(double share) {
    long rank = Math.max(1, (long) Math.ceil(share * count));
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= rank) {
        return Math.min(longest, highest(bucket));
      }
    }
    return longest;
  }

  private static int bucket(long value) {
    int shift = Math.max(0, Long.SIZE - 1 - PART_BITS - Long.numberOfLeadingZeros(value | 1));
    return (shift << PART_BITS) + (int) (value >>> shift);
  }

  private static long highest(int bucket) {
    int shift = Math.max(0, (bucket >>> PART_BITS) - 1);
    long part = bucket - ((long) shift << PART_BITS);
    return (part + 1 << shift) - 1;
  }
}
