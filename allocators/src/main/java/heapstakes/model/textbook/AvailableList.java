package heapstakes.model.textbook;

import heapstakes.memory.Memory;

/**
 * The free blocks, linked both ways through their second and third word. A rover stands where the
 * next search of next fit begins.
 */
final class AvailableList {
  private static final long NEXT = 8;
  private static final long PREVIOUS = 16;

  private final Memory memory;
  private final boolean byAddress;
  private long first;
  private long rover;

  AvailableList(Memory memory, boolean byAddress) {
    this.memory = memory;
    this.byAddress = byAddress;
  }

  /** The same list in a forked child. */
  AvailableList(AvailableList parent, Memory memory) {
    this(memory, parent.byAddress);
    this.first = parent.first;
    this.rover = parent.rover;
  }

  /** The first free block, or 0. */
  long first() {
    return first;
  }

  /** Where next fit begins, or 0. */
  long rover() {
    return rover;
  }

  void setRover(long block) {
    rover = block;
  }

  /** The free block after {@code block}, or 0. */
  long next(long block) {
    return memory.getLong(block + NEXT);
  }

  /** The free block before {@code block}, or 0. */
  long previous(long block) {
    return memory.getLong(block + PREVIOUS);
  }

  void insert(long block) {
    long before = 0;
    long after = first;
    while (byAddress && after != 0 && after < block) {
      before = after;
      after = next(after);
    }
    link(before, block);
    link(block, after);
  }

  void remove(long block) {
    long after = next(block);
    if (rover == block) {
      rover = after;
    }
    link(previous(block), after);
  }

  /** {@code by} takes the place of {@code block}, whose links may be overwritten already. */
  void replace(long block, long by, long next, long previous) {
    if (rover == block) {
      rover = by;
    }
    link(previous, by);
    link(by, next);
  }

  private void link(long before, long after) {
    if (before == 0) {
      first = after;
    } else {
      memory.putLong(before + NEXT, after);
    }
    if (after != 0) {
      memory.putLong(after + PREVIOUS, before);
    }
  }
}
