package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.pageAlignDown;

import heapstakes.memory.Memory;

/** A thread's free blocks of one class, last in, first out. Where they lie is kept beside them. */
final class CacheBin {
  private static final long SLOT_BYTES = 8; // §3.2
  private static final int MAX_FILL_SHIFT = 30; // of an int

  final int sizeClass;
  final int size; // of a block, in bytes; 0 for the bin that is always empty and full
  final int capacity;
  final long[] blocks;
  final long stackEnd; // where the library keeps the first block's address, growing down
  int count;
  int room; // blocks for which the pages of the library's stack are touched
  int lowWater; // least count since the collector came by last
  long requests; // served since the arena was told last

  // How the collector adapts a bin of small blocks.
  int fillShift = 1; // a fill is the capacity divided by 2 to this, less the haste
  int haste;
  boolean refilled;

  CacheBin(int sizeClass, int capacity, long stackEnd) {
    this.sizeClass = sizeClass;
    this.size = (int) SizeClasses.sizeOf(sizeClass);
    this.capacity = capacity;
    this.blocks = new long[capacity];
    this.stackEnd = stackEnd;
  }

  /** As a forked child has it. */
  CacheBin(CacheBin parent) {
    this(parent.sizeClass, parent.capacity, parent.stackEnd);
    System.arraycopy(parent.blocks, 0, blocks, 0, parent.count);
    count = parent.count;
    lowWater = parent.lowWater;
    requests = parent.requests;
    fillShift = parent.fillShift;
    haste = parent.haste;
    refilled = parent.refilled;
  }

  private CacheBin() {
    sizeClass = SizeClasses.NONE;
    size = 0;
    capacity = 0;
    blocks = new long[0];
    stackEnd = 0;
  }

  /** A bin that is always empty and full: for classes that are not cached. */
  static CacheBin closed() {
    return new CacheBin();
  }

  /** Whether its blocks are small ones. */
  boolean isSmall() {
    return sizeClass < SizeClasses.SMALL_COUNT;
  }

  /** Takes the last block; there is one. */
  long pop() {
    int left = count - 1;
    count = left;
    if (left < lowWater) {
      lowWater = left;
    }
    requests++;
    return blocks[left];
  }

  /** Touches the stack of {@code blocks} blocks, of which its page may hold some more. */
  void makeRoom(int blocks, Memory memory) {
    if (blocks > room) {
      long start = stackEnd - SLOT_BYTES * blocks;
      memory.touch(start, SLOT_BYTES * blocks);
      room = (int) Math.min(capacity, (stackEnd - pageAlignDown(start)) / SLOT_BYTES);
    }
  }

  /** Behind a fork the pages of the library's stack are shared, until they are written again. */
  void forked() {
    room = 0;
  }

  /** Adds a block; there is room. */
  void push(long block) {
    blocks[count++] = block;
  }

  /** How many blocks lie outside of {@code [from, to)}. */
  int countOutside(long from, long to) {
    int outside = 0;
    for (int i = 0; i < count; i++) {
      outside += isOutside(blocks[i], from, to) ? 1 : 0;
    }
    return outside;
  }

  private static boolean isOutside(long block, long from, long to) {
    return block < from || block >= to;
  }

  /**
   * Puts the {@code outside} blocks that lie outside of {@code [from, to)} before the others, which
   * keep their order.
   */
  void putOutsideFirst(long from, long to, int outside) {
    int border = outside; // the last block to come in is at the end
    int free = count - 1;
    for (int i = count - 1; i >= border; i--) {
      if (!isOutside(blocks[i], from, to)) {
        swap(i, free--);
      }
    }
    for (int i = border - 1; i >= 0 && free >= border; i--) {
      if (!isOutside(blocks[i], from, to)) {
        swap(i, free--);
      }
    }
  }

  private void swap(int i, int j) {
    long block = blocks[i];
    blocks[i] = blocks[j];
    blocks[j] = block;
  }

  /** Blocks to fetch at once. */
  int fillCount() {
    return capacity >> fillShift - haste;
  }

  /** Halves the next fill unless it is 1 already. */
  void fetchLess() {
    if (fillShift < MAX_FILL_SHIFT && capacity >> fillShift + 1 >= 1) {
      fillShift++;
    }
    haste = 0;
  }

  /** Doubles the next fill up to half the capacity. */
  void fetchMore() {
    if (fillShift > 1) {
      fillShift--;
    }
    refilled = false;
    haste = 0;
  }

  /** Doubles the next fill until the collector comes by or there is a flush. */
  void hasten() {
    if (haste + 1 < fillShift) {
      haste++;
    }
  }

  /** Requests served since the last call. */
  long takeRequests() {
    long served = requests;
    requests = 0;
    return served;
  }
}
