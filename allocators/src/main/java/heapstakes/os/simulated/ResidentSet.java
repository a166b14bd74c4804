package heapstakes.os.simulated;

import static heapstakes.os.simulated.PteTable.BROUGHT;
import static heapstakes.os.simulated.PteTable.COMPOUND;
import static heapstakes.os.simulated.PteTable.DIRTY;
import static heapstakes.os.simulated.PteTable.EMPTY;
import static heapstakes.os.simulated.PteTable.ENTRIES;
import static heapstakes.os.simulated.PteTable.LAZY;
import static heapstakes.os.simulated.PteTable.QUEUED;
import static heapstakes.os.simulated.PteTable.STATE;
import static heapstakes.os.simulated.PteTable.SWAPPED;
import static heapstakes.os.simulated.PteTable.YOUNG;
import static heapstakes.os.simulated.PteTable.ZERO;

import heapstakes.os.linux.KernelProfile;
import heapstakes.os.linux.VirtualMemory;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one process and every way in which one changes its state (linux-vm.md §6), with
 * counters, frames and host memory kept in step. Ranges are page numbers.
 */
final class ResidentSet {
  /** Behind the last page of user space, 2^47 bytes (linux-vm.md §1). */
  static final long END = 1L << 35;

  private final PageTable table = new PageTable();
  private final HostBacking host;
  private final PhysicalMemory machine;
  private final KernelProfile kernel;
  private final CostModel cost;
  private final VmCounters counters;
  private @Nullable String epitaph;

  ResidentSet(
      HostBacking host,
      PhysicalMemory machine,
      KernelProfile kernel,
      CostModel cost,
      VirtualMemory memory,
      Overcommit overcommit) {
    this.host = host;
    this.machine = machine;
    this.kernel = kernel;
    this.cost = cost;
    this.counters = new VmCounters(memory, table, machine, overcommit);
    machine.enter(this);
  }

  PageTable table() {
    return table;
  }

  VmCounters counters() {
    return counters;
  }

  HostBacking host() {
    return host;
  }

  PhysicalMemory machine() {
    return machine;
  }

  CostModel cost() {
    return cost;
  }

  KernelProfile kernel() {
    return kernel;
  }

  /** Why the process was killed, or null while it lives. */
  @Nullable String epitaph() {
    return epitaph;
  }

  /** What the OOM killer compares. */
  long badness() {
    return epitaph != null ? -1 : counters.resident() + counters.swapped + table.tables();
  }

  /** The process waits: throttled by memory.high. */
  void sleep(long nanos) {
    counters.nanos += nanos;
  }

  /** The table for a page; missing levels are charged and made. */
  PteTable tableFor(long page) {
    PteTable found = table.find(page);
    return found != null ? found : makeTable(page);
  }

  private PteTable makeTable(long page) {
    int missing = table.missing(page);
    machine.chargeTables(this, missing);
    counters.nanos += (long) missing * cost.pageTableAlloc();
    return table.make(page);
  }

  /** An EMPTY or ZERO page gets a frame of its own, which was charged. */
  void fill(PteTable pte, int entry) {
    if (pte.state(entry) == ZERO) {
      counters.zero--;
    } else {
      pte.used++;
      host.zeroFrame(pte.firstPage + entry);
    }
    pte.states[entry] = DIRTY;
    counters.addResident(1);
    machine.queueData(this, pte, entry);
  }

  /** An EMPTY page maps the shared frame of zeros. */
  void fillZero(PteTable pte, int entry) {
    host.zeroFrame(pte.firstPage + entry);
    pte.states[entry] = ZERO;
    pte.used++;
    counters.zero++;
  }

  /** A LAZY page was written: it is kept, without a fault. */
  void keep(PteTable pte, int entry) {
    pte.states[entry] = (byte) ((pte.states[entry] & ~(STATE | YOUNG)) | DIRTY);
    counters.lazy--;
  }

