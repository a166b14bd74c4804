package heapstakes.os.host;

import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import heapstakes.os.linux.ProcessLayout;

/**
 * Address space of the host that is ours: one window for the program break, one for mappings, both
 * at the same distance from the canonical addresses. Until pages of it are mapped it is reserved
 * without access, so that neither the JVM nor a library can settle there.
 *
 * @param hostOffset what to add to an address to get the host's; whole GiB
 * @param breakStart where the break window starts
 * @param breakEnd where it ends
 * @param mmapStart where the mmap window starts
 * @param mmapEnd where it ends
 */
record NativeLinuxWindows(
    long hostOffset, long breakStart, long breakEnd, long mmapStart, long mmapEnd) {
  /** Reserved: no access, no commit charge. */
  private static final int RESERVED = MapFlags.NORESERVE;

  private static final long GIB = 1L << 30;
  private static final long SMALLEST = GIB;

  // The JVM sits below 32 GiB and, with program and libraries, within 12 TiB of either end.
  private static final long FIRST_OFFSET = -12L << 40;
  private static final long LAST_OFFSET = -70L << 40;

  /**
   * Reserves two windows.
   *
   * @param bytes size of each, tried first; halved until the host agrees
   * @throws IllegalStateException when it agrees to none
   */
  static NativeLinuxWindows reserve(NativeLinuxCalls calls, ProcessLayout layout, long bytes) {
    for (long size = bytes; size >= SMALLEST; size >>= 1) {
      long step = Math.max(2 * size, 16 * GIB);
      for (long offset = FIRST_OFFSET; offset >= LAST_OFFSET; offset -= step) {
        NativeLinuxWindows windows = at(offset, layout, size);
        if (windows.tryReserve(calls)) {
          return windows;
        }
      }
    }
    throw new IllegalStateException(
        """
        --memory linux: the kernel does not let two windows of 1 GiB be reserved.
          Look at `ulimit -v` (must be unlimited), or run with --memory simulated.\
        """);
  }

  private static NativeLinuxWindows at(long offset, ProcessLayout layout, long size) {
    long start = layout.startBreak();
    long end = layout.librariesStart();
    return new NativeLinuxWindows(offset, start, start + size, end - size, end);
  }

  private boolean tryReserve(NativeLinuxCalls calls) {
    if (!reserve(calls, breakStart, breakEnd)) {
      return false;
    }
    if (!reserve(calls, mmapStart, mmapEnd)) {
      calls.munmap(breakStart + hostOffset, breakEnd - breakStart);
      return false;
    }
    return true;
  }

  private boolean reserve(NativeLinuxCalls calls, long start, long end) {
    long wanted = start + hostOffset;
    int flags = RESERVED | MapFlags.FIXED_NOREPLACE;
    long got = calls.mmap(wanted, end - start, Protection.NONE, flags);
    if (!Errno.isError(got) && got != wanted) {
      calls.munmap(got, end - start); // a kernel before 4.17 takes the address for a hint
    }
    return got == wanted;
  }

  /** Whether all of {@code [start, end)} is ours. */
  boolean cover(long start, long end) {
    return (start >= breakStart && end <= breakEnd) || (start >= mmapStart && end <= mmapEnd);
  }

  /** Takes the pages of a range away and reserves it again; -errno when the host cannot. */
  long release(NativeLinuxCalls calls, long start, long end) {
    return calls.mmap(start + hostOffset, end - start, Protection.NONE, RESERVED | MapFlags.FIXED);
  }

  /** Gives both windows back to the host. */
  void close(NativeLinuxCalls calls) {
    calls.munmap(breakStart + hostOffset, breakEnd - breakStart);
    calls.munmap(mmapStart + hostOffset, mmapEnd - mmapStart);
  }
}
