package heapstakes.driver;

import heapstakes.setting.SettingException;

/**
 * The driver cannot be built or started, or must not replay this trace: says what, why, and how to
 * mend it. What the library itself does wrong is no exception but a {@link DriverReport}.
 */
public class DriverException extends SettingException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message complete text for the user, several lines allowed
   */
  public DriverException(String message) {
    super(message);
  }
}
