package heapstakes.model.jemalloc;

/**
 * A thread's chance: random numbers for the displacement of large blocks, and the countdown of work
 * after which an arena's decay is looked at, 1000 on average (952 by its table).
 */
final class Ticker {
  // §8
  private static final int MEAN = 1000;
  private static final int TABLE_BITS = 6;
  private static final int TABLE_SCALE = 61;
  private static final int[] RELOADS = reloads();

  private long state;
  private int left = MEAN;

  /**
   * @param seed where the library keeps the thread's state
   */
  Ticker(long seed) {
    state = seed;
  }

  private static int[] reloads() {
    int[] reloads = new int[1 << TABLE_BITS];
    for (int i = 0; i < reloads.length; i++) {
      double u = (i + 1.0) / reloads.length;
      long scaled = Math.round(-TABLE_SCALE * Math.log(u));
      reloads[i] = (int) (MEAN * scaled / TABLE_SCALE);
    }
    return reloads;
  }

  /** Starts the random numbers anew. */
  void reseed(long seed) {
    state = seed;
  }

  /** {@code bits} random bits. */
  long random(int bits) {
    state = Prng.advance(state);
    return state >>> (Long.SIZE - bits);
  }

  /** Counts {@code work} done on {@code arena}; looks at its decay when it is time. */
  void tick(Arena arena, int work) { // step 7
    left -= work;
    if (left < 0) {
      left = RELOADS[(int) random(TABLE_BITS)];
      arena.pages.purger.poll();
    }
  }

  /** Work until the next look. */
  int left() {
    return left;
  }

  /** State of the random numbers. */
  long state() {
    return state;
  }
}
