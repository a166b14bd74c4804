package heapstakes.os.linux;

import org.jspecify.annotations.Nullable;

/**
 * The mappings of one process, merged and split as Linux does it (linux-vm.md §2, §4.1). Pure
 * bookkeeping over addresses; bounds are whole pages.
 */
public final class VmaSet {
  private final VmaTree tree;
  private final int maxMapCount;
  private long totalPages;
  private long imagePages;
  private long created;
  private long splits;
  private long anonIds;

  /**
   * @param limit where user space ends
   * @param maxMapCount vm.max_map_count
   */
  public VmaSet(long limit, int maxMapCount) {
    this.tree = new VmaTree(limit);
    this.maxMapCount = maxMapCount;
  }

  /** Mappings (map_count). */
  public int count() {
    return tree.size();
  }

  /** Pages of all mappings (total_vm). */
  public long totalPages() {
    return totalPages;
  }

  /** Pages of all writable mappings but the stack (data_vm): by a walk over all of them. */
  long writablePages() {
    long pages = 0;
    for (Vma vma = tree.first(); !tree.isEnd(vma); vma = vma.next) {
      if (vma.writable() && !vma.has(Vma.GROWSDOWN)) {
        pages += vma.pages();
      }
    }
    return pages;
  }

  /** Pages that were mapped before the first system call and still are. */
  public long imagePages() {
    return imagePages;
  }

  /** Mappings made so far, without those that merged or came of a split. */
  public long created() {
    return created;
  }

  /** Splits so far. */
  public long splits() {
    return splits;
  }

  /** The lowest mapping, or the end where there is none. */
  public Vma first() {
    return tree.first();
  }

  /** Whether this is the end of the list, which is no mapping and starts where user space ends. */
  public boolean isEnd(Vma vma) {
    return tree.isEnd(vma);
  }

  /** The first mapping that ends above {@code address}; its start may lie above too. */
  public Vma find(long address) {
    return tree.find(address);
  }

  /** Whether nothing is mapped in {@code [start, end)}. */
  boolean isFree(long start, long end) {
    return tree.find(start).start >= end;
  }

  /** Whether a mapping more would exceed vm.max_map_count, as mmap and brk see it. */
  boolean isFull() {
    return tree.size() > maxMapCount;
  }

  /** Whether there is room for {@code spare} more, as splits and mremap see it. */
  boolean hasRoomFor(int spare) {
    return tree.size() < maxMapCount - spare;
  }

  long highestGap(long length, long low, long high) {
    return tree.highestGap(length, low, high);
  }

  long lowestGap(long length, long low, long high) {
    return tree.lowestGap(length, low, high);
  }

  /** Maps a part of the process image or a copy of a parent's mapping: merges with nothing. */
  public void addAsIs(long start, long end, int protection, int flags, long anonId) {
    insert(tree.find(start), start, end, protection, flags).anonId = anonId;
    anonIds = Math.max(anonIds, anonId);
  }

  /** Maps a free range, joining it with touching mappings of the same kind. */
  Vma add(long start, long end, int protection, int flags, long anonId) {
    Vma next = tree.find(start);
    Vma prev = next.prev;
    boolean left = prev.end == start && prev.joins(protection, flags, anonId);
    boolean right = next.start == end && next.joins(protection, flags, anonId);
    if (left || right) {
      totalPages += (end - start) >>> 12;
    }
    if (left) {
      prev.anonId |= anonId; // compatible: equal, or one of them is 0
      boolean both = right && Vma.compatible(prev.anonId, next.anonId);
      return both ? absorbNext(prev) : grow(prev, prev.start, end);
    }
    if (right) {
      next.anonId |= anonId;
      return grow(next, start, next.end);
    }
    created++;
    Vma vma = insert(next, start, end, protection, flags);
    vma.anonId = anonId;
    return vma;
  }

  private Vma grow(Vma vma, long start, long end) {
    tree.resize(vma, start, end);
    return vma;
  }

  /** Extends {@code vma} over the free space behind it and all of the next mapping. */
  private Vma absorbNext(Vma vma) {
    Vma next = vma.next;
    long end = next.end;
    vma.anonId |= next.anonId;
    tree.remove(next);
    return grow(vma, vma.start, end);
  }

  private Vma insert(Vma next, long start, long end, int protection, int flags) {
    Vma vma = tree.insertBefore(next, start, end);
    vma.protection = protection;
    vma.flags = flags;
    if (vma.has(Vma.GROWSDOWN)) {
      tree.refreshGap(vma);
    }
    totalPages += vma.pages();
    imagePages += vma.has(Vma.IMAGE) ? vma.pages() : 0;
    return vma;
  }

  /** Whether unmapping needs a split that vm.max_map_count forbids. */
  boolean cannotCut(long start, long end) {
    Vma vma = tree.find(start);
    return vma.start < start && end < vma.end && !hasRoomFor(0);
  }

