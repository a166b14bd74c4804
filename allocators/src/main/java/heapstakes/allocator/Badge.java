package heapstakes.allocator;

/** How far a contestant is known to do what it is named after. */
public enum Badge {
  /** A model that does what a real library does, address for address: {@code verify} compares. */
  TWIN("twin"),
  /** The real thing. */
  REAL("real"),
  /** The real thing, of Java: a pool of buffers in a JVM of its own, and no malloc. */
  MANAGED("managed"),
  /** A model of a version that could not be run, made by reading its source. */
  BY_READING("by reading"),
  /** A model with no library to compare it with. */
  BY_DESCRIPTION("by description");

  private final String word;

  Badge(String word) {
    this.word = word;
  }

  /** As it is shown. */
  public String word() {
    return word;
  }
}
