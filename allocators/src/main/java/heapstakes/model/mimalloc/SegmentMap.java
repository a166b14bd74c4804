package heapstakes.model.mimalloc;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the segment and the page of an address. The library masks the address and trusts what it
 * finds there; here a table tells what is no segment. Written under the process's lock.
 *
 * <p>The table leads to a segment's array of pages, as a free needs nothing else of the segment.
 */
final class SegmentMap {
  private static final int SEGMENT_SHIFT = 25;
  private static final int LEAF_SHIFT = 11;
  private static final int LEAF = 1 << LEAF_SHIFT;
  private static final int ADDRESS_BITS = 47;
  private static final int ROOT = 1 << (ADDRESS_BITS - SEGMENT_SHIFT - LEAF_SHIFT);
  private static final @Nullable Segment[] EMPTY = new @Nullable Segment[LEAF];
  private static final MimallocPage[][] NO_PAGES = new MimallocPage[LEAF][];

  private final OsLayer os;
  private final @Nullable Segment[][] root = new @Nullable Segment[ROOT][];
  private final MimallocPage[][][] pages = new MimallocPage[ROOT][][];
  private int numbered;
  private int lowest = ROOT; // of the leaves that were made, as the next
  private int highest = -1;

  static {
    Arrays.fill(NO_PAGES, Segment.NO_PAGES);
  }

  SegmentMap(OsLayer os) {
    this.os = os;
    Arrays.fill(root, EMPTY);
    Arrays.fill(pages, NO_PAGES);
  }

  /** As a forked child has it. */
  SegmentMap(OsLayer os, SegmentMap parent, ForkCopies copies) {
    this(os);
    numbered = parent.numbered;
    copies.copy(parent, this);
  }

  /**
   * The segment that {@code address} belongs to: the one that starts below it, so that a block may
   * begin where a segment ends. Null for 0 and for what is no address of ours.
   */
  @Nullable Segment find(long address) {
    long index = (address - 1) >>> SEGMENT_SHIFT;
    return index >>> LEAF_SHIFT < ROOT
        ? root[(int) (index >>> LEAF_SHIFT)][(int) index & (LEAF - 1)]
        : null;
  }

  /**
   * The page that holds {@code address}, which may be where its segment ends; {@link
   * MimallocPage#NONE} where there is none.
   */
  MimallocPage pageAt(long address) {
    long index = (address - 1) >>> SEGMENT_SHIFT;
    return index >>> LEAF_SHIFT < ROOT
        ? pages[(int) (index >>> LEAF_SHIFT)][(int) index & (LEAF - 1)][
            (int) (address - (index << SEGMENT_SHIFT) >>> Segment.SLICE_SHIFT)]
        : MimallocPage.NONE;
  }

  void add(Segment segment) {
    set(segment.address, segment);
  }

  void remove(Segment segment) {
    set(segment.address, null);
  }

  private void set(long address, @Nullable Segment segment) {
    os.lock.lock();
    try {
      int index = (int) (address >>> SEGMENT_SHIFT);
      int at = index >>> LEAF_SHIFT;
      if (root[at] == EMPTY) {
        root[at] = new @Nullable Segment[LEAF];
        lowest = Math.min(lowest, at);
        highest = Math.max(highest, at);
        pages[at] = NO_PAGES.clone();
      }
      root[at][index & (LEAF - 1)] = segment;
      pages[at][index & (LEAF - 1)] = segment == null ? Segment.NO_PAGES : segment.pages;
    } finally {
      os.lock.unlock();
    }
  }

  /** The number of a segment in the order in which they were first asked for, from 1. */
  int numberOf(Segment segment) {
    os.lock.lock();
    try {
      if (segment.number == 0) {
        segment.number = ++numbered;
      }
      return segment.number;
    } finally {
      os.lock.unlock();
    }
  }

  /** For audits: all, in order of address. */
  void forEach(Consumer<Segment> action) {
    for (int at = lowest; at <= highest; at++) {
      for (int i = 0; i < LEAF && root[at] != EMPTY; i++) {
        Segment segment = root[at][i];
        if (segment != null) {
          action.accept(segment);
        }
      }
    }
  }
}
