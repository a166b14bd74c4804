package heapstakes.os;

/** A kind of system call that a kernel counts, as data: each kernel has an enum of its own. */
public interface CallKind {
  /** Its name in tables and columns, e.g. {@code mmap} for {@code mmap_calls}: lower case. */
  String word();

  /** Whether allocators make it. The program's own, such as a fork, have no column. */
  default boolean isAllocators() {
    return true;
  }
}
