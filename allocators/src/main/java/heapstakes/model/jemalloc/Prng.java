package heapstakes.model.jemalloc;

/** The library's linear congruential generator (§8); the upper bits are the random ones. */
final class Prng {
  private static final long MULTIPLIER = 6_364_136_223_846_793_005L;
  private static final long INCREMENT = 1_442_695_040_888_963_407L;

  private Prng() {}

  /** The state after {@code state}. */
  static long advance(long state) {
    return state * MULTIPLIER + INCREMENT;
  }
}
