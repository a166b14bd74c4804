package heapstakes.trace;

/**
 * A trace that cannot be used: says what is wrong, where (file, line or byte offset, operation
 * number), why, and how to mend it.
 */
public final class TraceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message complete text for the user, several lines allowed
   */
  public TraceException(String message) {
    super(message);
  }

  /**
   * @param message complete text for the user, several lines allowed
   * @param cause what was met, for a developer
   */
  public TraceException(String message, Throwable cause) {
    super(message, cause);
  }
}
