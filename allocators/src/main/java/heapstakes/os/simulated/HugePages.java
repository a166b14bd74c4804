package heapstakes.os.simulated;

import static heapstakes.os.simulated.PteTable.BROUGHT;
import static heapstakes.os.simulated.PteTable.COMPOUND;
import static heapstakes.os.simulated.PteTable.ENTRIES;
import static heapstakes.os.simulated.PteTable.ZERO;

import heapstakes.os.HugePageMode;
import heapstakes.os.linux.Vma;

/** Huge pages that faults and stores make (linux-vm.md §11). */
final class HugePages {
  private final HugePageSettings settings;
  private final ResidentSet pages;

  HugePages(HugePageSettings settings, ResidentSet pages) {
    this.settings = settings;
    this.pages = pages;
    if (settings.mode() != HugePageMode.NEVER) {
      pages.counters().countHugePages();
    }
  }

  /** Maps 2 MiB at once for a fault on an empty page, if the kernel would. */
  boolean tryFault(Vma vma, long page, boolean write) {
    if (!settings.allows(vma)) {
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
      fill(pte, (int) (page - first));
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

  private static boolean covers(Vma vma, long first) {
    return first << 12 >= vma.start() && (first + ENTRIES) << 12 <= vma.end();
  }

  /** All of an untouched, or merely read, 2 MiB becomes one huge frame, which was charged. */
  private void fill(PteTable pte, int wanted) {
    for (int entry = 0; entry < ENTRIES; entry++) {
      pages.fill(pte, entry);
      pte.states[entry] |= COMPOUND | BROUGHT;
    }
    pte.states[wanted] &= ~BROUGHT;
    pages.counters().addBrought(ENTRIES - 1);
    pte.compound = ENTRIES;
    pte.huge = true;
    pages.counters().addHuge(1);
    pages.counters().minorFaults++;
    pages.counters().nanos += pages.cost().thpFault();
  }

  /**
   * A store to a huge mapping that must not be written as it is: serves all of it, or splits it.
   *
   * @param wanted the entry that is stored to
   * @return whether the store was served
   */
  boolean tryStore(PteTable pte, int wanted) {
    if (pte.state(0) == ZERO) {
      if (pages.kernel().hugeZeroBecomesHuge() && pages.machine().tryCharge(ENTRIES)) {
        pte.huge = false;
        fill(pte, wanted);
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
}
