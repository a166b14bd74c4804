package heapstakes.os.simulated;

import heapstakes.memory.Memory;
import heapstakes.memory.OutOfMemoryKill;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.HugePageMode;
import heapstakes.os.MapFlags;
import heapstakes.os.PageVisitor;
import heapstakes.os.Protection;
import heapstakes.os.ReturnedBy;
import heapstakes.os.Syscall;
import heapstakes.os.VirtualClock;
import heapstakes.os.linux.PageWork;
import heapstakes.os.linux.ProcessLayout;
import heapstakes.os.linux.VirtualMemory;
import heapstakes.os.linux.Vma;
import heapstakes.os.linux.VmaSet;
import java.util.Locale;

/**
 * A process on a simulated Linux machine: system calls enter here. Its parts are one kernel concept
 * each: {@link VirtualMemory} the mappings, {@link ResidentSet} the pages, {@link PageFaults} the
 * faults, {@link PhysicalMemory} the machine that forked processes share.
 */
public final class SimulatedLinux implements AddressSpace {
  private final MachineConfig config;
  private final PhysicalMemory machine;
  private final Overcommit overcommit;
  private final Khugepaged khugepaged;
  private final VirtualMemory virtual;
  private final ResidentSet pages;
  private final HostBacking host;
  private final VmCounters counters;
  private final PageFaults faults;
  private final Collapse collapse;
  private final PageAdvice advice;
  private final CostModel cost;
  private final Memory memory;
  private final VirtualClock clock = new VirtualClock();
  private long fallibleCalls;
  private long failingCall;
  private long vmasCreated;
  private long vmasSplit;
  private boolean closed;

  SimulatedLinux(MachineConfig config) {
    this(
        config,
        new PhysicalMemory(
            config.ramPages(),
            config.memoryMaxPages(),
            config.memoryHighPages(),
            config.swapPages()),
        new Overcommit(
            config.overcommit(), config.ramPages(), config.swapPages(), config.overcommitRatio()),
        new Khugepaged(config.hugePages()));
    config.layout().populate(virtual.vmas());
    counters.noteMapped();
    khugepaged.enter(virtual.vmas(), pages, collapse, clock);
  }

  private SimulatedLinux(
      MachineConfig config, PhysicalMemory machine, Overcommit overcommit, Khugepaged khugepaged) {
    this.config = config;
    this.machine = machine;
    this.overcommit = overcommit;
    this.khugepaged = khugepaged;
    this.cost = config.cost();
    this.failingCall = config.failingCall();
    this.virtual =
        new VirtualMemory(config.layout(), config.kernel(), config.limits(), new Pages());
    this.host = new HostBacking(config.layout(), config.flat());
    this.pages = new ResidentSet(host, machine, config.kernel(), cost, virtual, overcommit);
    this.counters = pages.counters();
    HugePages hugePages = new HugePages(config.hugePages(), pages);
    this.collapse = new Collapse(config.hugePages(), pages);
    this.faults = new PageFaults(virtual.vmas(), pages, hugePages);
    this.advice = new PageAdvice(virtual.vmas(), pages, faults, collapse);
    this.memory = host.memory(faults);
  }

  /** What changed mappings do to simulated pages. */
  private final class Pages implements PageWork {
    @Override
    public boolean mayCommit(long count) {
      return overcommit.mayCommit(count, virtual.vmas().totalPages());
    }

    @Override
    public void commit(long count) {
      overcommit.commit(count);
    }

    @Override
    public boolean map(long start, long end, int protection, int flags) {
      return true; // a page table has nothing to do until the first fault
    }

    @Override
    public void unmap(long start, long end, ReturnedBy way) {
      long first = start >>> 12;
      long last = end >>> 12;
      counters.addReturned(way, pages.dropRange(first, last));
      pages.freeTables(first, last, floor(start) >>> 12, ceiling(end) >>> 12);
    }

    @Override
    public void protect(long start, long end, int protection) {
      pages.revokeRange(start >>> 12, end >>> 12);
    }

    @Override
    public void move(long from, long to, long length) {
      PageMoves.move(pages, from >>> 12, to >>> 12, length >>> 12);
    }
  }

  /** Where the mapping below an unmapped range ends. */
  private long floor(long start) {
    Vma vma = virtual.vmas().find(start);
    return vma.start() < start ? start : vma.prev().end();
  }

