package heapstakes.model.jemalloc;

import heapstakes.setting.SettingException;
import java.util.Locale;

/**
 * Where the library keeps what it seeds its random numbers with: addresses of its own records. They
 * decide on how large blocks are displaced and on the moment of decay, and are the process's
 * chance, not the library's: whoever compares with a process hands in the process's.
 *
 * @param firstThread address of the first thread's state
 * @param secondThread address of the second thread's state
 * @param threadDistance bytes from there to the next thread's
 * @param mappingsBelow bytes by which mappings lie below those of the simulated process
 */
record Seeds(long firstThread, long secondThread, long threadDistance, long mappingsBelow) {
  /**
   * Any values will do (§19). These are of a process of Debian 12 without address randomisation:
   * counters of its first thread, as the control {@code thread.allocatedp} tells; those of its
   * second one; the distance to the next; how much lower mappings are than in the simulated
   * process.
   */
  static final String CANONICAL = "0x7ffff7f92a68/0x11000004efa8/0x51000/0x40000000";

  private static final int PARTS = 4;

  /**
   * Reads {@code COUNTERS/SECOND/DISTANCE/BELOW}.
   *
   * @param countersOffset where a thread's state has the counters
   * @throws SettingException when {@code text} is not that
   */
  static Seeds parse(String text, long countersOffset) {
    String[] parts = text.split("/", -1);
    long[] numbers = new long[PARTS];
    try {
      for (int i = 0; i < parts.length; i++) {
        numbers[i] = Long.decode(parts[i]);
      }
      if (parts.length == PARTS) {
        return new Seeds(
            numbers[0] - countersOffset, numbers[1] - countersOffset, numbers[2], numbers[3]);
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      // Said below.
    }
    throw new SettingException(
        String.format(
            Locale.ROOT,
            "'%s' is no value for 'seeds': four numbers are needed, COUNTERS/SECOND/DISTANCE/BELOW,"
                + " as in %s.",
            text,
            CANONICAL));
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
