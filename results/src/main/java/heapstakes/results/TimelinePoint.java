package heapstakes.results;

import java.util.OptionalLong;

/**
 * Memory at one point of a replay.
 *
 * @param operation how many operations were done
 * @param nanos virtual time
 * @param phase name of the phase mark here; empty for a point between marks
 * @param use memory here
 * @param lazyFreeBytes the part of resident that was MADV_FREE'd and not written since; empty: not
 *     measured
 * @param returnedBytes resident bytes given up so far by brk, munmap and MADV_DONTNEED; empty: not
 *     measured
 * @param kernel what the kernel has done so far
 */
public record TimelinePoint(
    long operation,
    long nanos,
    String phase,
    MemoryUse use,
    OptionalLong lazyFreeBytes,
    OptionalLong returnedBytes,
    KernelWork kernel) {
  /** A point where nothing is known of the kernel's work. */
  public TimelinePoint(
      long operation,
      long nanos,
      String phase,
      MemoryUse use,
      OptionalLong lazyFreeBytes,
      OptionalLong returnedBytes) {
    this(operation, nanos, phase, use, lazyFreeBytes, returnedBytes, KernelWork.NOT_MEASURED);
  }

  public TimelinePoint {
    Checks.requireNotNegative("operation", operation);
    Checks.requireNotNegative("time", nanos);
    Checks.requireNotNegative("lazy-free", lazyFreeBytes);
    Checks.requireNotNegative("returned", returnedBytes);
    Checks.requireAscending("lazy-free", lazyFreeBytes, "resident", use.residentBytes());
  }
}
