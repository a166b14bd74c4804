package heapstakes.driver;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the driver's process ended.
 *
 * @param exit its exit code
 * @param isOom whether the kernel ended it for want of memory
 * @param verdict why it was ended from here; null: it was not
 * @param standardError what was kept of what it said
 */
record Ending(int exit, boolean isOom, @Nullable String verdict, String standardError) {
  private static final int SIGNAL_EXIT = 128;

  /** The signal that an exit code stands for; 0: none. */
  static int signal(int exit) {
    return exit > SIGNAL_EXIT ? exit - SIGNAL_EXIT : 0;
  }

  int signal() {
    return signal(exit);
  }

  /**
   * In words.
   *
   * @param address that was accessed; 0: not known
   */
  String what(long address) {
    if (verdict != null) {
      return verdict + "; it was ended with SIGKILL";
    }
    if (isOom) {
      return Signals.OOM;
    }
    return signal() == 0
        ? String.format(
            Locale.ROOT, "it ended itself with exit code %d, before the trace did", exit)
        : Signals.describe(signal())
            + (address == 0 ? "" : String.format(Locale.ROOT, " at 0x%x", address));
  }
}
