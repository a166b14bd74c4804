package heapstakes.driver;

/** The library ended while its process began: there is nothing that could be metered. */
public final class StartException extends DriverException {
  private static final long serialVersionUID = 1L;

  private final transient DriverReport.Failure failure;

  StartException(String library, DriverReport.Failure failure) {
    super("%s does not start: %s".formatted(library, failure.reason()));
    this.failure = failure;
  }

  /** How it ended. */
  public DriverReport.Failure failure() {
    return failure;
  }
}
