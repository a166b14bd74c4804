package heapstakes.driver;

import java.util.Locale;

/** The library ended while its process began: there is nothing that could be metered. */
public final class StartException extends DriverException {
  private static final long serialVersionUID = 1L;

  private final transient DriverReport.Failure failure;

  StartException(String library, DriverReport.Failure failure) {
    super(String.format(Locale.ROOT, "%s does not start: %s", library, failure.reason()));
    this.failure = failure;
  }

  /** How it ended. */
  public DriverReport.Failure failure() {
    return failure;
  }
}
