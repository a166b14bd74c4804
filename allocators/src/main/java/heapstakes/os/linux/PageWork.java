package heapstakes.os.linux;

import heapstakes.os.ReturnedBy;

/**
 * What happens to pages when {@link VirtualMemory} changes mappings: the simulated page table, or
 * the system calls of a real kernel. Bounds are whole pages.
 */
public interface PageWork {
  /** Whether {@code pages} more may be committed (overcommit). */
  boolean mayCommit(long pages);

  /** Commits {@code pages}, or takes back -{@code pages}. */
  void commit(long pages);

  /**
   * A free range becomes mapped.
   *
   * @return whether that worked; if not, the system call fails with ENOMEM
   */
  boolean map(long start, long end, int protection, int flags);

  /** The pages of a range go; some of it may not be mapped. */
  void unmap(long start, long end, ReturnedBy way);

  /** The access bits of a mapped range change. */
  void protect(long start, long end, int protection);

  /** The pages of a mapped range move to a mapped, empty one of at least that length. */
  void move(long from, long to, long length);
}
