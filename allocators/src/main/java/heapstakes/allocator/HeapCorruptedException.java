package heapstakes.allocator;

/**
 * The heap is not as it must be: the library's own abort (its message), or a finding of {@link
 * Allocator#audit}.
 */
public final class HeapCorruptedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the library's text, e.g. {@code "free(): double free detected in tcache 2"}, or
   *     what the audit found, with addresses
   */
  public HeapCorruptedException(String message) {
    super(message);
  }
}
