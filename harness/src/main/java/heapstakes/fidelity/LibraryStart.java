package heapstakes.fidelity;

import java.util.Locale;

/**
 * What a library found when its process began, which the twin is to find too.
 *
 * @param programBreak where the program break started
 * @param threadCounters where the library has the counters of its first thread; 0 if it does not
 *     tell
 */
record LibraryStart(long programBreak, long threadCounters) {
  /** Of a library that ended before it told. */
  static final LibraryStart UNKNOWN = new LibraryStart(0, 0);

  // Of the driver's threads, whose stacks are at fixed places (resident.c): where a library has the
  // second one's counters, and how far the next one's are; and how much lower the driver puts
  // mappings than the simulated process has them (level_mappings).
  private static final long SECOND_THREAD_COUNTERS = 0x1100_0004_efa8L;
  private static final long THREAD_DISTANCE = 0x5_1000;
  private static final long MAPPINGS_BELOW = 1L << 30;

  /** The addresses that seed random numbers, as a model's setting has them. */
  String seeds() {
    return String.format(
        Locale.ROOT,
        "0x%x/0x%x/0x%x/0x%x",
        threadCounters,
        SECOND_THREAD_COUNTERS,
        THREAD_DISTANCE,
        MAPPINGS_BELOW);
  }
}
