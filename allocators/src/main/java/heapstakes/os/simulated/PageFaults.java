package heapstakes.os.simulated;

import static heapstakes.os.simulated.PteTable.BROUGHT;
import static heapstakes.os.simulated.PteTable.DIRTY;
import static heapstakes.os.simulated.PteTable.EMPTY;
import static heapstakes.os.simulated.PteTable.ENTRIES;
import static heapstakes.os.simulated.PteTable.LAZY;
import static heapstakes.os.simulated.PteTable.SWAPPED;
import static heapstakes.os.simulated.PteTable.YOUNG;
import static heapstakes.os.simulated.PteTable.ZERO;

import heapstakes.memory.OutOfMemoryKill;
import heapstakes.memory.PageFaultHandler;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.linux.Vma;
import heapstakes.os.linux.VmaSet;

/** What an access does that the permission table does not let pass (linux-vm.md §6). */
final class PageFaults implements PageFaultHandler {
  private final VmaSet vmas;
  private final ResidentSet pages;
  private final PageTable table;
  private final HugePages hugePages;
  private final HostBacking host;
  private final PhysicalMemory machine;
  private final VmCounters counters;
  private final CostModel cost;

  PageFaults(VmaSet vmas, ResidentSet pages, HugePages hugePages) {
    this.vmas = vmas;
    this.pages = pages;
    this.table = pages.table();
    this.hugePages = hugePages;
    this.host = pages.host();
    this.machine = pages.machine();
    this.counters = pages.counters();
    this.cost = pages.cost();
  }

  @Override
  public long translate(long address, boolean write) {
    long page = address >>> 12;
    Vma vma = permitting(address, write);
    fault(vma, page, write);
    host.use(page, isMapped(page), isMine(vma, page));
    return host.frame(page) + (address & 0xfff);
  }

  @Override
  public void touch(long address) {
    long page = address >>> 12;
    Vma vma = permitting(address, true);
    fault(vma, page, true);
    if (isMine(vma, page)) {
      host.permitTouch(page);
    }
  }

  @Override
  public void fill(long address, long length, byte value) {
    if (value == 0 && host.isBlank(address >>> 12)) {
      touch(address);
    } else {
      PageFaultHandler.super.fill(address, length, value);
    }
  }

  @Override
  public void copy(long from, long to, long length) {
    if (host.isBlank(from >>> 12)) {
      fill(to, length, (byte) 0);
      fault(permitting(from, false), from >>> 12, false);
    } else {
      PageFaultHandler.super.copy(from, to, length);
    }
  }

  private Vma permitting(long address, boolean write) {
    Vma vma = vmas.find(address);
    if (address < vma.start()
        || vma.has(Vma.IMAGE)
        || !permits(vma, write)
        || pages.epitaph() != null) {
      throw violation(vma, address, write);
    }
    return vma;
  }

  private static boolean permits(Vma vma, boolean write) {
    return write ? vma.writable() : vma.readable();
  }

  private RuntimeException violation(Vma vma, long address, boolean write) {
    String epitaph = pages.epitaph();
    if (epitaph != null) {
      return new OutOfMemoryKill(epitaph);
    }
    if (address < vma.start() || vmas.isEnd(vma)) {
      return new SegmentationFault(address, write, "nothing is mapped there");
    }
    String reason =
        vma.has(Vma.IMAGE)
            ? "that is the program, a library or the stack"
            : "the mapping does not permit it";
    return new SegmentationFault(address, write, reason);
  }

  /** Serves an access that {@code vma} permits. */
  void fault(Vma vma, long page, boolean write) {
    PteTable pte = table.find(page);
    int entry = (int) page & (ENTRIES - 1);
    int state = pte == null ? EMPTY : pte.state(entry);
    if (pte == null || state == EMPTY) {
      demandZero(vma, page, write);
    } else if (state == SWAPPED) {
      swapIn(pte, entry);
    } else if (write) {
      store(vma, pte, entry, state);
    } else if (state == LAZY) {
      pte.states[entry] |= YOUNG;
    }
  }

  private boolean isMapped(long page) {
    PteTable pte = table.find(page);
    return pte != null && pte.state((int) page & (ENTRIES - 1)) != EMPTY;
  }

  /** Whether the page is there, and a store to it nobody's business. */
  private boolean isMine(Vma vma, long page) {
    PteTable pte = table.find(page);
    int entry = (int) page & (ENTRIES - 1);
    return pte != null
        && pte.state(entry) == DIRTY
        && pte.share(entry) == 0
        && !pte.has(entry, BROUGHT)
        && vma.writable();
  }

  private void demandZero(Vma vma, long page, boolean write) {
    if (hugePages.tryFault(vma, page, write)) {
      vmas.touched(vma);
      return;
    }
    PteTable pte = pages.tableFor(page);
    int entry = (int) page & (ENTRIES - 1);
    if (write) {
      vmas.touched(vma); // a load of a small page makes no group of pages
      machine.charge(pages, 1);
      pages.fill(pte, entry);
      counters.nanos += cost.minorFault() + cost.pageZero();
    } else {
      pages.fillZero(pte, entry);
      counters.nanos += cost.zeroPageFault();
    }
    counters.minorFaults++;
  }

  private void store(Vma vma, PteTable pte, int entry, int state) {
    pages.notBrought(pte, entry);
    if (pte.huge && hugePages.tryStore(pte, entry)) {
      return;
    }
    if (state == ZERO) {
      vmas.touched(vma);
      machine.charge(pages, 1);
      pages.fill(pte, entry);
      counters.minorFaults++;
      counters.nanos += cost.minorFault() + cost.pageZero();
      return;
    }
    if (pte.share(entry) != 0) {
      unshare(pte, entry);
    }
    if (pte.state(entry) == LAZY) {
      pages.keep(pte, entry);
    }
  }

  /** A store to a frame that fork shared: a copy, or the frame itself when no one else is left. */
  private void unshare(PteTable pte, int entry) {
    boolean alone = machine.owners(pte.share(entry)) == 1;
    if (!alone) {
      counters.copiedPages++;
      machine.charge(pages, 1); // may kill the other owner
      // The bytes were copied at the fork already: each process has host memory of its own.
      machine.free(machine.quit(pte.share(entry)) == 0 ? 1 : 0);
    } else {
      machine.quit(pte.share(entry));
    }
    pte.setShare(entry, 0);
    counters.minorFaults++;
    counters.nanos += alone ? cost.cowReuse() : cost.cowCopy();
    machine.queueData(pages, pte, entry);
  }

  private void swapIn(PteTable pte, int entry) {
    machine.charge(pages, 1);
    pages.swapIn(pte, entry);
    counters.majorFaults++;
    counters.nanos += cost.minorFault() + cost.pageZero(); // read synchronously from zram
  }

  /** Faults in every page of {@code [start, end)} of one mapping: MAP_POPULATE, MADV_POPULATE. */
  void populate(Vma vma, long start, long end, boolean write) {
    for (long page = start; page < end; page++) {
      PteTable pte = table.find(page);
      int entry = (int) page & (ENTRIES - 1);
      int state = pte == null ? EMPTY : pte.state(entry);
      boolean ready =
          pte != null
              && (write
                  ? state == DIRTY && pte.share(entry) == 0 && !pte.has(entry, BROUGHT)
                  : isPresent(state));
      if (!ready) {
        fault(vma, page, write);
      }
    }
  }

  private static boolean isPresent(int state) {
    return state != EMPTY && state != SWAPPED;
  }
}
