package heapstakes.fidelity;

import heapstakes.setting.SettingException;
import heapstakes.trace.TraceException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A comparison that came to no result, since one side could not be carried to its end: a trace that
 * is damaged, a driver that does not start, a fault of ours. The message says which side, where and
 * why.
 */
public final class ComparisonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String trace;

  private ComparisonException(String trace, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.trace = trace;
  }

  /**
   * @param trace its name
   * @param side who could not go on
   * @param operations that this side had carried out
   */
  static ComparisonException of(
      String trace, String side, long operations, @Nullable Throwable cause) {
    return new ComparisonException(
        trace,
        String.format(
            Locale.ROOT, "%s behind %d operations: %s", side, operations, describe(cause)),
        cause);
  }

  private static String describe(@Nullable Throwable e) {
    if (e == null) {
      return "for no reason that is known";
    }
    if (e instanceof TraceException || e instanceof SettingException) {
      return String.valueOf(e.getMessage());
    }
    if (e instanceof OutOfMemoryError) {
      return String.format(
          Locale.ROOT,
          "no memory left: %s. Java's heap may have %d MiB here; give it more:"
              + " HEAPSTAKES_JAVA_OPTS=-Xmx…g",
          e.getMessage(),
          Runtime.getRuntime().maxMemory() >> 20);
    }
    StackTraceElement[] frames = e.getStackTrace();
    String where = frames.length == 0 ? "" : String.format(Locale.ROOT, ", at %s", frames[0]);
    return String.format(
        Locale.ROOT, "%s: %s%s", e.getClass().getSimpleName(), e.getMessage(), where);
  }

  /** Name of the trace. */
  public String trace() {
    return trace;
  }
}
