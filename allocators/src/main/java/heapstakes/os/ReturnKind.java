package heapstakes.os;

/** A way in which resident memory goes back, as data: each kernel has an enum of its own. */
public interface ReturnKind {
  /**
   * Its name in tables and columns, e.g. {@code munmap} for {@code returned_munmap_bytes}: lower
   * case.
   */
  String word();

  /** Whether the memory is only promised, and not counted as returned before it is gone. */
  default boolean isPromise() {
    return false;
  }
}
