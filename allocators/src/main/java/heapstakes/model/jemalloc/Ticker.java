package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.PAGE_SHIFT;
import static heapstakes.memory.Addresses.alignUp;

import org.jspecify.annotations.Nullable;

/**
 * A thread's chance: random numbers for the displacement of large blocks, and the countdown of work
 * after which an arena's decay is looked at, 1000 on average (952 by its table).
 */
final class Ticker {
  // §8
  private static final int MEAN = 1000;
  private static final int TABLE_BITS = 6;
  private static final int TABLE_SCALE = 61;
  private static final int[] RELOADS = reloads();

  private final @Nullable ArenaTicks counted; // where each arena has a countdown of its own
  private long state;
  private int left = MEAN;

  /**
   * @param seed where the library keeps the thread's state
   */
  Ticker(long seed, SharedParts shared, ArenaTable arenas) {
    state = seed;
    counted =
        shared.version().follows(JemallocRule.COUNTED_TICKS)
            ? new ArenaTicks(shared, arenas)
            : null;
  }

  /** As a forked child has it. */
  void copyFrom(Ticker parent) {
    state = parent.state;
    left = parent.left;
    if (counted != null && parent.counted != null) {
      counted.copyFrom(parent.counted);
    }
  }

  private static int[] reloads() {
    int[] reloads = new int[1 << TABLE_BITS];
    for (int i = 0; i < reloads.length; i++) {
      double u = (i + 1.0) / reloads.length;
      long scaled = Math.round(-TABLE_SCALE * Math.log(u));
      reloads[i] = (int) (MEAN * scaled / TABLE_SCALE);
    }
    return reloads;
  }

  /** The thread allocates for the first time: random numbers start anew. */
  void open(long seed) {
    state = seed;
    if (counted != null) {
      counted.open();
    }
  }

  /** Displaces the block of {@code extent} by chance within a page; returns its address. */
  long displace(Extent extent, long alignment) {
    int shift = SizeClasses.lgFloor(alignUp(alignment, Base.CACHE_LINE));
    extent.address += random(PAGE_SHIFT - shift) << shift;
    return extent.address;
  }

  private long random(int bits) {
    state = Prng.advance(state);
    return state >>> (Long.SIZE - bits);
  }

  /** Counts {@code work} done on {@code arena}; looks at its decay when it is time. */
  void tick(Arena arena, int work) { // step 7
    if (counted != null) {
      counted.tick(arena, work);
      return;
    }
    left -= work;
    if (left < 0) {
      left = RELOADS[(int) random(TABLE_BITS)];
      arena.pages.purger.poll();
    }
  }

  /** The thread ends: what it does from now on is not counted where each arena has a countdown. */
  void close() {
    if (counted != null) {
      counted.close();
    }
  }

  /** Work until the next look. */
  int left() {
    return left;
  }

  /** State of the random numbers. */
  long state() {
    return state;
  }
}
