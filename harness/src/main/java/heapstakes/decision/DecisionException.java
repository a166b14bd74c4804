package heapstakes.decision;

/** No figures could be had. */
public final class DecisionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With complete text. */
  public DecisionException(String message) {
    super(message);
  }
}
