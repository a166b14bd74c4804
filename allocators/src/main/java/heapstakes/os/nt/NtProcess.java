package heapstakes.os.nt;

import static heapstakes.memory.Addresses.pageAlignDown;
import static heapstakes.memory.Addresses.pageAlignUp;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.CommitCalls;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.PageVisitor;
import heapstakes.os.Protection;
import heapstakes.os.VirtualClock;

/**
 * A process on a simulated machine whose kernel reserves and commits, and has no brk and no mmap.
 * What is committed is charged at once, touched or not, and refused where memory and page file
 * together would not do. Pages, frames and faults are those of simulated memory.
 */
public final class NtProcess implements AddressSpace, CommitCalls {
  private static final long HIGHEST = HINTED_AREA << 1;
  private static final int RESERVED = MapFlags.PRIVATE_ANONYMOUS | MapFlags.NORESERVE;

  private final AddressSpace pages;
  private final NtStatistics statistics;
  private final Reservations reservations = new Reservations(HINTED_AREA, HIGHEST);
  private final long commitLimit;
  private final long failingCall;
  private long calls;

  /**
   * A fresh process.
   *
   * @param pages memory that refuses nothing; closed with this
   * @param commitLimit bytes of memory and page file
   * @param failingCall the call that fails, from 1; 0: none
   */
  public NtProcess(AddressSpace pages, long commitLimit, long failingCall) {
    this.pages = pages;
    this.commitLimit = commitLimit;
    this.failingCall = failingCall;
    this.statistics = new NtStatistics(pages.statistics());
  }

  /** Counts a call; false when it is the one that shall fail. */
  private boolean enter(NtCall kind) {
    statistics.addCall(kind);
    return ++calls != failingCall;
  }

  @Override
  public long reserve(long bytes) {
    if (!enter(NtCall.RESERVE)) {
      return -Errno.ENOMEM;
    }
    if (bytes <= 0) {
      return -Errno.EINVAL;
    }
    Reservation added = bytes > HIGHEST ? null : reservations.add(pageAlignUp(bytes));
    if (added == null) {
      return -Errno.ENOMEM;
    }
    int flags = RESERVED | MapFlags.FIXED_NOREPLACE;
    return pages.mmap(added.start, added.end - added.start, Protection.NONE, flags);
  }

  @Override
  public long commit(long address, long bytes) {
    if (!enter(NtCall.COMMIT)) {
      return -Errno.ENOMEM;
    }
    Reservation reservation = reservations.find(address, bytes);
    if (reservation == null) {
      return -Errno.EINVAL;
    }
    long from = pageAlignDown(address);
    long to = pageAlignUp(address + bytes);
    long more = to - from - (reservation.committedPages(from, to) << 12);
    if (more > commitLimit - statistics.committedBytes()) {
      return -Errno.ENOMEM;
    }
    reservation.setCommitted(from, to, true);
    statistics.addCommitted(more);
    return pages.mprotect(from, to - from, Protection.READ_WRITE);
  }

  @Override
  public long decommit(long address, long bytes) {
    if (!enter(NtCall.DECOMMIT)) {
      return -Errno.ENOMEM;
    }
    Reservation reservation = reservations.find(address, bytes);
    if (reservation == null) {
      return -Errno.EINVAL;
    }
    long from = pageAlignDown(address);
    long to = pageAlignUp(address + bytes);
    uncharge(reservation, from, to);
    reservation.setCommitted(from, to, false);
    long before = statistics.residentBytes();
    long got = pages.mmap(from, to - from, Protection.NONE, RESERVED | MapFlags.FIXED);
    statistics.addReturned(NtReturn.DECOMMIT, before - statistics.residentBytes());
    return got == from ? 0 : got;
  }

  private void uncharge(Reservation reservation, long from, long to) {
    statistics.addCommitted(-(reservation.committedPages(from, to) << 12));
  }

  @Override
  public long release(long address, long bytes) {
    if (!enter(NtCall.RELEASE)) {
      return -Errno.ENOMEM;
    }
    Reservation reservation = reservations.find(address, bytes);
    if (reservation == null
        || address != reservation.start
        || pageAlignUp(bytes) != reservation.end - reservation.start) {
      return -Errno.EINVAL;
    }
    uncharge(reservation, reservation.start, reservation.end);
    reservations.remove(reservation);
    long before = statistics.residentBytes();
    long result = pages.munmap(address, bytes);
    statistics.addReturned(NtReturn.RELEASE, before - statistics.residentBytes());
    return result;
  }

  @Override
  public CommitCalls commitCalls() {
    return this;
  }

  @Override
  public boolean maps() {
    return false;
  }

  @Override
  public Memory memory() {
    return pages.memory();
  }

  @Override
  public VirtualClock clock() {
    return pages.clock();
  }

  @Override
  public NtStatistics statistics() {
    return statistics;
  }

  @Override
  public long initialBreak() {
    return pages.initialBreak();
  }

  @Override
  public long programBreak() {
    return pages.initialBreak();
  }

  @Override
  public long sbrk(long increment) {
    return -Errno.ENOSYS;
  }

  @Override
  public long mmap(long hint, long length, int protection, int flags) {
    return -Errno.ENOSYS;
  }

  @Override
  public long munmap(long address, long length) {
    return -Errno.ENOSYS;
  }

  @Override
  public long mprotect(long address, long length, int protection) {
    return -Errno.ENOSYS;
  }

  @Override
  public long mremap(long address, long length, long newLength, int flags, long newAddress) {
    return -Errno.ENOSYS;
  }

  @Override
  public long madvise(long address, long length, Advice advice) {
    return -Errno.ENOSYS;
  }

  @Override
  public boolean visitPages(PageVisitor visitor) {
    return pages.visitPages(visitor);
  }

  @Override
  public boolean canFork() {
    return false;
  }

  @Override
  public AddressSpace fork() {
    throw new UnsupportedOperationException("nt has no fork");
  }

  @Override
  public void close() {
    pages.close();
  }
}
