package heapstakes.allocator;

/** What an allocator can do beyond malloc and free. */
public enum Capability {
  /** A freed block's memory serves later requests. */
  REUSES_MEMORY,
  /** Several threads may use their handles at the same time. */
  PARALLEL,
  /** {@link Allocator#fork} works. */
  FORKS
}
