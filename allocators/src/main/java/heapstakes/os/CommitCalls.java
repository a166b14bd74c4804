package heapstakes.os;

/**
 * Address space and memory, each for the asking: a reserved page cannot be touched, a committed one
 * can. A kernel that has this as calls of its own counts them as such; see {@link
 * AddressSpace#commitCalls}. Lengths are bytes, whole pages; results are 0, an address, or a
 * negated {@link Errno}.
 */
public interface CommitCalls {
  /** Takes address space that holds nothing; returns where it begins. */
  long reserve(long bytes);

  /** Makes reserved pages usable, all or none; committed ones stay as they are. New ones are 0. */
  long commit(long address, long bytes);

  /** Takes the memory of reserved pages away at once; their addresses stay reserved. */
  long decommit(long address, long bytes);

  /** Gives a whole reservation back, with all that is committed in there. */
  long release(long address, long bytes);
}
