package heapstakes.workload.synthetic;

/**
 * glibc's rand(3) as random_r(3) documents it: additive feedback over 31 words, of degree 3, with
 * the first 310 numbers thrown away; the words are seeded by the minimal standard generator of Park
 * and Miller (CACM 31, 1988).
 */
final class GlibcRandom {
  /** RAND_MAX. */
  static final int MAX = Integer.MAX_VALUE;

  private static final int WORDS = 31;
  private static final int DEGREE = 3;
  private static final int MULTIPLIER = 16_807;

  private final int[] words = new int[WORDS];
  private int at;

  /**
   * As after srand(seed).
   *
   * @param seed at least 1
   */
  GlibcRandom(int seed) {
    long word = seed;
    for (int i = 0; i < WORDS; i++) {
      words[i] = (int) word;
      word = word * MULTIPLIER % MAX;
    }
    // The word that is next to be replaced stands DEGREE behind the other that is added.
    at = DEGREE;
    for (int i = 0; i < 10 * WORDS; i++) {
      next();
    }
  }

  /** A number in [0, {@link #MAX}]. */
  int next() {
    words[at] += words[(at + WORDS - DEGREE) % WORDS];
    int result = words[at] >>> 1;
    at = (at + 1) % WORDS;
    return result;
  }
}
