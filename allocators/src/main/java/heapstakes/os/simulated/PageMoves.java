package heapstakes.os.simulated;

import static heapstakes.os.simulated.PteTable.ENTRIES;
import static heapstakes.os.simulated.PteTable.LAZY;
import static heapstakes.os.simulated.PteTable.QUEUED;
import static heapstakes.os.simulated.PteTable.STATE;

/** Page-table entries that change place: mremap, and the copy that fork makes. */
final class PageMoves {
  private PageMoves() {}

  /** Moves the entries of {@code count} pages to an empty range; frames stay the same. */
  static void move(ResidentSet pages, long from, long to, long count) {
    boolean keepsHuge = (to - from) % ENTRIES == 0;
    pages.splitAt(from);
    pages.splitAt(from + count);
    for (PteTable old = pages.table().next(from, from + count); old != null; ) {
      if (old.huge && !keepsHuge) {
        pages.splitMapping(old);
      }
      boolean whole = keepsHuge && from <= old.firstPage && old.firstPage + ENTRIES <= from + count;
      if (!whole) { // a frame in two places would need a table of its own
        pages.machine().free(old.dissolveHugeFrame());
      }
      int first = (int) Math.max(0, from - old.firstPage);
      int last = (int) Math.min(ENTRIES, from + count - old.firstPage);
      moveTable(pages, old, first, last, to - from);
      old = pages.table().next(old.firstPage + ENTRIES, from + count);
    }
  }

  private static void moveTable(ResidentSet pages, PteTable old, int first, int last, long by) {
    int compound = old.compound;
    for (int e = old.nextUsed(first, last); e < last; e = old.nextUsed(e + 1, last)) {
      long page = old.firstPage + e;
      PteTable target = pages.tableFor(page + by);
      moveEntry(pages, old, e, target, (int) (page + by) & (ENTRIES - 1));
      pages.counters().nanos += pages.cost().mremapPte();
    }
    if (compound > 0 || old.huge) { // all of it moves
      PteTable target = pages.tableFor(old.firstPage + by);
      target.huge = old.huge;
      target.compound = compound;
      old.huge = false;
      old.compound = 0;
      if (!target.huge) {
        pages.machine().queuePartlyMapped(pages, target);
      }
    }
  }

  private static void moveEntry(ResidentSet pages, PteTable old, int from, PteTable to, int entry) {
    HostBacking host = pages.host();
    long source = old.firstPage + from;
    long target = to.firstPage + entry;
    host.copyFrame(host, source, target);
    host.drop(source, 1);
    to.states[entry] = (byte) (old.states[from] & ~QUEUED);
    to.used++;
    to.setShare(entry, old.share(from));
    boolean queued = old.has(from, QUEUED);
    old.setShare(from, 0);
    old.states[from] = PteTable.EMPTY;
    old.used--;
    if (queued && to.state(entry) == LAZY) {
      pages.machine().queueLazy(pages, to, entry);
    } else if (to.state(entry) == PteTable.DIRTY) {
      pages.machine().queueData(pages, to, entry);
    }
  }

  /**
   * Copies the entries of {@code [start, end)} to a child: frames become shared, copied at the next
   * store of either. The bytes are copied to the child's host memory here and now, which no figure
   * shows.
   */
  static void share(ResidentSet parent, ResidentSet child, long start, long end) {
    for (PteTable pte = parent.table().next(start, end); pte != null; ) {
      int first = (int) Math.max(0, start - pte.firstPage);
      int last = (int) Math.min(ENTRIES, end - pte.firstPage);
      parent.machine().free(pte.dissolveHugeFrame()); // parts are shared one by one from here on
      PteTable copy = child.tableFor(pte.firstPage);
      for (int e = pte.nextUsed(first, last); e < last; e = pte.nextUsed(e + 1, last)) {
        shareEntry(parent, child, pte, copy, e);
      }
      if (pte.huge) {
        copy.huge = true;
        child.counters().addHuge(pte.state(0) == PteTable.ZERO ? 0 : 1);
      }
      pte = parent.table().next(pte.firstPage + ENTRIES, end);
    }
  }

  private static void shareEntry(
      ResidentSet parent, ResidentSet child, PteTable pte, PteTable copy, int entry) {
    long page = pte.firstPage + entry;
    int state = pte.states[entry] & STATE;
    boolean brought = pte.has(entry, PteTable.BROUGHT);
    copy.states[entry] = (byte) (brought ? state | PteTable.BROUGHT : state);
    child.counters().addBrought(brought ? 1 : 0);
    copy.used++;
    if (state == PteTable.ZERO) {
      child.host().zeroFrame(page);
      child.counters().zero++;
      return;
    }
    PhysicalMemory machine = parent.machine();
    if (pte.share(entry) == 0) {
      pte.setShare(entry, machine.share());
    } else {
      machine.join(pte.share(entry));
    }
    copy.setShare(entry, pte.share(entry));
    child.host().copyFrame(parent.host(), page, page);
    if (state == PteTable.SWAPPED) {
      child.counters().swapped++;
      return;
    }
    parent.host().revokeWrite(page);
    child.counters().addResident(1);
    if (state == LAZY) {
      child.counters().lazy++;
      machine.queueLazy(child, copy, entry);
    }
  }
}
