package heapstakes.trace.binary;

/**
 * Guesses the slot of the next new block: the one that was freed last, else the lowest that was
 * never used. Recorders assign slots so, which makes the slots of allocations free of charge in the
 * binary form. Writer and reader run the same guesses; a wrong one costs bytes, never correctness.
 * At most {@link #CAPACITY} freed slots are remembered, the oldest forgotten first.
 */
final class SlotPredictor {
  /** Part of the format: 4 MiB of memory at most. */
  static final int CAPACITY = 1 << 20;

  private int[] freed = new int[1 << 10];
  private int mask = freed.length - 1;
  private int top;
  private int depth;
  private int next;

  /** The guess. */
  int guess() {
    return depth > 0 ? freed[(top - 1) & mask] : next;
  }

  /** A new block went to {@code slot}, guessed or not. */
  void taken(int slot) {
    if (depth > 0) {
      depth--;
      top--;
    } else if (slot >= next) {
      next = slot + 1;
    }
  }

  /** The block in {@code slot} was freed. */
  void freed(int slot) {
    if (depth > mask) {
      makeRoom();
    }
    freed[top++ & mask] = slot;
    depth++;
  }

  private void makeRoom() {
    if (freed.length == CAPACITY) {
      depth--;
      return;
    }
    int[] larger = new int[2 * freed.length];
    for (int i = 0; i < depth; i++) {
      larger[i] = freed[(top - depth + i) & mask];
    }
    freed = larger;
    mask = larger.length - 1;
    top = depth;
  }
}
