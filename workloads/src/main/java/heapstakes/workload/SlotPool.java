package heapstakes.workload;

import java.util.Arrays;

/**
 * Dense numbers for live blocks: the one that was given back last is taken first, else the lowest
 * new one. The binary form guesses exactly that, so such slots cost it nothing.
 */
public final class SlotPool {
  private int[] free = new int[64];
  private int freeCount;
  private int next;

  /** A slot that is not in use. */
  public int take() {
    return freeCount > 0 ? free[--freeCount] : next++;
  }

  /** The block in {@code slot} is gone. */
  public void give(int slot) {
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, 2 * freeCount);
    }
    free[freeCount++] = slot;
  }

  /** A pool with the same slots in use, as a forked child has. */
  public SlotPool copy() {
    SlotPool copy = new SlotPool();
    copy.free = free.clone();
    copy.freeCount = freeCount;
    copy.next = next;
    return copy;
  }

  /** Slots that are in use. */
  public int inUse() {
    return next - freeCount;
  }
}
