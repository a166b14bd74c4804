package heapstakes.os.simulated;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.pageAlignUp;
import static heapstakes.os.simulated.PteTable.DIRTY;
import static heapstakes.os.simulated.PteTable.ENTRIES;
import static heapstakes.os.simulated.PteTable.LAZY;
import static heapstakes.os.simulated.PteTable.SWAPPED;

import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.ReturnedBy;
import heapstakes.os.linux.Vma;
import heapstakes.os.linux.VmaSet;

/** madvise(2) (linux-vm.md §7), without the lag of per-CPU batches. */
final class PageAdvice {
  private final VmaSet vmas;
  private final ResidentSet pages;
  private final PageFaults faults;
  private final Collapse collapse;
  private final VmCounters counters;

  PageAdvice(VmaSet vmas, ResidentSet pages, PageFaults faults, Collapse collapse) {
    this.vmas = vmas;
    this.pages = pages;
    this.faults = faults;
    this.collapse = collapse;
    this.counters = pages.counters();
  }

  long madvise(long address, long length, Advice advice) {
    long bytes = pageAlignUp(length);
    long end = address + bytes;
    if (address % PAGE_BYTES != 0 || address < 0 || length < 0 || bytes < 0 || end < address) {
      return -Errno.EINVAL;
    }
    if (bytes == 0) {
      return 0;
    }
    boolean populates = advice == Advice.POPULATE_READ || advice == Advice.POPULATE_WRITE;
    return populates
        ? populate(address, end, advice == Advice.POPULATE_WRITE)
        : applyToMapped(address, end, advice);
  }

  /** The mapped parts are served; then a hole is an error. */
  private long applyToMapped(long start, long end, Advice advice) {
    long at = start;
    boolean hole = false;
    while (at < end) {
      Vma vma = vmas.find(at);
      hole |= vma.start() > at;
      at = Math.max(at, vma.start());
      if (at >= end || vmas.isEnd(vma)) {
        break;
      }
      long to = Math.min(end, vma.end());
      long failed = apply(vma, at, to, advice);
      if (failed != 0) {
        return failed;
      }
      at = to;
    }
    return hole || at < end ? -Errno.ENOMEM : 0;
  }

  private long apply(Vma vma, long start, long end, Advice advice) {
    if (vma.has(Vma.IMAGE)) {
      return 0;
    }
    long first = start >>> 12;
    long last = end >>> 12;
    switch (advice) {
      case DONTNEED -> dontNeed(first, last);
      case FREE -> free(first, last);
      case PAGEOUT -> pageOut(first, last);
      case COLD -> {} // deactivates only: no figure changes
      case COLLAPSE -> {
        return collapse.advised(vma, start, end);
      }
      case POPULATE_READ, POPULATE_WRITE -> throw new IllegalArgumentException(advice.name());
      default -> {
        return setFlags(vma, start, end, advice);
      }
    }
    return 0;
  }

  private void dontNeed(long first, long last) {
    counters.addReturned(ReturnedBy.DONTNEED, pages.dropRange(first, last));
    if (pages.kernel().dontNeedFreesTables()) {
      pages.freeWholeTables(first, last);
    }
  }

  private void free(long first, long last) {
    long before = counters.lazy;
    for (PteTable pte = pages.table().next(first, last); pte != null; ) {
      int from = (int) Math.max(0, first - pte.firstPage);
      int to = (int) Math.min(ENTRIES, last - pte.firstPage);
      boolean whole = to - from == ENTRIES && (pte.huge || pte.compound == ENTRIES);
      if (!whole && hasPart(pte, from, to)) {
        pages.splitFrame(pte);
      }
      for (int entry = pte.nextUsed(from, to); entry < to; entry = pte.nextUsed(entry + 1, to)) {
        freeEntry(pte, entry);
      }
      pte = pages.table().next(pte.firstPage + ENTRIES, last);
    }
    counters.addReturned(ReturnedBy.FREE, counters.lazy - before);
  }

  /** Whether pages of a huge frame, or the huge page of zeros, are there. */
  private static boolean hasPart(PteTable pte, int from, int to) {
    boolean any = pte.huge;
    for (int entry = from; entry < to && pte.compound > 0 && !any; entry++) {
      any = pte.has(entry, PteTable.COMPOUND);
    }
    return any;
  }

  private void freeEntry(PteTable pte, int entry) {
    int state = pte.state(entry);
    if (state == SWAPPED) {
      pages.drop(pte, entry);
      pages.host().drop(pte.firstPage + entry, 1);
    } else if (state == LAZY) {
      pages.forgetRead(pte, entry);
      counters.nanos += pages.cost().lazyFreeAgain();
    } else if (state == DIRTY) {
      counters.nanos += pages.cost().lazyFreeMark();
      if (pages.machine().owners(pte.share(entry)) == 1) { // else data until the sole owner frees
        pages.markLazy(pte, entry);
      }
    }
  }

  private void pageOut(long first, long last) {
    for (PteTable pte = pages.table().next(first, last); pte != null; ) {
      int from = (int) Math.max(0, first - pte.firstPage);
      int to = (int) Math.min(ENTRIES, last - pte.firstPage);
      if (hasPart(pte, from, to)) {
        pages.splitFrame(pte);
      }
      for (int entry = pte.nextUsed(from, to); entry < to; entry = pte.nextUsed(entry + 1, to)) {
        pageOutEntry(pte, entry);
      }
      pte = pages.table().next(pte.firstPage + ENTRIES, last);
    }
  }

  private void pageOutEntry(PteTable pte, int entry) {
    boolean shared = pages.machine().owners(pte.share(entry)) > 1;
    long page = pte.firstPage + entry;
    if (!shared && pte.state(entry) == LAZY) {
      pages.drop(pte, entry);
      pages.host().drop(page, 1);
    } else if (!shared && pte.state(entry) == DIRTY) {
      pages.swapOut(page);
    }
  }

  private long populate(long start, long end, boolean write) {
    for (long at = start; at < end; ) {
      Vma vma = vmas.find(at);
      if (vma.start() > at || vmas.isEnd(vma)) {
        return -Errno.ENOMEM;
      }
      if (vma.has(Vma.IMAGE) || (write ? !vma.writable() : !vma.readable())) {
        return -Errno.EINVAL;
      }
      long to = Math.min(end, vma.end());
      faults.populate(vma, at >>> 12, to >>> 12, write);
      at = to;
    }
    return 0;
  }

  private long setFlags(Vma vma, long start, long end, Advice advice) {
    int flags =
        switch (advice) {
          case HUGEPAGE -> (vma.flags() & ~Vma.NOHUGEPAGE) | Vma.HUGEPAGE;
          case NOHUGEPAGE -> (vma.flags() & ~Vma.HUGEPAGE) | Vma.NOHUGEPAGE;
          case DONTFORK -> vma.flags() | Vma.DONTFORK;
          case DOFORK -> vma.flags() & ~Vma.DONTFORK;
          case WIPEONFORK -> vma.flags() | Vma.WIPEONFORK;
          case KEEPONFORK -> vma.flags() & ~Vma.WIPEONFORK;
          default -> throw new IllegalArgumentException(advice.name());
        };
    if (flags == vma.flags()) {
      return 0;
    }
    boolean changed = vmas.modify(vma, start, end, vma.protection(), flags) != null;
    pages.splitAt(start >>> 12);
    pages.splitAt(end >>> 12);
    return changed ? 0 : -Errno.ENOMEM;
  }
}
