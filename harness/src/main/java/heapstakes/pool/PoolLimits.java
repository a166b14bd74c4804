package heapstakes.pool;

/**
 * What works that run at the same time may take.
 *
 * @param cores works at a time, at least 1
 * @param bytes of memory for all of them, at least 1; what needs more runs alone
 */
public record PoolLimits(int cores, long bytes) {
  /** One work after the other. */
  public static final PoolLimits ONE_BY_ONE = new PoolLimits(1, Long.MAX_VALUE);

  /** Rejects what nothing could run with. */
  public PoolLimits {
    if (cores < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "a pool of " + cores + " cores and " + bytes + " bytes: it takes at least 1 of each");
    }
  }
}
