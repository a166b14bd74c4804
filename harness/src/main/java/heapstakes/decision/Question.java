package heapstakes.decision;

/** What an allocator is chosen for; the least is the best. */
public enum Question {
  /** Most resident bytes. */
  PEAK("peak memory"),
  /** Resident bytes at the end beyond what is live. */
  RETAINED("retained memory"),
  /** ns an operation of a fresh process. */
  ONE_LIFE("one life"),
  /** ns an operation of a heap that lives on. */
  STEADY("steady"),
  /** ns of the slowest call of a thousand, on a heap that lives on. */
  P99_9("p99.9");

  private final String title;

  Question(String title) {
    this.title = title;
  }

  /** As tables name it. */
  public String title() {
    return title;
  }
}
