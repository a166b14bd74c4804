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
   * Those of the process in which twins are compared with libraries: the driver, with Debian 12's
   * libraries and this one preloaded, without address randomisation. Read by the control {@code
   * thread.allocatedp}, 824 bytes behind the state's start, and from its first mapping.
   */
  static final Seeds DRIVER = new Seeds(0x7fff_f7f9_2730L, 0x1100_0004_ec70L, 0x5_1000, 128L << 20);

  /** Seed of the {@code n}-th thread, from 0. */
  long ofThread(int n) {
    return n == 0 ? firstThread : secondThread + (n - 1) * threadDistance;
  }

  /** Seed from a record that is at {@code address} here. */
  long ofRecord(long address) {
    return address - mappingsBelow;
  }
}
