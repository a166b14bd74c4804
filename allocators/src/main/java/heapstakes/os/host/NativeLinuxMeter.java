package heapstakes.os.host;

import heapstakes.memory.Addresses;
import heapstakes.os.KindCounts;
import heapstakes.os.ReturnedBy;
import heapstakes.os.linux.ProcessLayout;
import heapstakes.os.linux.Vma;
import heapstakes.os.linux.VmaSet;
import java.util.Map;

/**
 * Looks how much of a real process is resident. Only our own calls take pages away, so looking
 * before each of them, and when asked, finds the exact peak. Off unless asked for: mincore(2) takes
 * about 1 ms a GiB.
 */
final class NativeLinuxMeter {
  private final NativeLinuxCalls calls;
  private final long hostOffset;
  private final boolean on;
  private final KindCounts<ReturnedBy> returned = new KindCounts<>(ReturnedBy.class);
  private VmaSet vmas;
  private long peak;

  NativeLinuxMeter(NativeLinuxCalls calls, long hostOffset, boolean on) {
    this.calls = calls;
    this.hostOffset = hostOffset;
    this.on = on;
    this.vmas = new VmaSet(ProcessLayout.TASK_SIZE, 0);
  }

  boolean isOn() {
    return on;
  }

  /** A process starts afresh. */
  void watch(VmaSet mappings) {
    vmas = mappings;
    peak = 0;
    returned.clear();
  }

  /** The resident pages of a range are about to go. */
  void losing(long start, long end, ReturnedBy way) {
    if (on) {
      if (mapped() > peak) { // else it cannot have been passed
        peak = Math.max(peak, resident(0, ProcessLayout.TASK_SIZE));
      }
      returned.add(way, resident(start, end));
    }
  }

  long residentBytes() {
    if (!on) {
      return -1;
    }
    long now = resident(0, ProcessLayout.TASK_SIZE);
    peak = Math.max(peak, now);
    return now;
  }

  long peakResidentBytes() {
    return on && residentBytes() >= 0 ? peak : -1;
  }

  Map<ReturnedBy, Long> returnedBytes() {
    return on ? returned.toMap() : Map.of();
  }

  private long mapped() {
    return (vmas.totalPages() - vmas.imagePages()) << Addresses.PAGE_SHIFT;
  }

  /** Resident bytes of what the process mapped within {@code [start, end)}. */
  private long resident(long start, long end) {
    long bytes = 0;
    for (Vma vma = vmas.find(start); vma.start() < end && !vmas.isEnd(vma); vma = vma.next()) {
      if (!vma.has(Vma.IMAGE)) {
        long from = Math.max(start, vma.start());
        bytes += calls.residentBytes(from + hostOffset, Math.min(end, vma.end()) - from);
      }
    }
    return bytes;
  }
}