  /** Pages mapped in {@code [start, end)}; only those with {@code flag} set, unless it is 0. */
  public long pagesIn(long start, long end, int flag) {
    long pages = 0;
    for (Vma vma = tree.find(start); vma.start < end; vma = vma.next) {
      if (flag == 0 || vma.has(flag)) {
        pages += (Math.min(end, vma.end) - Math.max(start, vma.start)) >>> 12;
      }
    }
    return pages;
  }

  /** Forgets every mapping in {@code [start, end)}; check {@link #cannotCut} before. */
  void cut(long start, long end) {
    Vma vma = tree.find(start);
    if (vma.start < start) {
      if (vma.end > end) {
        splits++;
        splitAt(vma, end);
      }
      forget(vma, start, vma.end);
      Vma next = vma.next;
      tree.resize(vma, vma.start, start);
      vma = next;
    }
    while (vma.start < end) {
      Vma next = vma.next;
      if (vma.end > end) {
        forget(vma, vma.start, end);
        tree.resize(vma, end, vma.end);
      } else {
        forget(vma, vma.start, vma.end);
        tree.remove(vma);
      }
      vma = next;
    }
  }

  private void forget(Vma vma, long start, long end) {
    totalPages -= (end - start) >>> 12;
    imagePages -= vma.has(Vma.IMAGE) ? (end - start) >>> 12 : 0;
  }

  /** Makes two mappings of one; the given object keeps the lower part. */
  private Vma splitAt(Vma vma, long address) {
    long end = vma.end;
    Vma next = vma.next;
    tree.resize(vma, vma.start, address);
    Vma upper = tree.insertBefore(next, address, end);
    upper.protection = vma.protection;
    upper.flags = vma.flags;
    upper.anonId = vma.anonId;
    if (vma.has(Vma.GROWSDOWN)) {
      vma.flags &= ~Vma.GROWSDOWN; // the guard moves with the part that still grows
      tree.refreshGap(upper);
    }
    return upper;
  }

  /**
   * Gives {@code [start, end)}, a part of {@code vma}, other attributes: joins it with touching
   * mappings that have them, else splits.
   *
   * @return the mapping that covers the range now, or null when vm.max_map_count forbids a split; a
   *     first split may have happened by then
   */
  public @Nullable Vma modify(Vma vma, long start, long end, int protection, int flags) {
    Vma prev = vma.prev;
    Vma next = vma.next;
    boolean left =
        start == vma.start && prev.end == start && prev.joins(protection, flags, vma.anonId);
    boolean right =
        end == vma.end && next.start == end && next.joins(protection, flags, vma.anonId);
    if (left && start == vma.start && end == vma.end && right) {
      right = Vma.compatible(prev.anonId | vma.anonId, next.anonId);
    }
    if (left) {
      return joinLeft(vma, prev, end, right);
    }
    if (right) {
      return joinRight(vma, next, start);
    }
    return splitOff(vma, start, end, protection, flags);
  }

  private Vma joinLeft(Vma vma, Vma prev, long end, boolean right) {
    prev.anonId |= vma.anonId;
    if (end < vma.end) {
      tree.resize(vma, end, vma.end);
      tree.resize(prev, prev.start, end);
      return prev;
    }
    return right ? absorbNext(absorbNext(prev)) : absorbNext(prev);
  }

  private Vma joinRight(Vma vma, Vma next, long start) {
    next.anonId |= vma.anonId;
    if (start > vma.start) {
      tree.resize(vma, vma.start, start);
    } else {
      tree.remove(vma);
    }
    tree.resize(next, start, next.end);
    return next;
  }

  private @Nullable Vma splitOff(Vma vma, long start, long end, int protection, int flags) {
    Vma part = vma;
    if (start > part.start) {
      if (!hasRoomFor(0)) {
        return null;
      }
      splits++;
      part = splitAt(part, start);
    }
    if (end < part.end) {
      if (!hasRoomFor(0)) {
        return null;
      }
      splits++;
      splitAt(part, end);
    }
    part.protection = protection;
    part.flags = flags;
    return part;
  }

  /**
   * A page of {@code vma} is touched: its first fault names its group, that of a neighbour it could
   * merge with if there is one.
   */
  public void touched(Vma vma) {
    if (vma.anonId != 0) {
      return;
    }
    vma.anonId = reusable(vma, vma.next, vma.next.start == vma.end);
    if (vma.anonId == 0) {
      vma.anonId = reusable(vma, vma.prev, vma.prev.end == vma.start);
    }
    if (vma.anonId == 0) {
      vma.anonId = ++anonIds;
    }
  }

  private static long reusable(Vma vma, Vma neighbour, boolean touching) {
    // The protection may differ: reusable_anon_vma() ignores access bits, which mprotect can align.
    return touching && (neighbour.flags & Vma.IMAGE) == 0 && neighbour.flags == vma.flags
        ? neighbour.anonId
        : 0;
  }
}
