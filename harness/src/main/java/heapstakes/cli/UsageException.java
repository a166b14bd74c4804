package heapstakes.cli;

/** A command line that makes no sense: says what, why, and how to mend it. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message complete text for the user, several lines allowed
   */
  UsageException(String message) {
    super(message);
  }
}
