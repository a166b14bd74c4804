package heapstakes.sweep;

/** A sweep cannot be carried out where it was to be: the message says why, and what to do. */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a complete message. */
  public EngineException(String message) {
    super(message);
  }

  /** With what it came from. */
  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
