package heapstakes.os;

/** System calls that are counted. */
public enum Syscall {
  /** brk(2), as sbrk(3) issues it. */
  SBRK,
  /** mmap(2). */
  MMAP,
  /** munmap(2). */
  MUNMAP,
  /** madvise(2). */
  MADVISE,
  /** mprotect(2). */
  MPROTECT,
  /** mremap(2). */
  MREMAP,
  /** fork(2). */
  FORK
}
