package heapstakes.results;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** An output that cannot be written: no fault of the command line, and none of this program. */
public final class OutputException extends ResultException {
  private static final long serialVersionUID = 1L;

  /** Of {@code file}, which {@code cause} kept from being written. */
  public OutputException(Path file, Exception cause) {
    super(
        String.format(
            Locale.ROOT,
            """
            cannot write %s: %s.
              What was there before is kept. Make room, see that the place may be written, or name \
            another one, then try again; a run goes on with --resume.\
            """,
            file,
            reason(cause)),
        cause);
  }

  /**
   * @param message complete text for the user, several lines allowed
   * @param cause what was met, for a developer
   */
  public OutputException(String message, Exception cause) {
    super(message, cause);
  }

  /** What {@code cause} means; its message alone is often no more than a name. */
  private static String reason(Exception cause) {
    Throwable first = cause;
    if (cause instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
      first = unchecked.getCause();
    }
    if (first instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (first instanceof NoSuchFileException) {
      return "its directory does not exist";
    }
    if (first instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    return first.getMessage() == null ? first.getClass().getSimpleName() : first.getMessage();
  }
}
