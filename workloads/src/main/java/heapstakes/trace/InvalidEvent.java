package heapstakes.trace;

import java.util.Locale;

/** An event that no program could have produced; the reader that met it adds where it stands. */
final class InvalidEvent extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidEvent(String format, Object... values) {
    super(String.format(Locale.ROOT, format, values), null, false, false);
  }
}
