package heapstakes.os.simulated;

import heapstakes.os.PageState;
import heapstakes.os.PageVisitor;
import heapstakes.os.linux.Vma;
import heapstakes.os.linux.VmaSet;

/** Tells the states of a process's pages in runs that are as long as can be. */
final class PageWalk {
  private static final PageState[] BY_ENTRY = {
    PageState.EMPTY, PageState.ZERO, PageState.DIRTY, PageState.LAZY, PageState.SWAPPED
  };

  private final PageVisitor visitor;
  private long start; // of the run that is not told yet, page numbers
  private long end;
  private PageState state = PageState.EMPTY;

  private PageWalk(PageVisitor visitor) {
    this.visitor = visitor;
  }

  /** Visits the pages of all mappings but those of the process's image. */
  static void visit(VmaSet vmas, PageTable table, PageVisitor visitor) {
    PageWalk walk = new PageWalk(visitor);
    for (Vma vma = vmas.first(); !vmas.isEnd(vma); vma = vma.next()) {
      if (!vma.has(Vma.IMAGE)) {
        walk.mapping(vma.start() >>> 12, vma.end() >>> 12, table);
      }
    }
    walk.tell();
  }

  private void mapping(long from, long to, PageTable table) {
    long at = from;
    for (PteTable pte = table.next(from, to); pte != null; pte = table.next(at, to)) {
      long first = Math.max(at, pte.firstPage);
      add(at, first, PageState.EMPTY);
      long last = Math.min(to, pte.firstPage + PteTable.ENTRIES);
      for (at = first; at < last; at++) {
        add(at, at + 1, BY_ENTRY[pte.state((int) (at - pte.firstPage))]);
      }
    }
    add(at, to, PageState.EMPTY);
  }

  private void add(long from, long to, PageState what) {
    if (from == to) {
      return;
    }
    if (from != end || what != state) {
      tell();
      start = from;
      state = what;
    }
    end = to;
  }

  private void tell() {
    if (start < end) {
      visitor.pages(start << 12, (end - start) << 12, state);
    }
  }
}
