package heapstakes.model.openbsd;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** What is left to chance in a pool; a copy draws what the original would. */
final class Chance implements RandomGenerator {
  // 2^64 / golden ratio, odd: so far a SplittableRandom's seed moves with each draw (its Javadoc's
  // paper, Steele, Lea and Flood 2014).
  private static final long STEP = 0x9e3779b97f4a7c15L;

  private final long seed;
  private final SplittableRandom source;
  private long draws;

  Chance(long seed) {
    this.seed = seed;
    this.source = new SplittableRandom(seed);
  }

  Chance(Chance original) {
    this(original.seed + original.draws * STEP);
  }

  @Override
  public int nextInt() {
    draws++;
    return source.nextInt();
  }

  @Override
  public long nextLong() {
    draws++;
    return source.nextLong();
  }
}
