package heapstakes.os.host;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.pageAlignUp;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.CallKind;
import heapstakes.os.Errno;
import heapstakes.os.HugePageMode;
import heapstakes.os.KindCounts;
import heapstakes.os.Protection;
import heapstakes.os.ReturnedBy;
import heapstakes.os.Syscall;
import heapstakes.os.VirtualClock;
import heapstakes.os.VmStatistics;
import heapstakes.os.linux.KernelProfile;
import heapstakes.os.linux.ProcessLayout;
import heapstakes.os.linux.VirtualMemory;
import heapstakes.os.linux.VmLimits;
import heapstakes.os.linux.Vma;
import heapstakes.os.linux.VmaSet;
import java.util.Map;

/**
 * Real memory of this very machine, for measuring time. {@link VirtualMemory} decides every
 * address, error and merge as for simulated memory; the real kernel then does the same to pages at
 * a fixed distance from these addresses. What lies outside the {@link NativeLinuxWindows windows}
 * is out of memory.
 *
 * <p>Thread-safe: one lock around the bookkeeping and the call, as the kernel's own. An access to
 * memory that is not mapped crashes the JVM, as it does a C program.
 */
final class NativeLinux implements AddressSpace, VmStatistics {
  private final NativeLinuxCalls calls;
  private final NativeLinuxWindows windows;
  private final NativeLinuxMeter meter;
  private final NativeLinuxPages pages;
  private final Memory memory;
  private final VirtualClock clock = new VirtualClock();
  private final KindCounts<Syscall> counts = new KindCounts<>(Syscall.class);
  private VirtualMemory process;
  private long peakMapped;
  private boolean mayHaveHugePages = HugePageMode.ofThisMachine() == HugePageMode.ALWAYS;
  private boolean closed;

  /**
   * @param calls the host's kernel
   * @param windows where the process lives; closed with it
   * @param meter looks for resident and returned bytes, or does not
   */
  NativeLinux(NativeLinuxCalls calls, NativeLinuxWindows windows, NativeLinuxMeter meter) {
    this.calls = calls;
    this.windows = windows;
    this.meter = meter;
    pages = new NativeLinuxPages(calls, windows, meter);
    memory = Memory.real(windows.hostOffset());
    process = fresh();
  }

  private VirtualMemory fresh() {
    VirtualMemory made =
        new VirtualMemory(ProcessLayout.PIE, KernelProfile.V6_18, VmLimits.DEFAULT, pages);
    ProcessLayout.PIE.populate(made.vmas());
    meter.watch(made.vmas());
    return made;
  }

  /** The book, for comparing with the host's. */
  VmaSet mappings() {
    return process.vmas();
  }

  @Override
  public Memory memory() {
    return memory;
  }

  @Override
  public VirtualClock clock() {
    return clock;
  }

  @Override
  public VmStatistics statistics() {
    return this;
  }

  @Override
  public long initialBreak() {
    return ProcessLayout.PIE.startBreak();
  }

  @Override
  public synchronized long programBreak() {
    return process.programBreak();
  }

  @Override
  public synchronized long sbrk(long increment) {
    if (increment == 0) {
      return process.programBreak(); // sbrk(3) answers that without a system call
    }
    count(Syscall.SBRK);
    return grown(process.sbrk(increment));
  }

  @Override
  public synchronized long mmap(long hint, long length, int protection, int flags) {
    count(Syscall.MMAP);
    return grown(process.mmap(hint, length, protection, flags));
  }

  @Override
  public synchronized long munmap(long address, long length) {
    count(Syscall.MUNMAP);
    return process.munmap(address, length);
  }

  @Override
  public synchronized long mprotect(long address, long length, int protection) {
    count(Syscall.MPROTECT);
    return process.mprotect(address, length, protection);
  }

  @Override
  public synchronized long mremap(
      long address, long length, long newLength, int flags, long newAddress) {
    count(Syscall.MREMAP);
    return grown(process.mremap(address, length, newLength, flags, newAddress));
  }

  private void count(Syscall kind) {
    if (closed) {
      throw new IllegalStateException("the process has ended: " + kind);
    }
    counts.add(kind, 1);
  }

  private long grown(long result) {
    peakMapped = Math.max(peakMapped, process.mappedBytes());
    return result;
  }

