package heapstakes.os.simulated;

import static heapstakes.os.simulated.PteTable.BROUGHT;
import static heapstakes.os.simulated.PteTable.COMPOUND;
import static heapstakes.os.simulated.PteTable.ENTRIES;

import heapstakes.os.Errno;
import heapstakes.os.linux.Vma;

/**
 * Small pages become one huge page, by MADV_COLLAPSE or by khugepaged (linux-vm.md §11.1): a huge
 * frame is taken, what is there is copied into it, what is missing is zero and resident from then
 * on.
 */
final class Collapse {
  /** What became of 2 MiB. */
  enum Result {
    /** It is huge now. */
    DONE,
    /** It was already. */
    HUGE_ALREADY,
    /** The kernel does not want it. */
    UNSUITED,
    /** No frames were to be had. */
    NO_MEMORY
  }

  private final HugePageSettings settings;
  private final ResidentSet pages;

  Collapse(HugePageSettings settings, ResidentSet pages) {
    this.settings = settings;
    this.pages = pages;
  }

  /** First page of the first whole 2 MiB from {@code address} on. */
  static long firstRange(long address) {
    return ((address >>> 12) + ENTRIES - 1) & -ENTRIES;
  }

  /** The page behind the last whole 2 MiB up to {@code address}. */
  static long endOfRanges(long address) {
    return (address >>> 12) & -ENTRIES;
  }

  /** Whether there is room for a huge page, and something was written there. */
  static boolean mayHave(Vma vma) {
    return !vma.has(Vma.IMAGE)
        && vma.anonId() != 0
        && firstRange(vma.start()) < endOfRanges(vma.end());
  }

  /**
   * MADV_COLLAPSE of {@code [start, end)} of one mapping, in bytes: regardless of how huge pages
   * are set.
   *
   * @return 0, also where no whole 2 MiB begins and ends there; or -EINVAL, or -ENOMEM
   */
  long advised(Vma vma, long start, long end) {
    long last = endOfRanges(end);
    if (vma.has(Vma.NOHUGEPAGE) || !mayHave(vma) || firstRange(start) > last) {
      return -Errno.EINVAL;
    }
    long result = 0;
    for (long first = firstRange(start); first < last; first += ENTRIES) {
      switch (collapse(vma, first, true)) {
        case DONE, HUGE_ALREADY -> {}
        case UNSUITED -> result = -Errno.EINVAL;
        case NO_MEMORY -> {
          return -Errno.ENOMEM;
        }
      }
    }
    return result;
  }

  /** khugepaged looks at the 2 MiB from page {@code first} on. */
  Result scanned(Vma vma, long first) {
    Result result = collapse(vma, first, false);
    pages.counters().collapses += result == Result.DONE ? 1 : 0;
    return result;
  }

  private Result collapse(Vma vma, long first, boolean forced) {
    PteTable pte = pages.table().find(first);
    if (pte == null) {
      return Result.UNSUITED;
    }
    if (pte.huge) {
      return Result.HUGE_ALREADY;
    }
    if (!suits(vma, pte, forced)) {
      return Result.UNSUITED;
    }
    if (!pages.machine().tryChargeReclaiming(ENTRIES)) {
      return Result.NO_MEMORY;
    }
    if (!suits(vma, pte, forced)) { // reclaim took some of these very pages
      pages.machine().free(ENTRIES);
      return Result.UNSUITED;
    }
    gather(pte);
    return Result.DONE;
  }

  /** What hpage_collapse_scan_pmd() of mm/khugepaged.c counts. */
  private boolean suits(Vma vma, PteTable pte, boolean forced) {
    int none = 0;
    int swapped = 0;
    int shared = 0;
    int young = 0;
    int writable = 0;
    for (int entry = 0; entry < ENTRIES; entry++) {
      switch (pte.state(entry)) {
        case PteTable.EMPTY, PteTable.ZERO -> none++;
        case PteTable.SWAPPED -> swapped++;
        default -> {
          boolean lazy = pte.state(entry) == PteTable.LAZY;
          shared += pages.machine().owners(pte.share(entry)) > 1 ? 1 : 0;
          writable += pte.share(entry) == 0 ? 1 : 0;
          young += !lazy || pte.has(entry, PteTable.YOUNG) ? 1 : 0;
        }
      }
    }
    boolean mayBeWritten = pages.kernel().collapsesReadOnly() || (writable > 0 && vma.writable());
    return mayBeWritten
        && (forced
            || (none <= settings.maxPtesNone()
                && swapped <= settings.maxPtesSwap()
                && shared <= settings.maxPtesShared()
                && young > 0
                && (swapped == 0 || young >= ENTRIES / 2)));
  }

  /** Into a huge frame, which was charged; the frames that were there go. */
  private void gather(PteTable pte) {
    PhysicalMemory machine = pages.machine();
    VmCounters counters = pages.counters();
    machine.free(pte.dissolveHugeFrame());
    int copied = 0;
    for (int entry = 0; entry < ENTRIES; entry++) {
      switch (pte.state(entry)) {
        case PteTable.EMPTY, PteTable.ZERO -> {
          pages.fill(pte, entry);
          pte.states[entry] |= BROUGHT;
          counters.addBrought(1);
        }
        case PteTable.SWAPPED -> pages.swapIn(pte, entry);
        default -> {
          copied++;
          pages.releaseFrame(pte, entry);
          if (pte.state(entry) == PteTable.LAZY) {
            pages.keep(pte, entry); // the copy is dirty
          }
        }
      }
      pte.states[entry] |= COMPOUND;
    }
    pte.compound = ENTRIES;
    pte.huge = true;
    counters.addHuge(1);
    counters.nanos += pages.cost().collapse() + (long) copied * pages.cost().collapsePage();
  }
}
