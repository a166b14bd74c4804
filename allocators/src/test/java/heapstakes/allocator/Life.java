package heapstakes.allocator;

import heapstakes.allocator.kit.GranuleMap;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import java.util.Locale;
import java.util.SplittableRandom;

/** Slots that are filled and emptied at random, by threads that come and go. */
final class Life {
  /**
   * How large the heap becomes.
   *
   * @param slots blocks at most
   * @param threads how many share the heap, at least 1
   * @param sizes how many sizes there are; 0 for any
   * @param turnEvery operations between two threads' turns, on average; a power of two
   */
  record Shape(int slots, int threads, int sizes, int turnEvery) {}

  /** Sizes below, one in so many: small ones most of the time. */
  private static final int[] LARGEST = {512, 8 << 10, 256 << 10, 4 << 20};

  private static final int STEP = 40;

  private final SplittableRandom random;
  private final Shape shape;
  private final GranuleMap map;
  private final long[] address;
  private final long[] size;
  private final long[] menu;
  private final ThreadAllocator[] threads;
  private final Allocator heap;
  private final AddressSpace space;
  private final int alignments;
  private final Memory memory;
  private ThreadAllocator thread;
  private int live;

  /**
   * @param map has nothing live in it, as after {@link #end}
   * @param alignments how many are asked for, from 16 on: mimalloc 2.0.9 misaligns some blocks from
   *     256 on, and so does its twin (docs/specs/mimalloc.md §11)
   */
  Life(Allocator heap, AddressSpace space, Shape shape, GranuleMap map, long seed, int alignments) {
    this.heap = heap;
    this.space = space;
    this.shape = shape;
    this.map = map;
    this.alignments = alignments;
    random = new SplittableRandom(seed);
    memory = heap.memory();
    address = new long[shape.slots];
    size = new long[shape.slots];
    menu = new long[shape.sizes];
    for (int i = 0; i < menu.length; i++) {
      menu[i] = anySize();
    }
    threads = new ThreadAllocator[shape.threads];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = heap.attach();
    }
    thread = threads[0];
  }

  /**
   * One operation.
   *
   * @throws AssertionError when it gives a block that is not aligned, overlaps another, or was not
   *     cleared where it must be, or when an older one was changed
   */
  void step() {
    int dice = random.nextInt();
    if ((dice >>> 16 & shape.turnEvery - 1) == 0) {
      turn(random.nextInt(1000));
    }
    int slot = random.nextInt(shape.slots);
    if (address[slot] == 0) {
      allocate(slot, (dice >>> 8) & 15);
    } else if (((dice >>> 8) & 7) == 0) {
      resize(slot);
    } else {
      free(slot);
    }
  }

  /** Another thread's turn; seldom a thread ends, memory is given back, or time passes. */
  private void turn(int dice) {
    int next = random.nextInt(threads.length);
    if (dice == 0 && next > 0) {
      threads[next].exit();
      threads[next] = heap.attach();
    }
    thread = threads[next];
    if (dice == 1) {
      thread.trim(0);
    }
    space.clock().advance(1_000_000L * dice);
  }

  private long someSize() {
    return menu.length == 0 ? anySize() : menu[random.nextInt(menu.length)];
  }

  private long anySize() {
    int kind = 0;
    while (kind < LARGEST.length - 1 && random.nextInt(STEP) == 0) {
      kind++;
    }
    return random.nextInt(LARGEST[kind]);
  }

  private void allocate(int slot, int how) {
    long bytes = someSize();
    long block;
    if (how == 0) {
      long alignment = 1L << (4 + random.nextInt(alignments));
      block = thread.memalign(alignment, bytes);
      // jemalloc aligns what is empty in some versions only
      require(bytes == 0 || block % alignment == 0, bytes, block, "is not aligned");
    } else if (how < 3) {
      block = thread.calloc(1, bytes);
      require(bytes == 0 || memory.getByte(block) == 0, bytes, block, "does not begin with zero");
      long last = block + bytes - 1;
      require(bytes == 0 || memory.getByte(last) == 0, bytes, block, "does not end in zero");
    } else {
      block = thread.malloc(bytes);
    }
    require(block != 0, bytes, block, "was refused");
    enter(slot, block, bytes);
    live++;
  }

  private void enter(int slot, long block, long bytes) {
    map.take(block, bytes);
    address[slot] = block;
    size[slot] = bytes;
    if (bytes > 0) {
      memory.putByte(block, (byte) slot);
      memory.putByte(block + bytes - 1, (byte) slot);
    }
  }

  private void leave(int slot) {
    map.give(address[slot], size[slot]);
    boolean kept = endsAreKept(address[slot], size[slot], slot);
    require(kept, size[slot], address[slot], "was changed");
  }

  private boolean endsAreKept(long block, long bytes, int slot) {
    return bytes == 0
        || memory.getByte(block) == (byte) slot && memory.getByte(block + bytes - 1) == (byte) slot;
  }

  private void resize(int slot) {
    long bytes = 1 + someSize();
    long kept = Math.min(bytes, size[slot]);
    leave(slot);
    long block = thread.realloc(address[slot], bytes);
    require(block != 0, bytes, block, "was refused");
    boolean isKept = kept == 0 || memory.getByte(block) == (byte) slot;
    require(isKept, bytes, block, "lost its first byte");
    enter(slot, block, bytes);
  }

  private void free(int slot) {
    leave(slot);
    thread.free(address[slot]);
    address[slot] = 0;
    live--;
  }

  private static void require(boolean holds, long bytes, long block, String what) {
    if (!holds) {
      throw new AssertionError(
          String.format(Locale.ROOT, "%d bytes at 0x%x: the block %s", bytes, block, what));
    }
  }

  /** Frees what is left, and ends every thread. */
  void end() {
    for (int slot = 0; slot < shape.slots; slot++) {
      if (address[slot] != 0) {
        free(slot);
      }
    }
    for (int i = threads.length - 1; i >= 0; i--) {
      threads[i].exit();
    }
  }

  /** Blocks that there are. */
  int live() {
    return live;
  }
}