  /** Where the mapping above an unmapped range starts. */
  private long ceiling(long end) {
    return Math.max(end, virtual.vmas().find(end).start());
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
  public SimulatedStatistics statistics() {
    return counters;
  }

  @Override
  public long initialBreak() {
    return virtual.initialBreak();
  }

  @Override
  public long programBreak() {
    return virtual.programBreak();
  }

  @Override
  public long sbrk(long increment) {
    if (increment == 0) {
      return virtual.programBreak(); // sbrk(3) answers that without a system call
    }
    if (!enter(Syscall.SBRK, increment > 0 ? cost.brkGrow() : cost.munmap())) {
      return -Errno.ENOMEM;
    }
    return leave(virtual.sbrk(increment));
  }

  @Override
  public long mmap(long hint, long length, int protection, int flags) {
    if (!enter(Syscall.MMAP, cost.mmap())) {
      return -Errno.ENOMEM;
    }
    long start = virtual.mmap(hint, length, protection, flags);
    if ((flags & MapFlags.POPULATE) != 0 && !Errno.isError(start)) {
      boolean writes = Protection.isWritable(protection);
      advice.madvise(start, length, writes ? Advice.POPULATE_WRITE : Advice.POPULATE_READ);
    }
    return leave(start);
  }

  @Override
  public long munmap(long address, long length) {
    return enter(Syscall.MUNMAP, cost.munmap())
        ? leave(virtual.munmap(address, length))
        : -Errno.ENOMEM;
  }

  @Override
  public long mprotect(long address, long length, int protection) {
    return enter(Syscall.MPROTECT, cost.mmap())
        ? leave(virtual.mprotect(address, length, protection))
        : -Errno.ENOMEM;
  }

  @Override
  public long mremap(long address, long length, long newLength, int flags, long newAddress) {
    return enter(Syscall.MREMAP, cost.mmap() + cost.munmap())
        ? leave(virtual.mremap(address, length, newLength, flags, newAddress))
        : -Errno.ENOMEM;
  }

  @Override
  public long madvise(long address, long length, Advice what) {
    fallibleCalls--; // advice never fails for want of memory
    enter(Syscall.MADVISE, cost.madvise());
    return leave(advice.madvise(address, length, what));
  }

  @Override
  public boolean visitPages(PageVisitor visitor) {
    PageWalk.visit(virtual.vmas(), pages.table(), visitor);
    return true;
  }

  /** For audits. */
  VmaSet vmas() {
    return virtual.vmas();
  }

  /** For audits. */
  ResidentSet pages() {
    return pages;
  }

  /** Counts a system call; false when it is the one that shall fail. */
  private boolean enter(Syscall kind, int fixedCost) {
    checkAlive();
    counters.addCall(kind);
    counters.nanos += cost.syscallBase() + fixedCost;
    fallibleCalls++;
    return fallibleCalls != failingCall || kind == Syscall.MADVISE;
  }

  private long leave(long result) {
    VmaSet vmas = virtual.vmas();
    counters.nanos += (vmas.created() - vmasCreated) * cost.newVma();
    counters.nanos += (vmas.splits() - vmasSplit) * cost.vmaSplit();
    vmasCreated = vmas.created();
    vmasSplit = vmas.splits();
    counters.noteMapped();
    return result;
  }

  private void checkAlive() {
    String epitaph = pages.epitaph();
    if (epitaph != null) {
      throw new OutOfMemoryKill(epitaph);
    }
    if (closed) {
      throw new IllegalStateException("system call of a process that has exited");
    }
  }

  @Override
  public HugePageMode hugePageMode() {
    return config.hugePages().mode();
  }

  @Override
  public boolean canFork() {
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException when the kernel would answer ENOMEM: overcommit refuses the copy
   */
  @Override
  public SimulatedLinux fork() {
    boolean allowed = enter(Syscall.FORK, cost.fork());
    for (Vma vma = virtual.vmas().first(); !virtual.vmas().isEnd(vma); vma = vma.next()) {
      boolean charged = vma.has(Vma.ACCOUNT) && !vma.has(Vma.DONTFORK);
      allowed &= !charged || overcommit.mayCommit(vma.pages(), virtual.vmas().totalPages());
    }
    if (!allowed) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "fork: ENOMEM: %d KiB committed already",
              overcommit.committedPages() << 2));
    }
    SimulatedLinux child = new SimulatedLinux(config, machine, overcommit, khugepaged);
    child.failingCall = 0;
    child.inherit(this);
    counters.nanos += counters.resident() * cost.forkPage();
    return child;
  }

  private void inherit(SimulatedLinux parent) {
    VmaSet from = parent.virtual.vmas();
    for (Vma vma = from.first(); !from.isEnd(vma); vma = vma.next()) {
      if (!vma.has(Vma.DONTFORK)) {
        virtual.vmas().addAsIs(vma.start(), vma.end(), vma.protection(), vma.flags(), vma.anonId());
        overcommit.commit(vma.has(Vma.ACCOUNT) ? vma.pages() : 0);
        if (!vma.has(Vma.WIPEONFORK)) {
          PageMoves.share(parent.pages, pages, vma.start() >>> 12, vma.end() >>> 12);
        }
      }
    }
    virtual.inheritBreak(parent.virtual.programBreak());
    clock.advance(parent.clock.nanos());
    counters.nanos = 0;
    counters.noteMapped();
    khugepaged.enter(virtual.vmas(), pages, collapse, clock);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    khugepaged.leave(pages);
    long everything = virtual.vmas().pagesIn(0, ProcessLayout.TASK_SIZE, Vma.ACCOUNT);
    overcommit.commit(-everything);
    if (pages.epitaph() == null) {
      pages.exit();
    }
    host.close();
  }
}
