package heapstakes.workload.pointer;

import heapstakes.workload.SlotPool;

/**
 * Slots for the pointers of a recording: an open-addressed table of the live ones, 12 to 24 bytes
 * each. For importers of formats that name blocks by address.
 */
public final class PointerSlots {
  /** Stands for a pointer that is not live. */
  public static final int UNKNOWN = -1;

  private final SlotPool pool = new SlotPool();
  private long[] pointers = new long[1 << 10];
  private int[] slots = new int[1 << 10];
  private int used;

  /** An empty table. */
  public PointerSlots() {}

  /** The slot of {@code pointer}, which is not 0, or {@link #UNKNOWN}. */
  public int find(long pointer) {
    int at = bucket(pointer);
    return pointers[at] == 0 ? UNKNOWN : slots[at];
  }

  /** A slot for {@code pointer}, which is not 0 and not live. */
  public int take(long pointer) {
    int slot = pool.take();
    put(pointer, slot);
    return slot;
  }

  /** The live block at {@code from} is at {@code to} from now on, in the same slot. */
  public void move(long from, long to) {
    if (from != to) {
      place(to, lift(from));
    }
  }

  /** Forgets a live pointer but keeps its slot, which is returned. */
  public int lift(long pointer) {
    int slot = find(pointer);
    remove(pointer);
    return slot;
  }

  /** A slot that was lifted is at {@code pointer}, which is not live, from now on. */
  public void place(long pointer, int slot) {
    put(pointer, slot);
  }

  /** Forgets a live pointer and gives its slot back, which is returned. */
  public int give(long pointer) {
    int slot = find(pointer);
    remove(pointer);
    pool.give(slot);
    return slot;
  }

  /** Pointers that are live. */
  public int live() {
    return used;
  }

  private void put(long pointer, int slot) {
    if (2 * (used + 1) > pointers.length) {
      grow();
    }
    int at = bucket(pointer);
    pointers[at] = pointer;
    slots[at] = slot;
    used++;
  }

  /** Moves later members of the chain up, so that no tombstones are left. */
  private void remove(long pointer) {
    int mask = pointers.length - 1;
    int hole = bucket(pointer);
    pointers[hole] = 0;
    used--;
    for (int at = (hole + 1) & mask; pointers[at] != 0; at = (at + 1) & mask) {
      int home = hash(pointers[at]) & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        pointers[hole] = pointers[at];
        slots[hole] = slots[at];
        pointers[at] = 0;
        hole = at;
      }
    }
  }

  private void grow() {
    long[] oldPointers = pointers;
    int[] oldSlots = slots;
    pointers = new long[2 * oldPointers.length];
    slots = new int[2 * oldPointers.length];
    for (int i = 0; i < oldPointers.length; i++) {
      if (oldPointers[i] != 0) {
        int at = bucket(oldPointers[i]);
        pointers[at] = oldPointers[i];
        slots[at] = oldSlots[i];
      }
    }
  }

  /** Where {@code pointer} is, or would be put. */
  private int bucket(long pointer) {
    int mask = pointers.length - 1;
    int at = hash(pointer) & mask;
    while (pointers[at] != 0 && pointers[at] != pointer) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private static int hash(long pointer) {
    return (int) (pointer * 0x9e37_79b9_7f4a_7c15L >>> 32);
  }
}
