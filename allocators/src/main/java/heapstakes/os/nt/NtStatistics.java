package heapstakes.os.nt;

import heapstakes.os.CallKind;
import heapstakes.os.KindCounts;
import heapstakes.os.VmStatistics;
import java.util.Map;

/** What NT counts of a process: mapped is what is reserved, no cost is modelled. */
public final class NtStatistics implements VmStatistics {
  private final VmStatistics pages;
  private final KindCounts<NtCall> calls = new KindCounts<>(NtCall.class);
  private final KindCounts<NtReturn> returned = new KindCounts<>(NtReturn.class);
  private long committed;
  private long peakCommitted;

  NtStatistics(VmStatistics pages) {
    this.pages = pages;
  }

  void addCall(NtCall kind) {
    calls.add(kind, 1);
  }

  void addReturned(NtReturn way, long bytes) {
    returned.add(way, bytes);
  }

  void addCommitted(long bytes) {
    committed += bytes;
    peakCommitted = Math.max(peakCommitted, committed);
  }

  /** The commit charge: bytes that memory or the page file must be there for, touched or not. */
  public long committedBytes() {
    return committed;
  }

  /** Highest {@link #committedBytes} so far (PeakPagefileUsage). */
  public long peakCommittedBytes() {
    return peakCommitted;
  }

  @Override
  public long mappedBytes() {
    return pages.mappedBytes();
  }

  @Override
  public long peakMappedBytes() {
    return pages.peakMappedBytes();
  }

  @Override
  public long residentBytes() {
    return pages.residentBytes();
  }

  @Override
  public long peakResidentBytes() {
    return pages.peakResidentBytes();
  }

  @Override
  public long lazyFreeBytes() {
    return 0;
  }

  @Override
  public long swappedBytes() {
    return pages.swappedBytes();
  }

  @Override
  public Map<NtReturn, Long> returnedBytes() {
    return returned.toMap();
  }

  @Override
  public long minorFaults() {
    return pages.minorFaults();
  }

  @Override
  public long majorFaults() {
    return pages.majorFaults();
  }

  @Override
  public Map<NtCall, Long> calls() {
    return calls.toMap();
  }

  @Override
  public long calls(CallKind kind) {
    return calls.get(kind);
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public long modelledNanos() {
    return -1;
  }
}
