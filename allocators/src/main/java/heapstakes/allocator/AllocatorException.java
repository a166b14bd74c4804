package heapstakes.allocator;

import heapstakes.setting.SettingException;

/** A mistake in naming or opening an allocator: says what, why, and how to mend it. */
public final class AllocatorException extends SettingException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message complete text for the user, several lines allowed
   */
  public AllocatorException(String message) {
    super(message);
  }
}
