package heapstakes.fidelity;

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
}
