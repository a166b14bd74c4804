package heapstakes.os;

import java.util.Locale;

/** System calls of Linux that are counted. */
public enum Syscall implements CallKind {
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
  /** fork(2): the program's. */
  FORK;

  @Override
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public boolean isAllocators() {
    return this != FORK;
  }
}
