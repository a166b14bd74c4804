package heapstakes.trace;

/** An event that no program could have produced; the reader that met it adds where it stands. */
final class InvalidEvent extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidEvent(String format, Object... values) {
    super(format.formatted(values), null, false, false);
  }
}
