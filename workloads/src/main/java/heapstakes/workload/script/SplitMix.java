package heapstakes.workload.script;

/**
 * SplitMix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
 * Its own copy here, because a trace must not change with the platform's generators.
 */
public final class SplitMix {
  private long state;

  /** The same seed gives the same numbers. */
  public SplitMix(long seed) {
    state = seed;
  }

  /** 64 random bits. */
  public long next() {
    state += 0x9e37_79b9_7f4a_7c15L;
    long z = state;
    z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
    return z ^ z >>> 31;
  }

  /** A number in [0, bound). */
  public int below(int bound) {
    return (int) ((next() >>> 32) * bound >>> 32);
  }

  /** A number in [low, high], each magnitude as likely as the others. */
  public long magnitudes(long low, long high) {
    int span = Long.SIZE - Long.numberOfLeadingZeros(high / low);
    long from = low << below(Math.max(1, span));
    long to = Math.min(high, 2 * from - 1);
    return from + Math.floorMod(next(), to - from + 1);
  }
}
