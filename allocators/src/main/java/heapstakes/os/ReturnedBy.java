package heapstakes.os;

import java.util.Locale;

/** The ways in which resident memory goes back to Linux. */
public enum ReturnedBy implements ReturnKind {
  /** The program break was lowered. */
  BRK,
  /** munmap, or a mapping replaced or cut by mremap. */
  MUNMAP,
  /** MADV_DONTNEED. */
  DONTNEED,
  /** MADV_FREE: promised, not yet gone. */
  FREE;

  @Override
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public boolean isPromise() {
    return this == FREE;
  }
}
