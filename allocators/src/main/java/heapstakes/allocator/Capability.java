package heapstakes.allocator;

import java.util.Set;

/** What an allocator can do beyond malloc and free. */
public enum Capability {
  /**
   * All its memory comes from the {@link heapstakes.os.AddressSpace} that it is given: it runs on
   * simulated memory, any number of its heaps can be open, and closing one leaves nothing behind.
   * Without, it has real memory of its own, once a process.
   */
  ANY_MEMORY("simulated memory"),
  /**
   * Asks for memory by {@link heapstakes.os.AddressSpace#commitCalls} alone: it also runs on memory
   * that has no brk and mmap.
   */
  COMMITS("a kernel that reserves and commits"),
  /** A freed block's memory serves later requests. */
  REUSES_MEMORY("freed memory is used again"),
  /** Several threads may use their handles at the same time. */
  PARALLEL("threads at the same time"),
  /**
   * {@link Allocator#fork} works; of a real library, that the processes of a trace are followed
   * where it is metered in a process of its own.
   */
  FORKS("fork"),
  /** {@link ThreadAllocator#trim} may give memory back. */
  TRIMS("trim on demand");

  /** What each twin of a library can do. */
  public static final Set<Capability> OF_TWINS =
      Set.of(ANY_MEMORY, REUSES_MEMORY, PARALLEL, FORKS, TRIMS);

  private final String ability;

  Capability(String ability) {
    this.ability = ability;
  }

  /** In words. */
  public String ability() {
    return ability;
  }
}
