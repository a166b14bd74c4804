package heapstakes.memory;

/**
 * The kernel found no frame for a page fault and killed the process (SIGKILL by the OOM killer).
 */
public final class OutOfMemoryKill extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the process, its resident set and the limit that it met, in bytes
   */
  public OutOfMemoryKill(String message) {
    super(message);
  }
}
