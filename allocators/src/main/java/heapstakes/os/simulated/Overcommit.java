package heapstakes.os.simulated;

/** Whether the kernel promises memory that it may not have (linux-vm.md §8); machine-wide. */
final class Overcommit {
  /** vm.overcommit_memory. */
  enum Mode {
    /** 0: refuse a single request that is larger than memory and swap. */
    HEURISTIC,
    /** 1: never refuse. */
    ALWAYS,
    /** 2: keep the sum below a limit. */
    NEVER
  }

  // admin_reserve_kbytes and user_reserve_kbytes at their defaults (linux-vm.md §1, §8).
  private static final long ADMIN_RESERVE_PAGES = (8L << 20) >>> 12;
  private static final long USER_RESERVE_MAX_PAGES = (128L << 20) >>> 12;

  private final Mode mode;
  private final long ramPages;
  private final long swapPages;
  private final long ratioPercent;
  private long committedPages;

  Overcommit(Mode mode, long ramPages, long swapPages, long ratioPercent) {
    this.mode = mode;
    this.ramPages = ramPages;
    this.swapPages = swapPages;
    this.ratioPercent = ratioPercent;
  }

  /** Committed_AS, kept in every mode. */
  long committedPages() {
    return committedPages;
  }

  /** CommitLimit, which only mode 2 enforces. */
  long limitPages() {
    return ramPages * ratioPercent / 100 + swapPages;
  }

  /**
   * Whether a request may be promised.
   *
   * @param totalPages size of the asking process (total_vm)
   */
  boolean mayCommit(long pages, long totalPages) {
    return switch (mode) {
      case HEURISTIC -> pages <= ramPages + swapPages;
      case ALWAYS -> true;
      case NEVER -> committedPages + pages <= limitPages() - reserve(totalPages);
    };
  }

  /** What an unprivileged process must leave. */
  private long reserve(long totalPages) {
    long userReserve = Math.min(ramPages * 3 / 100, USER_RESERVE_MAX_PAGES);
    return ADMIN_RESERVE_PAGES + Math.min(totalPages / 32, userReserve);
  }

  void commit(long pages) {
    committedPages += pages;
  }
}
