package heapstakes.workload.imported;

import heapstakes.trace.TraceException;
import java.io.IOException;
import java.util.Locale;

/** One pass over a file that is no text; whoever opened the file closes it. */
interface BinaryPass {
  void read() throws IOException;

  /**
   * Carries {@code pass} out.
   *
   * @param name of the file
   * @throws TraceException when it cannot be read to its end, too
   */
  static void over(String name, BinaryPass pass) {
    try {
      pass.read();
    } catch (IOException e) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s cannot be read: %s. Is it cut short? Get it again.",
              name,
              e.getMessage()),
          e);
    }
  }
}
