package heapstakes.model.jemalloc;

/**
 * Where the library keeps what it seeds its random numbers with: addresses of its own records. They
 * decide on how large blocks are displaced and on the moment of decay, and are the process's
 * chance, not the library's.
 *
 * @param firstThread address of the first thread's state
 * @param secondThread address of the second thread's state
 * @param threadDistance bytes from there to the next thread's
 * @param mappingsBelow bytes by which mappings lie below those of the canonical layout
 */
record Seeds(long firstThread, long secondThread, long threadDistance, long mappingsBelow) {
  /**
   * Where a process that has Debian 12's libraries and this one preloaded has the counters of its
   * first thread, without address randomisation; the mapping of the kernel's own code below the
   * stack, whose size changes with the kernel, moves it. Read by the control {@code
   * thread.allocatedp}.
   */
  static final long CANONICAL_COUNTERS = 0x7fff_f7f9_2a68L;

  /** From there to the start of the thread's state. */
  private static final long COUNTERS_OFFSET = 824;

  // Threads of the driver, which has their stacks at fixed places; and how much lower its mappings
  // are than the simulated process's.
  private static final long SECOND_THREAD = 0x1100_0004_ec70L;
  private static final long THREAD_DISTANCE = 0x5_1000;
  private static final long MAPPINGS_BELOW = 1L << 30;

  /**
   * Those of the process in which twins are compared with libraries.
   *
   * @param threadCounters where its first thread has its counters
   */
  static Seeds of(long threadCounters) {
    return new Seeds(
        threadCounters - COUNTERS_OFFSET, SECOND_THREAD, THREAD_DISTANCE, MAPPINGS_BELOW);
  }

  /** Seed of the {@code n}-th thread, from 0. */
  long ofThread(int n) {
    return n == 0 ? firstThread : secondThread + (n - 1) * threadDistance;
  }

  /** Seed from a record that is at {@code address} here. */
  long ofRecord(long address) {
    return address - mappingsBelow;
  }
}
