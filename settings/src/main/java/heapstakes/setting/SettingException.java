package heapstakes.setting;

/** A mistyped or impossible setting or name: says what, why, and how to mend it. */
public class SettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message complete text for the user, several lines allowed
   */
  public SettingException(String message) {
    super(message);
  }
}
