package heapstakes.results;

import org.jspecify.annotations.Nullable;

/** A result file that cannot be read or written: says which, where in it, why, how to mend it. */
public class ResultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message complete text for the user, several lines allowed
   */
  public ResultException(String message) {
    super(message);
  }

  /**
   * @param message complete text for the user, several lines allowed
   * @param cause what was met, for a developer
   */
  public ResultException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
