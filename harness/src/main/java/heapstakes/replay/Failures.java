package heapstakes.replay;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.setting.SettingException;
import heapstakes.trace.Op;
import heapstakes.trace.TraceException;
import java.util.Locale;

/** Says why a replay gave nothing, and where in a trace an allocator gave up. */
public final class Failures {
  private Failures() {}

  /**
   * Why a cell gave no figures: what was wrong with the words, or a fault of the code with its
   * kind.
   */
  public static String reason(Throwable e) {
    return e instanceof SettingException || e instanceof TraceException
        ? String.valueOf(e.getMessage())
        : String.format(Locale.ROOT, "%s: %s", e.getClass().getSimpleName(), e.getMessage());
  }

  /**
   * The same failure with the operation that met it.
   *
   * @param e the library's abort, or an access to memory that is not there
   * @param trace the trace's name
   * @param operation number of the operation, from 0
   * @param op what it was
   * @param slot the slot it was about
   */
  public static HeapCorruptedException named(
      RuntimeException e, String trace, long operation, byte op, int slot) {
    String where = op == Op.TRIM ? "" : ", slot " + slot;
    HeapCorruptedException named =
        new HeapCorruptedException(
            String.format(
                Locale.ROOT,
                "operation %d of %s (%c%s): %s",
                operation,
                trace,
                Op.letter(op),
                where,
                e.getMessage()));
    named.initCause(e);
    return named;
  }
}