  /** MADV_FREE of a DIRTY page that no other process has. */
  void markLazy(PteTable pte, int entry) {
    pte.states[entry] = (byte) ((pte.states[entry] & ~STATE) | LAZY);
    counters.lazy++;
    if (counters.countsHugePages()) {
      host.revoke(pte.firstPage + entry); // khugepaged asks whether it was read
    } else {
      host.revokeWrite(pte.firstPage + entry);
    }
    if (!pte.has(entry, QUEUED)) { // a page written since keeps its place in the queue
      machine.queueLazy(this, pte, entry);
    }
  }

  /** MADV_FREE of a page that is LAZY already: it is no longer young. */
  void forgetRead(PteTable pte, int entry) {
    if (pte.has(entry, YOUNG)) {
      pte.states[entry] &= ~YOUNG;
      host.revoke(pte.firstPage + entry);
    }
  }

  /** A page that a huge page brought is written, or goes: no bloat any more. */
  void notBrought(PteTable pte, int entry) {
    if (pte.has(entry, BROUGHT)) {
      pte.states[entry] &= ~BROUGHT;
      counters.addBrought(-1);
    }
  }

  /** A SWAPPED page comes back into a frame, which was charged. */
  void swapIn(PteTable pte, int entry) {
    releaseSwap(pte, entry);
    counters.swapped--;
    pte.states[entry] = DIRTY;
    counters.addResident(1);
    machine.queueData(this, pte, entry);
  }

  /** Reclaim wants the frame of a page with data. */
  void swapOut(long page) {
    PteTable pte = table.find(page);
    int entry = (int) page & (ENTRIES - 1);
    if (pte == null || pte.share(entry) != 0 || !machine.takeSwap()) {
      return; // shared frames stay: only one of their owners could be told
    }
    splitMapping(pte);
    notBrought(pte, entry);
    releaseFrame(pte, entry);
    counters.addResident(-1);
    counters.swapped++;
    pte.states[entry] = SWAPPED;
    host.revoke(page);
  }

  /** Reclaim met a page in the queue of lazy ones: drops it unless it was written since. */
  void reclaimLazy(long page) {
    PteTable pte = table.find(page);
    if (pte == null) {
      return;
    }
    int entry = (int) page & (ENTRIES - 1);
    boolean written = pte.state(entry) == DIRTY;
    if (written || machine.owners(pte.share(entry)) > 1) {
      if (!written) {
        keep(pte, entry); // another process may have written it: data for all we know
      }
      machine.queueData(this, pte, entry);
    } else {
      splitMapping(pte);
      drop(pte, entry);
      host.drop(page, 1);
    }
  }

  /** Any page becomes EMPTY; its host memory is the caller's business. */
  void drop(PteTable pte, int entry) {
    notBrought(pte, entry);
    switch (pte.state(entry)) {
      case DIRTY -> {
        counters.addResident(-1);
        releaseFrame(pte, entry);
      }
      case LAZY -> {
        counters.addResident(-1);
        counters.lazy--;
        releaseFrame(pte, entry);
      }
      case ZERO -> counters.zero--;
      case SWAPPED -> {
        counters.swapped--;
        releaseSwap(pte, entry);
      }
      default -> throw new IllegalStateException("empty page dropped");
    }
    pte.states[entry] = EMPTY;
    pte.used--;
  }

  /** The frame of a resident page goes, if nobody else has it. */
  void releaseFrame(PteTable pte, int entry) {
    int share = pte.share(entry);
    if (share != 0) {
      pte.setShare(entry, 0);
      machine.free(machine.quit(share) == 0 ? 1 : 0);
    } else if (pte.has(entry, COMPOUND)) {
      pte.compound--;
      if (pte.compound == 0) {
        machine.free(ENTRIES);
      } else {
        machine.queuePartlyMapped(this, pte);
      }
    } else {
      machine.free(1);
    }
  }

  private void releaseSwap(PteTable pte, int entry) {
    int share = pte.share(entry);
    pte.setShare(entry, 0);
    if (share == 0 || machine.quit(share) == 0) {
      machine.freeSwap();
    }
  }

  /** A 2 MiB mapping becomes 512 small ones; the frame stays whole. */
  void splitMapping(PteTable pte) {
    if (pte.huge) {
      pte.huge = false;
      counters.addHuge(pte.state(0) == ZERO ? 0 : -1);
      counters.nanos += cost.thpSplit();
    }
  }

