package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_SHIFT;

import heapstakes.memory.Memory;

/**
 * The library's map from pages to extents, as far as it takes memory: a root, which is static,
 * inner nodes if the library was built for 57 address bits, and leaves with an entry for each page
 * (§12, §21.1). What the entries say is in {@link ExtentMap}.
 */
final class RadixTree {
  /** Pages of a slice of 1 GiB, log2. */
  static final int SLICE_SHIFT = 18;

  /** Slices of the user's half of the address space. */
  static final int SLICES = 1 << (47 - PAGE_SHIFT - SLICE_SHIFT);

  /** What the number of address bits decides. */
  private enum Shape {
    BITS_48(18, 8, 0),
    BITS_57(15, 16, 15);

    final int leafShift; // log2 of a leaf's entries
    final long entryBytes;
    final int nodeShift; // log2 of an inner node's entries; 0 without inner nodes

    Shape(int leafShift, long entryBytes, int nodeShift) {
      this.leafShift = leafShift;
      this.entryBytes = entryBytes;
      this.nodeShift = nodeShift;
    }
  }

  private static final int BITS_OF_THREE_LEVELS = 57;

  private final Base base;
  private final Memory memory;
  private final Shape shape;
  private final long[] nodes;
  private final long[][] leaves = new long[SLICES][]; // of each slice; 0 for none yet

  /**
   * @param base of arena 0
   * @param addressBits that the library was built for: 48 or 57
   */
  RadixTree(Base base, Memory memory, int addressBits) {
    this.base = base;
    this.memory = memory;
    this.shape = addressBits == BITS_OF_THREE_LEVELS ? Shape.BITS_57 : Shape.BITS_48;
    this.nodes = new long[shape.nodeShift == 0 ? 0 : node(-1L >>> Long.SIZE - 47) + 1];
  }

  /** As a forked child has it. */
  RadixTree(Base base, Memory memory, RadixTree parent) {
    this.base = base;
    this.memory = memory;
    this.shape = parent.shape;
    this.nodes = parent.nodes.clone();
    for (int slice = 0; slice < SLICES; slice++) {
      leaves[slice] = parent.leaves[slice] == null ? null : parent.leaves[slice].clone();
    }
  }

  private int node(long address) {
    return (int) (address >>> PAGE_SHIFT + shape.leafShift + shape.nodeShift);
  }

  private static int slice(long address) {
    return (int) (address >>> PAGE_SHIFT + SLICE_SHIFT);
  }

  private int leaf(long address) {
    int inSlice = (int) (address >>> PAGE_SHIFT) & (1 << SLICE_SHIFT) - 1;
    return inSlice >>> shape.leafShift;
  }

  /** Whether there is an entry for the page of {@code address}. */
  boolean has(long address) {
    long[] parts = leaves[slice(address)];
    return parts != null && parts[leaf(address)] != 0;
  }

  /** Makes it; false when there is no memory. One thread at a time. */
  boolean grow(long address) {
    if (has(address)) {
      return true;
    }
    if (!growNode(address)) {
      return false;
    }
    long leaf = base.allocate(shape.entryBytes << shape.leafShift, Base.CACHE_LINE);
    if (leaf == 0) {
      return false;
    }
    int slice = slice(address);
    if (leaves[slice] == null) {
      leaves[slice] = new long[1 << SLICE_SHIFT - shape.leafShift];
    }
    leaves[slice][leaf(address)] = leaf;
    return true;
  }

  private boolean growNode(long address) {
    if (shape.nodeShift == 0) {
      return true;
    }
    int node = node(address);
    if (nodes[node] == 0) {
      nodes[node] = base.allocate((long) Long.BYTES << shape.nodeShift, Base.CACHE_LINE);
    }
    if (nodes[node] == 0) {
      return false;
    }
    long index = (address >>> PAGE_SHIFT + shape.leafShift) & (1L << shape.nodeShift) - 1;
    memory.touch(nodes[node] + index * Long.BYTES, Long.BYTES);
    return true;
  }

  /** The entry for the page of {@code address}, which there is, is written. */
  void touch(long address) {
    long entry = (address >>> PAGE_SHIFT) & (1L << shape.leafShift) - 1;
    long at = leaves[slice(address)][leaf(address)] + entry * shape.entryBytes;
    memory.touch(at, shape.entryBytes);
  }
}
