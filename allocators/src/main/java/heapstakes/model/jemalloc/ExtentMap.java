package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_BYTES;
import static heapstakes.memory.Addresses.PAGE_SHIFT;

import heapstakes.allocator.HeapCorruptedException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * From a page to its extent and to the size class of the block in it: a leaf covers 1 GiB. An
 * extent is noted at its first and last page, a slab at all its pages.
 *
 * <p>Read without a lock: a block's entries were written before its address was handed out, and
 * whoever looks at a neighbour believes only a state that the lock it holds guards.
 */
final class ExtentMap {
  private static final int LEAF_SHIFT = RadixTree.SLICE_SHIFT;
  private static final int LEAF_PAGES = 1 << LEAF_SHIFT;
  private static final int ROOT_LENGTH = RadixTree.SLICES;
  private static final byte[] NO_CLASSES = new byte[LEAF_PAGES];

  static {
    Arrays.fill(NO_CLASSES, (byte) SizeClasses.NONE);
  }

  private final Mutex lock = new Mutex(); // for making leaves
  private final RadixTree tree;
  private final byte[][] classes = new byte[ROOT_LENGTH + 1][]; // the last: beyond the user's half
  private final @Nullable Extent[][] extents = new Extent[ROOT_LENGTH + 1][];
  private long lowest = Long.MAX_VALUE; // of all that was ever noted
  private long highest;

  /**
   * @param tree where the library has the entries
   */
  ExtentMap(RadixTree tree) {
    this.tree = tree;
    Arrays.fill(classes, NO_CLASSES);
  }

  /** As a forked child has it. */
  ExtentMap(RadixTree tree, ExtentMap parent, ExtentCopies copies) {
    this(tree);
    for (int root = 0; root < extents.length; root++) {
      @Nullable Extent[] leaf = parent.extents[root];
      if (leaf != null) {
        classes[root] = parent.classes[root].clone();
        extents[root] = new Extent[LEAF_PAGES];
        Arrays.setAll(extents[root], page -> copies.of(leaf[page]));
      }
    }
    lowest = parent.lowest;
    highest = parent.highest;
  }

  /** Where the library has the entries. */
  RadixTree tree() {
    return tree;
  }

  /** Class of the block in the page of {@code address}; {@link SizeClasses#NONE} for none. */
  int classAt(long address) {
    byte[] leaf = classes[(int) Math.min(address >>> (PAGE_SHIFT + LEAF_SHIFT), ROOT_LENGTH)];
    return leaf[(int) (address >>> PAGE_SHIFT) & (LEAF_PAGES - 1)] & 0xff;
  }

  /** What is noted for the page of {@code address}. */
  @Nullable Extent extentAt(long address) {
    @Nullable Extent[] leaf = extents[(int) Math.min(root(address), ROOT_LENGTH)];
    return leaf == null ? null : leaf[index(address)];
  }

  /**
   * The extent of a live block.
   *
   * @throws HeapCorruptedException when there is none at {@code address}
   */
  Extent liveAt(long address) {
    Extent extent = extentAt(address);
    if (extent == null || classAt(address) == SizeClasses.NONE) {
      throw notLive(address);
    }
    return extent;
  }

  /**
   * The extent of a large block, which must be what the caller takes it for.
   *
   * @throws HeapCorruptedException when it is not
   */
  Extent largeAt(long address, int sizeClass) {
    Extent extent = liveAt(address);
    if (extent.sizeClass != sizeClass || extent.address != address) {
      throw notLive(address);
    }
    return extent;
  }

  private static HeapCorruptedException notLive(long address) {
    return new HeapCorruptedException(
        String.format(
            Locale.ROOT,
            "0x%x, which is no live block, was freed, resized or asked for its size: freed twice?"
                + " (jemalloc does not notice; it would crash, or corrupt its heap)",
            address));
  }

  private static long root(long address) {
    return address >>> (PAGE_SHIFT + LEAF_SHIFT);
  }

  private static int index(long address) {
    return (int) (address >>> PAGE_SHIFT) & (LEAF_PAGES - 1);
  }

  /**
   * Makes room for the entries of the first and the last page.
   *
   * @return false when there is no memory for them
   */
  boolean prepare(long start, long bytes) {
    return hasLeaf(start) && hasLeaf(start + bytes - 1);
  }

  /**
   * Notes an extent of new memory.
   *
   * @return false when there is no memory for the entries
   */
  boolean add(Extent extent) {
    if (!prepare(extent.base, extent.size)) {
      return false;
    }
    lock.lock();
    lowest = Math.min(lowest, extent.base);
    highest = Math.max(highest, extent.end());
    lock.unlock();
    record(extent);
    return true;
  }

  private boolean hasLeaf(long address) {
    return tree.has(address) || addLeaf(address);
  }

  private boolean addLeaf(long address) {
    int root = (int) root(address);
    lock.lock();
    try {
      if (extents[root] == null) {
        classes[root] = NO_CLASSES.clone();
        extents[root] = new Extent[LEAF_PAGES];
      }
      return tree.grow(address);
    } finally {
      lock.unlock();
    }
  }

  /** Notes {@code extent}, for which there is room, for its first and last page. */
  void record(Extent extent) {
    set(extent.base, extent);
    set(extent.end() - PAGE_BYTES, extent);
  }

  /** Notes that {@code extent} holds a large block. */
  void recordBlock(Extent extent) {
    setClass(extent.base, extent.sizeClass);
  }

  /**
   * Notes that all pages of {@code extent} hold small blocks.
   *
   * @return false when there is no memory for the entries
   */
  boolean recordSlab(Extent extent) {
    for (long at = extent.base; at < extent.end(); at += PAGE_BYTES) {
      if (!hasLeaf(at)) {
        return false;
      }
    }
    for (long at = extent.base; at < extent.end(); at += PAGE_BYTES) {
      set(at, extent);
      setClass(at, extent.sizeClass);
    }
    return true;
  }

  /** The extent holds no block any more. */
  void forgetBlocks(Extent extent) {
    if (extent.bitmap == null) {
      setClass(extent.base, SizeClasses.NONE);
      return;
    }
    for (long at = extent.base; at < extent.end(); at += PAGE_BYTES) {
      setClass(at, SizeClasses.NONE);
      if (at > extent.base && at < extent.end() - PAGE_BYTES) {
        set(at, null);
      }
    }
  }

  /** Two extents were joined at {@code border}, which is no border any more. */
  void forgetBorder(Extent lower, Extent upper) {
    if (lower.size > PAGE_BYTES) {
      set(lower.end() - PAGE_BYTES, null);
    }
    if (upper.size > PAGE_BYTES) {
      set(upper.base, null);
    }
  }

  /** {@code extent} is no more. */
  void forget(Extent extent) {
    set(extent.base, null);
    set(extent.end() - PAGE_BYTES, null);
  }

  private void set(long address, @Nullable Extent extent) {
    extents[(int) root(address)][index(address)] = extent;
    tree.touch(address);
  }

  private void setClass(long address, int sizeClass) {
    classes[(int) root(address)][index(address)] = (byte) sizeClass;
  }

  /** First address at or after {@code address} for whose page something is noted, or -1. */
  long nextRecorded(long address) {
    for (long at = Math.max(address, lowest); at < highest; at += PAGE_BYTES) {
      if (extents[(int) root(at)] == null) {
        at |= LEAF_PAGES * PAGE_BYTES - PAGE_BYTES;
      } else if (extentAt(at) != null) {
        return at;
      }
    }
    return -1;
  }
}
