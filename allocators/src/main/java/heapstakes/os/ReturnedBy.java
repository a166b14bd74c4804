package heapstakes.os;

/** The ways in which resident memory goes back to the kernel. */
public enum ReturnedBy {
  /** The program break was lowered. */
  BRK,
  /** munmap, or a mapping replaced or cut by mremap. */
  MUNMAP,
  /** MADV_DONTNEED. */
  DONTNEED,
  /** MADV_FREE: promised, not yet gone. */
  FREE
}