  /** Splits the huge mapping that {@code page} cuts in two, if there is one. */
  void splitAt(long page) {
    PteTable pte = page % ENTRIES == 0 ? null : table.find(page);
    if (pte != null) {
      splitMapping(pte);
    }
  }

  /**
   * The huge frame becomes 512 small ones; those of them that nobody maps go, and where the kernel
   * does so, those that hold zeros only.
   */
  void splitFrame(PteTable pte) {
    splitMapping(pte);
    if (pte.compound == 0) {
      return;
    }
    machine.free(ENTRIES - pte.compound);
    pte.compound = 0;
    for (int entry = 0; entry < ENTRIES; entry++) {
      boolean part = pte.has(entry, COMPOUND);
      long page = pte.firstPage + entry;
      pte.states[entry] &= ~COMPOUND;
      if (part && kernel.splitDropsZeroPages() && pte.share(entry) == 0 && host.isZero(page)) {
        drop(pte, entry);
        host.drop(page, 1);
        fillZero(pte, entry);
      }
    }
  }

  /** Empties every page of {@code [start, end)}; how many frames' worth of resident it was. */
  long dropRange(long start, long end) {
    long before = counters.resident();
    for (PteTable pte = table.next(start, end); pte != null; ) {
      int from = (int) Math.max(0, start - pte.firstPage);
      int to = (int) Math.min(ENTRIES, end - pte.firstPage);
      dropEntries(pte, from, to);
      pte = table.next(pte.firstPage + ENTRIES, end);
    }
    return before - counters.resident();
  }

  private void dropEntries(PteTable pte, int from, int to) {
    boolean wholeHuge = pte.huge && to - from == ENTRIES;
    if (wholeHuge) {
      counters.addHuge(pte.state(0) == ZERO ? 0 : -1);
      pte.huge = false;
      counters.nanos += cost.thpUnmap();
    } else {
      splitMapping(pte);
    }
    for (int entry = pte.nextUsed(from, to); entry < to; entry = pte.nextUsed(entry, to)) {
      int runStart = entry;
      while (entry < to && pte.state(entry) != EMPTY) {
        drop(pte, entry++);
      }
      host.drop(pte.firstPage + runStart, entry - runStart);
      counters.nanos += wholeHuge ? 0 : (long) (entry - runStart) * cost.pageUnmapFree();
    }
  }

  /** Frees the page tables of an emptied range between the mappings that remain. */
  void freeTables(long start, long end, long floor, long ceiling) {
    long before = table.tables();
    table.free(start, end, floor, ceiling);
    machine.freeTables(before - table.tables());
  }

  /** Frees the lowest page tables that lie in a dropped range in whole. */
  void freeWholeTables(long start, long end) {
    for (PteTable pte = table.next(start, end); pte != null; ) {
      if (pte.firstPage >= start && pte.firstPage + ENTRIES <= end && pte.used == 0) {
        table.remove(pte);
        machine.freeTables(1);
      }
      pte = table.next(pte.firstPage + ENTRIES, end);
    }
  }

  /** The access bits of a range change: every page asks again at its next access. */
  void revokeRange(long start, long end) {
    splitAt(start);
    splitAt(end);
    for (PteTable pte = table.next(start, end); pte != null; ) {
      int from = (int) Math.max(0, start - pte.firstPage);
      int to = (int) Math.min(ENTRIES, end - pte.firstPage);
      for (int entry = pte.nextUsed(from, to); entry < to; entry = pte.nextUsed(entry + 1, to)) {
        host.revoke(pte.firstPage + entry);
        counters.nanos += cost.mprotectPte();
      }
      pte = table.next(pte.firstPage + ENTRIES, end);
    }
  }

  /** SIGKILL: everything goes at once; the reason is kept. */
  void kill(String reason) {
    epitaph = reason;
    exit();
  }

  /** The process ends: frames, swap and page tables go. */
  void exit() {
    dropRange(0, END);
    freeTables(0, END, 0, END);
    machine.leave(this);
  }
}
