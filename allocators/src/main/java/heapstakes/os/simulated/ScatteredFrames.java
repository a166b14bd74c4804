package heapstakes.os.simulated;

import static heapstakes.memory.Addresses.PAGE_BYTES;

import java.lang.foreign.Arena;

/** Frames of 4 KiB anywhere in the host, found by page number: a hash table and a free list. */
final class ScatteredFrames implements AutoCloseable {
  private static final int SLAB_FRAMES = 64;
  private static final long EMPTY = 0; // page 0 is never mapped

  private final Arena arena = Arena.ofShared();
  private long[] pages = new long[1024];
  private long[] frames = new long[1024];
  private int size;
  private long[] free = new long[SLAB_FRAMES];
  private int freeCount;

  /** The page's frame, a zeroed one if it has none yet. */
  long frame(long page) {
    int at = slotOf(page);
    if (pages[at] == EMPTY) {
      pages[at] = page;
      frames[at] = allocate();
      if (++size * 2 > pages.length) {
        grow();
        at = slotOf(page);
      }
    }
    return frames[at];
  }

  /** A zeroed frame for no page. */
  long allocate() {
    if (freeCount == 0) {
      long slab = arena.allocate(SLAB_FRAMES * PAGE_BYTES, PAGE_BYTES).address();
      for (int i = SLAB_FRAMES - 1; i >= 0; i--) {
        free[freeCount++] = slab + i * PAGE_BYTES;
      }
    }
    return free[--freeCount];
  }

  /** Forgets the page's bytes, if it has any. */
  void release(long page) {
    int at = slotOf(page);
    if (pages[at] == EMPTY) {
      return;
    }
    HostMemory.fill(frames[at], PAGE_BYTES, (byte) 0);
    if (freeCount == free.length) {
      free = java.util.Arrays.copyOf(free, 2 * freeCount);
    }
    free[freeCount++] = frames[at];
    size--;
    close(at);
  }

  /** Moves later entries of the probe sequence up, so that no lookup meets the hole. */
  private void close(int hole) {
    int mask = pages.length - 1;
    int empty = hole;
    for (int at = (hole + 1) & mask; pages[at] != EMPTY; at = (at + 1) & mask) {
      if (((at - home(pages[at])) & mask) >= ((at - empty) & mask)) {
        pages[empty] = pages[at];
        frames[empty] = frames[at];
        empty = at;
      }
    }
    pages[empty] = EMPTY;
  }

  private int slotOf(long page) {
    int at = home(page);
    while (pages[at] != EMPTY && pages[at] != page) {
      at = (at + 1) & (pages.length - 1);
    }
    return at;
  }

  private int home(long page) {
    return (int) ((page * 0x9E37_79B9_7F4A_7C15L) >>> 32) & (pages.length - 1);
  }

  private void grow() {
    long[] oldPages = pages;
    long[] oldFrames = frames;
    pages = new long[2 * oldPages.length];
    frames = new long[pages.length];
    for (int i = 0; i < oldPages.length; i++) {
      if (oldPages[i] != EMPTY) {
        int at = slotOf(oldPages[i]);
        pages[at] = oldPages[i];
        frames[at] = oldFrames[i];
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
