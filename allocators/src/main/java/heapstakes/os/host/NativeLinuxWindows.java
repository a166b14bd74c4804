package heapstakes.os.host;

import heapstakes.os.AddressSpace;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import heapstakes.os.linux.ProcessLayout;
import java.util.List;

/**
 * Address space of the host that is ours: one window for the program break, one for mappings and
 * one for those that allocators place by hints, all at the same distance from the canonical
 * addresses. Until pages of it are mapped it is reserved without access, so that neither the JVM
 * nor a library can settle there.
 *
 * @param hostOffset what to add to an address to get the host's; whole GiB
 * @param breaks for the program break
 * @param mappings for mappings
 * @param hinted for mappings that are placed by hints
 */
record NativeLinuxWindows(long hostOffset, Window breaks, Window mappings, Window hinted) {
  /** Reserved: no access, no commit charge. */
  private static final int RESERVED = MapFlags.NORESERVE;

  private static final long GIB = 1L << 30;
  private static final long SMALLEST = GIB;

  // The JVM sits below 32 GiB and, with program and libraries, within 12 TiB of either end.
  private static final long FIRST_OFFSET = -12L << 40;
  private static final long LAST_OFFSET = -70L << 40;

  /** Addresses, without the host's offset. */
  record Window(long start, long end) {
    private boolean covers(long from, long to) {
      return from >= start && to <= end;
    }

    private long bytes() {
      return end - start;
    }
  }

  /** All of them. */
  List<Window> all() {
    return List.of(breaks, mappings, hinted);
  }

  /**
   * Reserves the windows.
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
        --memory linux: the kernel does not let three windows of 1 GiB be reserved.
          Look at `ulimit -v` (must be unlimited), or run with --memory simulated.\
        """);
  }

  private static NativeLinuxWindows at(long offset, ProcessLayout layout, long size) {
    long start = layout.startBreak();
    long end = layout.librariesStart();
    long hints = AddressSpace.HINTED_AREA;
    return new NativeLinuxWindows(
        offset,
        new Window(start, start + size),
        new Window(end - size, end),
        new Window(hints, hints + size));
  }

  private boolean tryReserve(NativeLinuxCalls calls) {
    List<Window> windows = all();
    for (int i = 0; i < windows.size(); i++) {
      if (!reserve(calls, windows.get(i))) {
        windows.subList(0, i).forEach(reserved -> release(calls, reserved));
        return false;
      }
    }
    return true;
  }

  private boolean reserve(NativeLinuxCalls calls, Window window) {
    long wanted = window.start + hostOffset;
    if (wanted < SMALLEST) {
      return false;
    }
    int flags = RESERVED | MapFlags.FIXED_NOREPLACE;
    long got = calls.mmap(wanted, window.bytes(), Protection.NONE, flags);
    if (!Errno.isError(got) && got != wanted) {
      calls.munmap(got, window.bytes()); // a kernel before 4.17 takes the address for a hint
    }
    return got == wanted;
  }

  private void release(NativeLinuxCalls calls, Window window) {
    calls.munmap(window.start + hostOffset, window.bytes());
  }

  /** Whether all of {@code [start, end)} is ours. */
  boolean cover(long start, long end) {
    return breaks.covers(start, end) || mappings.covers(start, end) || hinted.covers(start, end);
  }

  /** Takes the pages of a range away and reserves it again; -errno when the host cannot. */
  long release(NativeLinuxCalls calls, long start, long end) {
    return calls.mmap(start + hostOffset, end - start, Protection.NONE, RESERVED | MapFlags.FIXED);
  }

  /** Gives all windows back to the host. */
  void close(NativeLinuxCalls calls) {
    all().forEach(window -> release(calls, window));
  }
}
