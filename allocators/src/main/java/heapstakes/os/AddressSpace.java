package heapstakes.os;

import heapstakes.memory.Memory;

/**
 * One process's memory as the kernel offers it. Addresses are those of the canonical layout of
 * x86-64 Linux without randomisation (PIE: program break from 0x5555_5555_a000 upwards, mappings
 * from 0x7fff_f7dd_1000 downwards), on simulated and on real memory alike, so that an allocator
 * sees the same addresses on both.
 *
 * <p>Results are the kernel's: an address or 0, or a negated {@link Errno} in [-4095, -1]. Lengths
 * are bytes and are rounded up to pages where the kernel does so. No method but {@link #fork}
 * allocates objects on success.
 */
public interface AddressSpace extends AutoCloseable {
  /**
   * Where mappings go that an allocator places itself, by hints: from here upwards nothing else is,
   * neither here nor in the host, whichever address stands for this one there.
   */
  long HINTED_AREA = 20L << 40;

  /** Loads and stores in this address space. */
  Memory memory();

  /** The virtual clock that this process lives by. */
  VirtualClock clock();

  /** What the kernel counted so far. */
  VmStatistics statistics();

  /** Where the program break stood at the start. */
  long initialBreak();

  /** Where the program break stands. */
  long programBreak();

  /**
   * Moves the program break by {@code increment} bytes, which may be negative or 0.
   *
   * @return the old break, or -{@link Errno#ENOMEM} with the break unchanged
   */
  long sbrk(long increment);

  /**
   * Maps anonymous memory.
   *
   * @param hint where, or 0 for the kernel's choice
   * @param length bytes
   * @param protection bits of {@link Protection}
   * @param flags bits of {@link MapFlags}
   * @return the address, or a negated errno
   */
  long mmap(long hint, long length, int protection, int flags);

  /** Unmaps every page of {@code [address, address + length)}; holes are no error. */
  long munmap(long address, long length);

  /** Sets the access bits of the pages. */
  long mprotect(long address, long length, int protection);

  /**
   * Resizes or moves a mapping.
   *
   * @param flags MREMAP_* bits of {@link MapFlags}
   * @param newAddress where with MREMAP_FIXED, else ignored
   * @return the new address, or a negated errno
   */
  long mremap(long address, long length, long newLength, int flags, long newAddress);

  /** Gives advice on the pages. */
  long madvise(long address, long length, Advice advice);

  /**
   * Whether the kernel has brk, mmap and their kin, from {@link #sbrk} to {@link #madvise}; without
   * they fail with {@link Errno#ENOSYS}, and memory comes by {@link #commitCalls} alone.
   */
  default boolean maps() {
    return true;
  }

  /**
   * Reserving and committing: calls of the kernel's own, or mappings that stand for them, as Wine
   * makes them.
   */
  default CommitCalls commitCalls() {
    return new MappedCommits(this);
  }

  /**
   * Visits all pages that are mapped, upwards, without those that the process had before its first
   * system call. Changes nothing.
   *
   * @return false, and nothing is visited, where states of pages are not known: on real memory
   */
  default boolean visitPages(PageVisitor visitor) {
    return false;
  }

  /** Which mappings have transparent huge pages. */
  default HugePageMode hugePageMode() {
    return HugePageMode.NEVER;
  }

  /** Whether {@link #fork} works here: only where the kernel is simulated. */
  boolean canFork();

  /**
   * A child process that shares this one's pages copy-on-write, with its own clock at the same
   * time.
   *
   * @throws UnsupportedOperationException unless {@link #canFork}
   */
  AddressSpace fork();

  /**
   * Makes the process a fresh one again: the initial break, nothing mapped, statistics from 0,
   * every new page zero. The clock runs on. For a series of timed runs of an allocator that never
   * reuses memory: real memory keeps the frames below the old break, so that growing up to there
   * again costs no system call and no fault. What was open in this memory must not be used again.
   *
   * @return false where this is not offered, with nothing changed: open another process instead
   */
  default boolean reset() {
    return false;
  }

  /** Ends the process: everything it holds goes back at once. Later calls are errors. */
  @Override
  void close();
}
