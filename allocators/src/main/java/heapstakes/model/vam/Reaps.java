package heapstakes.model.vam;

import heapstakes.memory.Memory;

/**
 * Blocks of objects of one size, small ones without a header, medium ones with: first the block is
 * used up from its low end, then what was freed comes back, last freed first.
 */
final class Reaps {
  static final long SPACING = 16;
  static final long HEADER_BYTES = 16; // of a medium object: its size, its block

  private static final long NEXT = 0;
  private static final long PREVIOUS = 8;
  private static final long SIZE = 16; // usable bytes of an object
  private static final long BUMP = 24; // how far the block is used up, from its start
  private static final long LIVE = 32;
  private static final long FREED = 40; // the last object that was freed, or 0
  private static final long INFO_BYTES = 64;

  private final Memory memory;
  private final PageManager pages;
  private final int kind;
  private final long header;
  private final long[] available; // blocks with room, by size

  Reaps(Memory memory, PageManager pages, int kind, long largest) {
    this.memory = memory;
    this.pages = pages;
    this.kind = kind;
    this.header = kind == PageManager.SMALL ? 0 : HEADER_BYTES;
    this.available = new long[(int) (largest / SPACING) + 1];
  }

  /** As a forked child has them. */
  Reaps(Memory memory, PageManager pages, Reaps parent) {
    this.memory = memory;
    this.pages = pages;
    this.kind = parent.kind;
    this.header = parent.header;
    this.available = parent.available.clone();
  }

  private static int index(long size) {
    return (int) (size / SPACING);
  }

  /** An object of {@code size} usable bytes, a multiple of 16; 0 without memory. */
  long allocate(long size) {
    long block = available[index(size)];
    if (block == 0) {
      block = newBlock(size);
      if (block == 0) {
        return 0;
      }
    }
    long object;
    if (canBump(block)) {
      long bump = memory.getLong(block + BUMP);
      object = block + bump + header;
      memory.putLong(block + BUMP, bump + header + size);
    } else {
      object = memory.getLong(block + FREED);
      memory.putLong(block + FREED, memory.getLong(object));
    }
    memory.putLong(block + LIVE, memory.getLong(block + LIVE) + 1);
    if (header != 0) {
      memory.putLong(object - 8, block);
    }
    if (isFull(block)) {
      unlink(block);
    }
    return object;
  }

  private long newBlock(long size) {
    long block = pages.allocate(kind);
    if (block != 0) {
      memory.putLong(block + SIZE, size);
      memory.putLong(block + BUMP, INFO_BYTES);
      memory.putLong(block + LIVE, 0);
      memory.putLong(block + FREED, 0);
      putFirst(block);
    }
    return block;
  }

  private boolean canBump(long block) {
    long end = memory.getLong(block + BUMP) + header + size(block);
    return end <= PageManager.blockBytes(kind);
  }

  private boolean isFull(long block) {
    return memory.getLong(block + FREED) == 0 && !canBump(block);
  }

  private void putFirst(long block) {
    int index = index(size(block));
    long next = available[index];
    memory.putLong(block + NEXT, next);
    memory.putLong(block + PREVIOUS, 0);
    if (next != 0) {
      memory.putLong(next + PREVIOUS, block);
    }
    available[index] = block;
  }

  private void unlink(long block) {
    long next = memory.getLong(block + NEXT);
    long previous = memory.getLong(block + PREVIOUS);
    if (previous == 0) {
      available[index(size(block))] = next;
    } else {
      memory.putLong(previous + NEXT, next);
    }
    if (next != 0) {
      memory.putLong(next + PREVIOUS, previous);
    }
  }

  void free(long block, long object) {
    boolean wasFull = isFull(block);
    long live = memory.getLong(block + LIVE) - 1;
    memory.putLong(block + LIVE, live);
    memory.putLong(object, memory.getLong(block + FREED));
    memory.putLong(block + FREED, object);
    if (wasFull) {
      putFirst(block);
    }
    if (live == 0) {
      unlink(block);
      pages.release(block, kind);
    }
  }

  /** Usable bytes of the block's objects. */
  long size(long block) {
    return memory.getLong(block + SIZE);
  }

  long live(long block) {
    return memory.getLong(block + LIVE);
  }

  /** For audits: whether the counts and the lists agree about a block in use. */
  boolean isSound(long block) {
    long freed = 0;
    for (long at = memory.getLong(block + FREED); at != 0 && freed <= 4096; freed++) {
      at = memory.getLong(at);
    }
    long bumped = (memory.getLong(block + BUMP) - INFO_BYTES) / (header + size(block));
    boolean listed = false;
    for (long at = available[index(size(block))]; at != 0; at = memory.getLong(at + NEXT)) {
      listed |= at == block;
    }
    return live(block) > 0 && live(block) + freed == bumped && listed != isFull(block);
  }
}