  /** madvise(2): the mapped parts are processed, a hole then makes it -ENOMEM. */
  @Override
  public synchronized long madvise(long address, long length, Advice advice) {
    count(Syscall.MADVISE);
    long end = address + pageAlignUp(length);
    if (address % PAGE_BYTES != 0 || address < 0 || length < 0 || end < address) {
      return -Errno.EINVAL;
    }
    lose(address, end, advice);
    long result = 0;
    long at = address;
    for (Vma vma = process.vmas().find(address); at < end && !process.vmas().isEnd(vma); ) {
      result = vma.start() > at ? -Errno.ENOMEM : result;
      long from = Math.max(at, vma.start());
      at = Math.min(end, vma.end());
      long failed = from < at && !vma.has(Vma.IMAGE) ? adviseHost(from, at, advice) : 0;
      if (failed != 0) {
        return failed;
      }
      vma = vma.next();
    }
    return at < end ? -Errno.ENOMEM : result;
  }

  private long adviseHost(long start, long end, Advice advice) {
    return calls.madvise(start + windows.hostOffset(), end - start, advice.code());
  }

  private void lose(long start, long end, Advice advice) {
    switch (advice) {
      case HUGEPAGE, COLLAPSE -> mayHaveHugePages = true;
      case DONTNEED -> meter.losing(start, end, ReturnedBy.DONTNEED);
      case FREE -> meter.losing(start, end, ReturnedBy.FREE);
      case PAGEOUT -> meter.residentBytes();
      default -> {
        // takes no page away
      }
    }
  }

  /**
   * Unless metered, the frames below the break stay, zeroed: growing again up to there costs
   * bookkeeping only.
   */
  @Override
  public synchronized boolean reset() {
    long start = initialBreak();
    long end = pageAlignUp(process.programBreak());
    Vma heap = process.vmas().find(start);
    boolean plain =
        heap.start() == start && heap.end() == end && heap.protection() == Protection.READ_WRITE;
    if (plain && !meter.isOn()) {
      memory.fill(start, end - start, (byte) 0);
      pages.keepWarm(end);
    }
    process.brk(start);
    pages.kept();
    unmapAll();
    process = fresh();
    counts.clear();
    peakMapped = 0;
    return true;
  }

  private void unmapAll() {
    VmaSet vmas = process.vmas();
    for (Vma vma = vmas.first(); !vmas.isEnd(vma); ) {
      Vma next = vma.next();
      if (!vma.has(Vma.IMAGE)) {
        pages.unmap(vma.start(), vma.end(), ReturnedBy.MUNMAP);
      }
      vma = next;
    }
  }

  @Override
  public HugePageMode hugePageMode() {
    return HugePageMode.ofThisMachine();
  }

  @Override
  public boolean canFork() {
    return false;
  }

  @Override
  public AddressSpace fork() {
    throw new UnsupportedOperationException(
        "--memory linux cannot fork: the child would be this JVM. Use --memory simulated");
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      windows.close(calls);
    }
  }

  @Override
  public synchronized long mappedBytes() {
    return process.mappedBytes();
  }

  @Override
  public synchronized long peakMappedBytes() {
    return peakMapped;
  }

  @Override
  public synchronized long residentBytes() {
    return meter.residentBytes();
  }

  @Override
  public synchronized long peakResidentBytes() {
    return meter.peakResidentBytes();
  }

  @Override
  public synchronized long lazyFreeBytes() {
    if (!meter.isOn()) {
      return -1;
    }
    // The kernel marks a batch of up to 31 pages at a time; any call of this kind hands in the
    // rest.
    long anyPage = windows.breaks().start();
    adviseHost(anyPage, anyPage + PAGE_BYTES, Advice.COLD);
    return NativeLinuxSmaps.sum("LazyFree", windows);
  }

  @Override
  public synchronized long swappedBytes() {
    return meter.isOn() ? NativeLinuxSmaps.sum("Swap", windows) : -1;
  }

  @Override
  public synchronized long anonHugeBytes() {
    return meter.isOn() && mayHaveHugePages ? NativeLinuxSmaps.sum("AnonHugePages", windows) : -1;
  }

  @Override
  public synchronized Map<ReturnedBy, Long> returnedBytes() {
    return meter.returnedBytes();
  }

  /** Faults of our pages cannot be told from the JVM's. */
  @Override
  public long minorFaults() {
    return -1;
  }

  @Override
  public long majorFaults() {
    return -1;
  }

  @Override
  public synchronized Map<Syscall, Long> calls() {
    return counts.toMap();
  }

  @Override
  public synchronized long calls(CallKind kind) {
    return counts.get(kind);
  }

  /** Here the time is real. */
  @Override
  public long modelledNanos() {
    return -1;
  }
}
