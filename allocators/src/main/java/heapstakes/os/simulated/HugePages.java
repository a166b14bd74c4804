package heapstakes.os.simulated;

import static heapstakes.os.simulated.PteTable.COMPOUND;
import static heapstakes.os.simulated.PteTable.DIRTY;
import static heapstakes.os.simulated.PteTable.EMPTY;
import static heapstakes.os.simulated.PteTable.ENTRIES;
import static heapstakes.os.simulated.PteTable.ZERO;

import heapstakes.os.Errno;
import heapstakes.os.linux.Vma;

/** Transparent huge pages (linux-vm.md §11), without khugepaged. */
final class HugePages {
  /** /sys/kernel/mm/transparent_hugepage/enabled. */
  enum Mode {
    /** No huge pages. */
    NEVER,
    /** In mappings that were advised so. */
    MADVISE,
    /** Everywhere but in mappings that were advised not to. */
    ALWAYS
  }

  private final Mode mode;
  private final ResidentSet pages;

  HugePages(Mode mode, ResidentSet pages) {
    this.mode = mode;
    this.pages = pages;
  }

  /** Maps 2 MiB at once for a fault on an empty page, if the kernel would. */
  boolean tryFault(Vma vma, long page, boolean write) {
    if (mode == Mode.NEVER || !allows(vma)) {
      return false;
    }
    long first = page & -ENTRIES;
    if (!covers(vma, first) || pages.table().find(first) != null) {
      return false;
    }
    if (write && !pages.machine().tryCharge(ENTRIES)) {
      return false;
    }
    PteTable pte = pages.tableFor(first);
    if (write) {
      fill(pte);
    } else {
      for (int entry = 0; entry < ENTRIES; entry++) {
        pages.fillZero(pte, entry);
      }
      pte.huge = true;
      pages.counters().minorFaults++;
      pages.counters().nanos += pages.cost().zeroPageFault();
    }
    return true;
  }

  private boolean allows(Vma vma) {
    return !vma.has(Vma.NOHUGEPAGE) && (mode == Mode.ALWAYS || vma.has(Vma.HUGEPAGE));
  }

  private static boolean covers(Vma vma, long first) {
    return first << 12 >= vma.start() && (first + ENTRIES) << 12 <= vma.end();
  }

  /** All of an untouched, or merely read, 2 MiB becomes one huge frame, which was charged. */
  private void fill(PteTable pte) {
    for (int entry = 0; entry < ENTRIES; entry++) {
      pages.fill(pte, entry);
      pte.states[entry] |= COMPOUND;
    }
    becomeHuge(pte);
    pages.counters().minorFaults++;
    pages.counters().nanos += pages.cost().thpFault();
  }

  private void becomeHuge(PteTable pte) {
    pte.compound = ENTRIES;
    pte.huge = true;
    pages.counters().huge++;
  }

  /**
   * A store to a huge mapping that must not be written as it is: serves all of it, or splits it.
   *
   * @return whether the store was served
   */
  boolean tryStore(PteTable pte) {
    if (pte.state(0) == ZERO) {
      if (pages.kernel().hugeZeroBecomesHuge() && pages.machine().tryCharge(ENTRIES)) {
        pte.huge = false;
        fill(pte);
        return true;
      }
      pages.splitMapping(pte);
      return false;
    }
    if (pte.share(0) != 0) {
      return reuse(pte);
    }
    for (int entry = 0; entry < ENTRIES && pte.state(0) == PteTable.LAZY; entry++) {
      pages.keep(pte, ENTRIES - 1 - entry); // one dirty bit for all of it
    }
    return true;
  }

  private boolean reuse(PteTable pte) {
    PhysicalMemory machine = pages.machine();
    for (int entry = 0; entry < ENTRIES; entry++) {
      if (pte.share(entry) == 0 || machine.owners(pte.share(entry)) > 1) {
        pages.splitMapping(pte);
        return false;
      }
    }
    for (int entry = 0; entry < ENTRIES; entry++) {
      machine.quit(pte.share(entry));
      pte.setShare(entry, 0);
      pte.states[entry] |= COMPOUND;
    }
    pte.compound = ENTRIES;
    pages.counters().minorFaults++;
    pages.counters().nanos += pages.cost().cowReuse();
    return true;
  }

  /** MADV_COLLAPSE of {@code [start, end)} of one mapping, in bytes; 0 or -EINVAL. */
  long collapse(Vma vma, long start, long end) {
    long first = ((start >>> 12) + ENTRIES - 1) & -ENTRIES;
    boolean any = false;
    boolean all = true;
    for (; (first + ENTRIES) << 12 <= end; first += ENTRIES) {
      any = true;
      all &= collapse(first);
    }
    return any && all && !vma.has(Vma.NOHUGEPAGE) ? 0 : -Errno.EINVAL;
  }

  private boolean collapse(long first) {
    PteTable pte = pages.table().find(first);
    if (pte == null || pte.used == 0) {
      return false;
    }
    if (pte.huge && pte.state(0) != ZERO) {
      return true;
    }
    for (int entry = 0; entry < ENTRIES; entry++) {
      if (pte.share(entry) != 0 || pte.state(entry) == PteTable.SWAPPED) {
        return false;
      }
    }
    pages.machine().free(pte.dissolveHugeFrame());
    int missing = 0;
    for (int entry = 0; entry < ENTRIES; entry++) {
      missing += pte.isResident(entry) ? 0 : 1;
    }
    pages.machine().charge(pages, missing);
    gather(pte);
    return true;
  }

  private void gather(PteTable pte) {
    pte.huge = false;
    for (int entry = 0; entry < ENTRIES; entry++) {
      int state = pte.state(entry);
      if (state == EMPTY || state == ZERO) {
        pages.fill(pte, entry);
      } else if (state == PteTable.LAZY) {
        pages.keep(pte, entry);
      }
      pte.states[entry] = (byte) (DIRTY | COMPOUND | (pte.states[entry] & PteTable.QUEUED));
    }
    becomeHuge(pte);
    pages.counters().nanos += pages.cost().thpFault();
  }
}
