package heapstakes.model.jemalloc;

import heapstakes.memory.Memory;
import java.util.Arrays;

/**
 * A thread's countdowns of work, one for each arena, until that arena's decay is looked at (§21.5).
 * The table of them lies in arena 0, and is made anew when an arena is met that it has no room for.
 */
final class ArenaTicks {
  private static final int BETWEEN = 1000;
  private static final long COUNTDOWN_BYTES = 8;

  private final Memory memory;
  private final ExtentMap map;
  private final ArenaTable arenas;
  private int[] left = new int[0];
  private long table; // 0 where there is none
  private boolean isOpen;

  ArenaTicks(SharedParts shared, ArenaTable arenas) {
    this.memory = shared.memory();
    this.map = shared.map();
    this.arenas = arenas;
  }

  /** As a forked child has them. */
  void copyFrom(ArenaTicks parent) {
    left = parent.left.clone();
    table = parent.table;
    isOpen = parent.isOpen;
  }

  /** Counts {@code work} done on {@code arena}; looks at its decay when it is time. */
  void tick(Arena arena, int work) {
    if (!isOpen || arena.index >= left.length && !grow(arena.index)) {
      return;
    }
    if (left[arena.index] < work) {
      left[arena.index] = BETWEEN;
      arena.pages.purger.poll();
    } else {
      left[arena.index] -= work;
    }
  }

  /** Returns whether there is memory for it. */
  private boolean grow(int index) {
    int before = left.length;
    int count = Math.max(arenas.known(), index + 1);
    int sizeClass = SizeClasses.indexOf(count * COUNTDOWN_BYTES);
    long larger = arenas.first().newInternal(sizeClass, SizeClasses.sizeOf(sizeClass));
    if (larger == 0) {
      return false;
    }
    memory.touch(larger, count * COUNTDOWN_BYTES);
    left = Arrays.copyOf(left, count);
    Arrays.fill(left, before, count, BETWEEN);
    delete();
    table = larger;
    return true;
  }

  private void delete() {
    if (table != 0) {
      Extent extent = map.liveAt(table);
      arenas.get(extent.arena).deleteInternal(extent, table);
      table = 0;
    }
  }

  /** The thread allocates: what it does is counted from now on. */
  void open() {
    isOpen = true;
  }

  /** The thread ends: nothing is counted any more. */
  void close() {
    delete();
    left = new int[0];
    isOpen = false;
  }
}
