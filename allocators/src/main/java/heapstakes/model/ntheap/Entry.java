package heapstakes.model.ntheap;

import heapstakes.memory.Memory;

/**
 * The header before each block, one granule: its bytes with flags, and those of the entry before it
 * with the number of its segment.
 */
final class Entry {
  /** Bytes of a granule: sizes are multiples. */
  static final long GRANULE = 16;

  /** The least that is split off: a header and the links of a free block. */
  static final long LEAST = 2 * GRANULE;

  /** In use. */
  static final long BUSY = 1;

  /** Behind it nothing is committed. */
  static final long LAST = 2;

  /** Reserved and committed alone. */
  static final long ALONE = 4;

  /** Of the back end: a subsegment; else a block in one. */
  static final long FRONT = 8;

  private static final long FLAGS = 15;
  private static final int SEGMENT_SHIFT = 48;
  private static final long PREVIOUS = (1L << SEGMENT_SHIFT) - 1;

  private Entry() {}

  static long word(Memory memory, long entry) {
    return memory.getLong(entry);
  }

  static void setWord(Memory memory, long entry, long word) {
    memory.putLong(entry, word);
  }

  static long bytes(long word) {
    return word & ~FLAGS;
  }

  /** Bytes of the entry before; 0 where nothing is committed before it. */
  static long previous(Memory memory, long entry) {
    return memory.getLong(entry + 8) & PREVIOUS;
  }

  static int segment(Memory memory, long entry) {
    return (int) (memory.getLong(entry + 8) >>> SEGMENT_SHIFT);
  }

  static void setPrevious(Memory memory, long entry, int segment, long bytes) {
    memory.putLong(entry + 8, (long) segment << SEGMENT_SHIFT | bytes);
  }
}
