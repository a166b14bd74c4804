package heapstakes.os;

/** Is told what the pages of a process hold. */
@FunctionalInterface
public interface PageVisitor {
  /**
   * A run of pages in one state; the next run begins where this one ends, or above.
   *
   * @param address of the first page
   * @param bytes whole pages
   */
  void pages(long address, long bytes, PageState state);
}
