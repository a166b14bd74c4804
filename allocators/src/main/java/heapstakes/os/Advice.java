package heapstakes.os;

/** Advice of madvise(2) for anonymous memory, with Linux's values (asm-generic/mman-common.h). */
public enum Advice {
  /** Drop the pages now; they read as zero afterwards. */
  DONTNEED(4),
  /** The pages may be dropped under memory pressure unless written before. */
  FREE(8),
  /** Absent in the child after fork. */
  DONTFORK(10),
  /** Undo {@link #DONTFORK}. */
  DOFORK(11),
  /** Eligible for huge pages. */
  HUGEPAGE(14),
  /** Not eligible for huge pages. */
  NOHUGEPAGE(15),
  /** Zero in the child after fork. */
  WIPEONFORK(18),
  /** Undo {@link #WIPEONFORK}. */
  KEEPONFORK(19),
  /** Deactivate. */
  COLD(20),
  /** Reclaim now. */
  PAGEOUT(21),
  /** Fault in for reading. */
  POPULATE_READ(22),
  /** Fault in for writing. */
  POPULATE_WRITE(23),
  /** Collapse into huge pages now. */
  COLLAPSE(25);

  private final int code;

  Advice(int code) {
    this.code = code;
  }

  /** The kernel's number. */
  public int code() {
    return code;
  }
}
