package heapstakes.pool;

/**
 * Something to be carried out beside others.
 *
 * @param <R> what comes of it
 */
public interface Work<R> {
  /** Bytes that it is reckoned to need while it runs, at least 0. */
  long bytes();

  /** Whether no other such work may run at the same time, as is best for processes. */
  default boolean isApart() {
    return false;
  }

  /**
   * Does it, in a thread of the pool.
   *
   * @throws InterruptedException when nobody waits for it any more
   */
  R carryOut() throws InterruptedException;
}
