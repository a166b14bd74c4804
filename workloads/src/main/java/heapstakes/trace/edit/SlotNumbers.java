package heapstakes.trace.edit;

import heapstakes.workload.SlotPool;
import java.util.Arrays;

/** The slots that a process's blocks have in a new trace, by their slots in the old one. */
final class SlotNumbers {
  private static final int NONE = -1;

  private final SlotPool pool;
  private int[] numbers;

  SlotNumbers() {
    this(new SlotPool(), new int[0]);
  }

  private SlotNumbers(SlotPool pool, int[] numbers) {
    this.pool = pool;
    this.numbers = numbers;
  }

  /** The same for a child that is forked. */
  SlotNumbers copy() {
    return new SlotNumbers(pool.copy(), numbers.clone());
  }

  /** The new slot of the block in {@code slot}, which is given one if it has none. */
  int takeOrGet(int slot) {
    if (slot >= numbers.length) {
      int before = numbers.length;
      numbers = Arrays.copyOf(numbers, Math.max(slot + 1, 2 * before));
      Arrays.fill(numbers, before, numbers.length, NONE);
    }
    if (numbers[slot] == NONE) {
      numbers[slot] = pool.take();
    }
    return numbers[slot];
  }

  /** The new slot of the block in {@code slot}, which is gone from now on. */
  int give(int slot) {
    int number = numbers[slot];
    numbers[slot] = NONE;
    pool.give(number);
    return number;
  }
}
