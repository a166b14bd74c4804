package heapstakes.model.openbsd;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import heapstakes.memory.Memory;

/** Overwrites what is freed, by default four words of at most its first page. */
final class Junk {
  private static final byte ALLOCATED = (byte) 0xdb;
  private static final byte FREED = (byte) 0xdf;
  private static final long FREED_WORD = 0xdfdf_dfdf_dfdf_dfdfL;

  private final Memory memory;
  private final int level;

  Junk(Memory memory, int level) {
    this.memory = memory;
    this.level = level;
  }

  /** As a forked child has it. */
  Junk(Memory memory, Junk parent) {
    this(memory, parent.level);
  }

  void freed(long start, long bytes) {
    if (level == 1) {
      long some = Math.min(bytes, PAGE_BYTES);
      long step = Math.max(8, some / 4 & -8);
      for (long at = 0; at + 8 <= some; at += step) {
        memory.putLong(start + at, FREED_WORD);
      }
    } else if (level == 2) {
      memory.fill(start, bytes, FREED);
    }
  }

  void allocated(long start, long bytes) {
    if (level == 2) {
      memory.fill(start, bytes, ALLOCATED);
    }
  }
}
