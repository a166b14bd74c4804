package heapstakes.trace;

import java.util.Arrays;

/**
 * Which slots of a process hold a block, and of what size: 8 bytes a slot, in pages that exist only
 * where a slot was used, and are a forked child's own only where it or its parent changed them.
 */
final class SlotTable {
  /** Stands for an empty slot. */
  static final long EMPTY = -1;

  private static final int PAGE_BITS = 12;
  private static final int PAGE_MASK = (1 << PAGE_BITS) - 1;

  private static final boolean[] NONE_SHARED = new boolean[0];

  private long[][] pages = new long[16][];

  /** Pages that another process has as well; beyond its end none is. */
  private boolean[] shared = NONE_SHARED;

  private long reservedSlots;
  private long liveBlocks;
  private long liveBytes;

  /** The size of the block in {@code slot}, or {@link #EMPTY}. */
  long size(int slot) {
    int page = slot >>> PAGE_BITS;
    if (page >= pages.length) {
      return EMPTY;
    }
    long[] sizes = pages[page];
    // Kept as size + 1, so that a fresh page is empty.
    return sizes.length == 0 ? EMPTY : sizes[slot & PAGE_MASK] - 1;
  }

  /** Puts a block of {@code size} bytes into an empty slot. */
  void fill(int slot, long size) {
    page(slot)[slot & PAGE_MASK] = size + 1;
    liveBlocks++;
    liveBytes += size;
  }

  /** Changes the size of the block in {@code slot}. */
  void resize(int slot, long from, long to) {
    page(slot)[slot & PAGE_MASK] = to + 1;
    liveBytes += to - from;
  }

  /** Empties a slot that holds {@code size} bytes. */
  void empty(int slot, long size) {
    page(slot)[slot & PAGE_MASK] = 0;
    liveBlocks--;
    liveBytes -= size;
  }

  /** Blocks in the table. */
  long liveBlocks() {
    return liveBlocks;
  }

  /** Sum of their sizes. */
  long liveBytes() {
    return liveBytes;
  }

  /** Slots there is memory for. */
  long reservedSlots() {
    return reservedSlots;
  }

  /** An equal table for a forked child. */
  SlotTable copy() {
    SlotTable copy = new SlotTable();
    copy.pages = pages.clone();
    copy.reservedSlots = reservedSlots;
    copy.shared = allShared();
    shared = allShared();
    copy.liveBlocks = liveBlocks;
    copy.liveBytes = liveBytes;
    return copy;
  }

  private boolean[] allShared() {
    boolean[] all = new boolean[pages.length];
    Arrays.fill(all, true);
    return all;
  }

  private static final long[] NONE = new long[0];

  SlotTable() {
    Arrays.fill(pages, NONE);
  }

  private long[] page(int slot) {
    int page = slot >>> PAGE_BITS;
    if (page >= pages.length) {
      int before = pages.length;
      pages = Arrays.copyOf(pages, Math.max(page + 1, before * 2));
      Arrays.fill(pages, before, pages.length, NONE);
    }
    if (pages[page].length == 0) {
      pages[page] = new long[PAGE_MASK + 1];
      reservedSlots += PAGE_MASK + 1;
    } else if (page < shared.length && shared[page]) {
      pages[page] = pages[page].clone();
    }
    if (page < shared.length) {
      shared[page] = false;
    }
    return pages[page];
  }
}
