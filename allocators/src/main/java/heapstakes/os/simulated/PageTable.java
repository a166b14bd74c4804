package heapstakes.os.simulated;

import org.jspecify.annotations.Nullable;

/**
 * The page table of a process: a radix tree over 47 bits like x86-64's, so that its own size is
 * exact. Below the top level a table exists per touched 512 GiB (PUD), 1 GiB (PMD) and 2 MiB
 * ({@link PteTable}); walking a range visits existing tables only.
 */
final class PageTable {
  private static final int FANOUT = 512; // at each of 4 levels (linux-vm.md §1)
  private static final int TOP = 256; // the lower half of the top level is user space
  private static final int PTE_SHIFT = 9; // pages per PTE table
  private static final int PMD_SHIFT = 18;
  private static final int PUD_SHIFT = 27;

  /** Per 512 GiB. */
  private static final class Pud {
    final @Nullable Pmd[] children = new Pmd[FANOUT];
  }

  /** Per 1 GiB. A single child needs no array, for spaces with one page in each of 131 000 GiB. */
  private static final class Pmd {
    @Nullable PteTable only;
    @Nullable PteTable @Nullable [] children;

    @Nullable PteTable child(int index) {
      if (children != null) {
        return children[index];
      }
      return only != null && indexOf(only) == index ? only : null;
    }

    void put(int index, PteTable table) {
      if (children == null && only == null) {
        only = table;
        return;
      }
      if (children == null) {
        children = new PteTable[FANOUT];
        if (only != null) {
          children[indexOf(only)] = only;
        }
        only = null;
      }
      children[index] = table;
    }

    void remove(int index) {
      if (children != null) {
        children[index] = null;
      } else {
        only = null;
      }
    }

    private static int indexOf(PteTable table) {
      return (int) (table.firstPage >>> PTE_SHIFT) & (FANOUT - 1);
    }
  }

  private final @Nullable Pud[] top = new Pud[TOP];
  private @Nullable PteTable last;
  private long tables;

  /** Pages that the table itself takes (PTE, PMD and PUD: VmPTE). */
  long tables() {
    return tables;
  }

  /** The table that maps {@code page}, or null. */
  @Nullable PteTable find(long page) {
    PteTable cached = last;
    if (cached != null && ((cached.firstPage ^ page) >>> PTE_SHIFT) == 0) {
      return cached;
    }
    Pud pud = top[(int) (page >>> PUD_SHIFT)];
    Pmd pmd = pud == null ? null : pud.children[pmdIndex(page)];
    PteTable found = pmd == null ? null : pmd.child(pteIndex(page));
    if (found != null) {
      last = found;
    }
    return found;
  }

  /** How many tables are missing on the way to {@code page}: 0 to 3. */
  int missing(long page) {
    Pud pud = top[(int) (page >>> PUD_SHIFT)];
    if (pud == null) {
      return 3;
    }
    Pmd pmd = pud.children[pmdIndex(page)];
    return pmd == null ? 2 : pmd.child(pteIndex(page)) == null ? 1 : 0;
  }

  /** The table that maps {@code page}, made if it is not there. */
  PteTable make(long page) {
    PteTable found = find(page);
    return found != null ? found : add(page);
  }

  private PteTable add(long page) {
    int pudIndex = (int) (page >>> PUD_SHIFT);
    Pud pud = top[pudIndex];
    if (pud == null) {
      pud = new Pud();
      top[pudIndex] = pud;
      tables++;
    }
    Pmd pmd = pud.children[pmdIndex(page)];
    if (pmd == null) {
      pmd = new Pmd();
      pud.children[pmdIndex(page)] = pmd;
      tables++;
    }
    PteTable table = new PteTable(page & -PteTable.ENTRIES);
    pmd.put(pteIndex(page), table);
    tables++;
    last = table;
    return table;
  }

  /** The first table that maps a page in {@code [page, end)}, or null. */
  @Nullable PteTable next(long page, long end) {
    for (long at = page; at < end; ) {
      Pud pud = top[(int) (at >>> PUD_SHIFT)];
      if (pud == null) {
        at = following(at, PUD_SHIFT);
        continue;
      }
      Pmd pmd = pud.children[pmdIndex(at)];
      if (pmd == null) {
        at = following(at, PMD_SHIFT);
        continue;
      }
      if (pmd.only != null && pmd.only.firstPage > at) {
        return pmd.only.firstPage < end ? pmd.only : null;
      }
      PteTable table = pmd.child(pteIndex(at));
      if (table != null) {
        return table;
      }
      at = following(at, pmd.children == null ? PMD_SHIFT : PTE_SHIFT);
    }
    return null;
  }

  /** The table behind {@code table}, or null. */
  @Nullable PteTable after(PteTable table) {
    return next(table.firstPage + PteTable.ENTRIES, (long) TOP << PUD_SHIFT);
  }

  private static long following(long page, int shift) {
    return ((page >>> shift) + 1) << shift;
  }

  /** Frees an empty lowest-level table. */
  void remove(PteTable table) {
    Pud pud = top[(int) (table.firstPage >>> PUD_SHIFT)];
    Pmd pmd = pud == null ? null : pud.children[pmdIndex(table.firstPage)];
    if (pmd != null) {
      pmd.remove(pteIndex(table.firstPage));
      tables--;
    }
    last = null;
  }

  /**
   * Frees the tables for {@code [start, end)} that map nothing outside {@code [floor, ceiling)},
   * where no mapping is left: free_pgtables(). All in page numbers.
   */
  void free(long start, long end, long floor, long ceiling) {
    freeLowest(start, end, floor, ceiling);
    for (long at = start; at < end; at = following(at, PMD_SHIFT)) {
      Pud pud = top[(int) (at >>> PUD_SHIFT)];
      if (pud == null) {
        at = following(at, PUD_SHIFT) - 1;
      } else if (pud.children[pmdIndex(at)] != null && within(at, PMD_SHIFT, floor, ceiling)) {
        pud.children[pmdIndex(at)] = null;
        tables--;
      }
    }
    for (long at = start; at < end; at = following(at, PUD_SHIFT)) {
      int index = (int) (at >>> PUD_SHIFT);
      if (top[index] != null && within(at, PUD_SHIFT, floor, ceiling)) {
        top[index] = null;
        tables--;
      }
    }
  }

  private void freeLowest(long start, long end, long floor, long ceiling) {
    long first = start & -PteTable.ENTRIES;
    PteTable table = next(first, end);
    while (table != null) {
      if (within(table.firstPage, PTE_SHIFT, floor, ceiling)) {
        remove(table);
      }
      table = next(table.firstPage + PteTable.ENTRIES, end);
    }
  }

  private static boolean within(long page, int shift, long floor, long ceiling) {
    long start = (page >>> shift) << shift;
    return start >= floor && start + (1L << shift) <= ceiling;
  }

  private static int pmdIndex(long page) {
    return (int) (page >>> PMD_SHIFT) & (FANOUT - 1);
  }

  private static int pteIndex(long page) {
    return (int) (page >>> PTE_SHIFT) & (FANOUT - 1);
  }
}
