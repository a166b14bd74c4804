package heapstakes.fidelity;

import java.util.Locale;

/**
 * What a library found when its process began, which the twin is to find too.
 *
 * @param programBreak where the program break started
 * @param threadCounters where the library has the counters of its first thread; 0 if it does not
 *     tell
 * @param nextThreadCounters where it will have those of the first thread that is started
 */
record LibraryStart(long programBreak, long threadCounters, long nextThreadCounters) {
  /** Of a library that ended before it told. */
  static final LibraryStart UNKNOWN = new LibraryStart(0, 0, 0);

  // How far apart the stacks of the driver's threads are (resident.c); and how much lower it puts
  // mappings than the simulated process has them (level_mappings).
  private static final long THREAD_DISTANCE = 0x5_1000;
  private static final long MAPPINGS_BELOW = 1L << 30;

  /** The addresses that seed random numbers, as a model's setting has them. */
  String seeds() {
    return String.format(
        Locale.ROOT,
        "0x%x/0x%x/0x%x/0x%x",
        threadCounters,
        nextThreadCounters,
        THREAD_DISTANCE,
        MAPPINGS_BELOW);
  }
}
