package heapstakes.model.ptmalloc2;

/**
 * What an inner malloc's search of unsorted has met so far: local variables of glibc's {@code
 * _int_malloc}, in one object a thread so that nothing is allocated.
 */
final class Sorting {
  private final long limit; // tcache_unsorted_limit; 0: none
  private boolean exactFit; // return_cached
  private boolean servedExactFit;
  private long sorted; // tcache_unsorted_count

  Sorting(long limit) {
    this.limit = limit;
  }

  /** A malloc begins. */
  void reset() {
    exactFit = false;
    servedExactFit = false;
    sorted = 0;
  }

  /** Chunks sorted so far. */
  long sorted() {
    return sorted;
  }

  /** After another malloc ran within this one, which had met no exact fit. */
  void resume(long sortedBefore) {
    reset();
    sorted = sortedBefore;
  }

  /** A chunk of the very size was met and put into the tcache. */
  void meetExactFit() {
    exactFit = true;
  }

  boolean hasExactFit() {
    return exactFit;
  }

  /** The chunk handed out is an exact fit that had been put into the tcache on the way. */
  void serveExactFit() {
    servedExactFit = true;
  }

  boolean servedExactFit() {
    return servedExactFit;
  }

  /** Counts a chunk sorted; whether tcache_unsorted_limit says to stop. */
  boolean hasSortedEnough() {
    sorted++;
    return exactFit && limit > 0 && sorted > limit;
  }
}
