package heapstakes.os.host;

import heapstakes.memory.Addresses;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import heapstakes.os.ReturnedBy;
import heapstakes.os.linux.PageWork;
import heapstakes.os.linux.VirtualMemory;
import java.util.Locale;

/** Does to real pages what {@link VirtualMemory} decided, by real system calls. */
final class NativeLinuxPages implements PageWork {
  private static final int MOVE =
      MapFlags.MREMAP_MAYMOVE | MapFlags.MREMAP_FIXED | MapFlags.MREMAP_DONTUNMAP;

  private final NativeLinuxCalls calls;
  private final NativeLinuxWindows windows;
  private final NativeLinuxMeter meter;
  // [breakStart, warmEnd) above the break is readable, writable and zero on the host
  private long warmEnd;
  private boolean keepsWarm;

  NativeLinuxPages(NativeLinuxCalls calls, NativeLinuxWindows windows, NativeLinuxMeter meter) {
    this.calls = calls;
    this.windows = windows;
    this.meter = meter;
    this.warmEnd = windows.breaks().start();
  }

  /** From now on the break may be lowered without losing its frames, which end at {@code end}. */
  void keepWarm(long end) {
    warmEnd = Math.max(warmEnd, end);
    keepsWarm = true;
  }

  /** The break is down: from now on lowering it gives frames back again. */
  void kept() {
    keepsWarm = false;
  }

  /** The host decides in {@link #map}. */
  @Override
  public boolean mayCommit(long pages) {
    return true;
  }

  @Override
  public void commit(long pages) {
    // the host keeps its own account
  }

  @Override
  public boolean map(long start, long end, int protection, int flags) {
    if (!windows.cover(start, end)) {
      return false;
    }
    boolean warm =
        start >= windows.breaks().start()
            && start < warmEnd
            && protection == Protection.READ_WRITE
            && (flags & MapFlags.POPULATE) == 0;
    long from = warm ? Math.min(warmEnd, end) : start;
    if (!warm && start >= windows.breaks().start()) {
      warmEnd = Math.min(warmEnd, start);
    }
    return from == end || mapCold(from, end, protection, flags);
  }

  private boolean mapCold(long start, long end, int protection, int flags) {
    int kept = flags & (MapFlags.NORESERVE | MapFlags.POPULATE);
    long host = start + windows.hostOffset();
    return calls.mmap(host, end - start, protection, kept | MapFlags.FIXED) == host;
  }

  @Override
  public void unmap(long start, long end, ReturnedBy way) {
    if (keepsWarm && way == ReturnedBy.BRK) {
      return;
    }
    meter.losing(start, end, way);
    unmapWithin(start, end, windows.breaks());
    unmapWithin(start, end, windows.mappings());
    unmapWithin(start, end, windows.hinted());
    if (start < windows.breaks().end() && end > windows.breaks().start()) {
      warmEnd = Math.min(warmEnd, Math.max(start, windows.breaks().start()));
    }
  }

  private void unmapWithin(long start, long end, NativeLinuxWindows.Window window) {
    long from = Math.max(start, window.start());
    long to = Math.min(end, window.end());
    if (from < to && Errno.isError(windows.release(calls, from, to))) {
      // No mapping to spare on the host: the pages go all the same, the address space stays ours.
      require(
          "madvise",
          from,
          to - from,
          calls.madvise(from + windows.hostOffset(), to - from, Advice.DONTNEED.code()));
    }
  }

  @Override
  public void protect(long start, long end, int protection) {
    require(
        "mprotect",
        start,
        end - start,
        calls.mprotect(start + windows.hostOffset(), end - start, protection));
  }

  @Override
  public void move(long from, long to, long length) {
    long hostFrom = from + windows.hostOffset();
    long hostTo = to + windows.hostOffset();
    if (Errno.isError(calls.mremap(hostFrom, length, length, MOVE, hostTo))) {
      // One mapping in our book may be several to the host; a single page never is.
      for (long at = 0; at < length; at += Addresses.PAGE_BYTES) {
        long page = Addresses.PAGE_BYTES;
        require(
            "mremap", from + at, page, calls.mremap(hostFrom + at, page, page, MOVE, hostTo + at));
      }
    }
  }

  private static void require(String call, long address, long length, long result) {
    if (Errno.isError(result)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              """
              --memory linux: the host refused %s(0x%x, %d): %s.
                The JVM may have too many mappings: raise vm.max_map_count, or use --memory simulated.\
              """,
              call,
              address,
              length,
              Errno.name((int) -result)));
    }
  }
}
