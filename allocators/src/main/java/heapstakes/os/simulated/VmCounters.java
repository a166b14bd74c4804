package heapstakes.os.simulated;

import heapstakes.os.CallKind;
import heapstakes.os.KindCounts;
import heapstakes.os.ReturnedBy;
import heapstakes.os.Syscall;
import heapstakes.os.linux.VirtualMemory;
import java.util.Map;

/** The counters of one process, kept at every step (linux-vm.md §12); pages unless named. */
final class VmCounters implements SimulatedStatistics {
  private static final int PAGE_SHIFT = 12;

  private final VirtualMemory memory;
  private final PageTable table;
  private final PhysicalMemory machine;
  private final Overcommit overcommit;
  private final KindCounts<Syscall> calls = new KindCounts<>(Syscall.class);
  private final KindCounts<ReturnedBy> returned = new KindCounts<>(ReturnedBy.class);
  private long peakMappedBytes;
  private long peakTotalPages;
  private long resident;
  private long peakResident;
  long lazy;
  long swapped;
  long zero;
  private long huge; // mappings of 2 MiB
  private long peakHuge;
  private long brought; // by huge pages only
  private long peakBrought;
  private boolean hugePages;
  long minorFaults;
  long majorFaults;
  long nanos;
  long copiedPages; // on write, after a fork
  long collapses; // by khugepaged

  VmCounters(VirtualMemory memory, PageTable table, PhysicalMemory machine, Overcommit overcommit) {
    this.memory = memory;
    this.table = table;
    this.machine = machine;
    this.overcommit = overcommit;
  }

  long resident() {
    return resident;
  }

  void addResident(long pages) {
    resident += pages;
    if (resident > peakResident) {
      peakResident = resident;
    }
  }

  /** The kernel uses huge pages: their figures are of interest. */
  void countHugePages() {
    hugePages = true;
  }

  boolean countsHugePages() {
    return hugePages;
  }

  /** Mappings of 2 MiB came, or went. */
  void addHuge(long mappings) {
    huge += mappings;
    peakHuge = Math.max(peakHuge, huge);
  }

  /** Pages became resident by a huge page only; or are in use now, or gone. */
  void addBrought(long pages) {
    brought += pages;
    peakBrought = Math.max(peakBrought, brought);
  }

  void addReturned(ReturnedBy way, long pages) {
    returned.add(way, pages << PAGE_SHIFT);
  }

  void addCall(Syscall kind) {
    calls.add(kind, 1);
  }

  /** Mappings may have grown. */
  void noteMapped() {
    peakMappedBytes = Math.max(peakMappedBytes, memory.mappedBytes());
    peakTotalPages = Math.max(peakTotalPages, memory.vmas().totalPages());
  }

  @Override
  public long mappedBytes() {
    return memory.mappedBytes();
  }

  @Override
  public long peakMappedBytes() {
    return peakMappedBytes;
  }

  @Override
  public long residentBytes() {
    return resident << PAGE_SHIFT;
  }

  @Override
  public long peakResidentBytes() {
    return peakResident << PAGE_SHIFT;
  }

  @Override
  public long lazyFreeBytes() {
    return lazy << PAGE_SHIFT;
  }

  @Override
  public long swappedBytes() {
    return swapped << PAGE_SHIFT;
  }

  @Override
  public Map<ReturnedBy, Long> returnedBytes() {
    return returned.toMap();
  }

  @Override
  public long minorFaults() {
    return minorFaults;
  }

  @Override
  public long majorFaults() {
    return majorFaults;
  }

  @Override
  public Map<Syscall, Long> calls() {
    return calls.toMap();
  }

  @Override
  public long calls(CallKind kind) {
    return calls.get(kind);
  }

  @Override
  public long modelledNanos() {
    return nanos;
  }

  @Override
  public long virtualBytes() {
    return memory.vmas().totalPages() << PAGE_SHIFT;
  }

  @Override
  public long peakVirtualBytes() {
    return peakTotalPages << PAGE_SHIFT;
  }

  @Override
  public int mapCount() {
    return memory.vmas().count();
  }

  @Override
  public long pageTableBytes() {
    return table.tables() << PAGE_SHIFT;
  }

  @Override
  public long zeroPages() {
    return zero;
  }

  @Override
  public long hugeBytes() {
    return huge << 21;
  }

  @Override
  public long anonHugeBytes() {
    return hugePages ? huge << 21 : -1;
  }

  @Override
  public long peakAnonHugeBytes() {
    return hugePages ? peakHuge << 21 : -1;
  }

  @Override
  public long hugeBloatBytes() {
    return hugePages ? brought << PAGE_SHIFT : -1;
  }

  @Override
  public long peakHugeBloatBytes() {
    return hugePages ? peakBrought << PAGE_SHIFT : -1;
  }

  @Override
  public long collapses() {
    return hugePages ? collapses : -1;
  }

  @Override
  public long proportionalBytes() {
    long pss = 0; // in 1/4096 bytes, as the kernel sums it
    for (PteTable pte = table.next(0, ResidentSet.END); pte != null; pte = table.after(pte)) {
      for (int entry = 0; entry < PteTable.ENTRIES; entry++) {
        if (pte.isResident(entry)) {
          pss += (4096L << 12) / Math.max(1, machine.owners(pte.share(entry)));
        }
      }
    }
    return pss >>> 12;
  }

  @Override
  public long sharedBytes() {
    long pages = 0;
    for (PteTable pte = table.next(0, ResidentSet.END); pte != null; pte = table.after(pte)) {
      for (int entry = 0; entry < PteTable.ENTRIES; entry++) {
        if (pte.isResident(entry) && machine.owners(pte.share(entry)) > 1) {
          pages++;
        }
      }
    }
    return pages << PAGE_SHIFT;
  }

  @Override
  public long copiedOnWriteBytes() {
    return copiedPages << PAGE_SHIFT;
  }

  @Override
  public long committedBytes() {
    return overcommit.committedPages() << PAGE_SHIFT;
  }

  @Override
  public long machineFrameBytes() {
    return machine.usedFrames() << PAGE_SHIFT;
  }

  @Override
  public long machineSwapBytes() {
    return machine.usedSwap() << PAGE_SHIFT;
  }
}
