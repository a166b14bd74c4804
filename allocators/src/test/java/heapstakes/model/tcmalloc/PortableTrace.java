package heapstakes.model.tcmalloc;

import java.util.Locale;

/**
 * The generator of the specification's §17.4, written from its text: the same seed makes the same
 * operations in any language.
 */
final class PortableTrace {
  private static final double[] RATES = {0, 0.1, 1, 5, 10, 100, 1000};
  private static final int[] FREE_SHARE = {3000, 5000, 7000}; // by phase, of 10000

  private final TcMallocHeap heap;
  private final TcMallocThread[] threads;
  private final int mode;
  private final int knobs;
  private final int operations;
  private final long[] slots;
  private long state;
  private long hash = 1469598103934665603L;
  private int done;

  /**
   * @param parameters {@code seed mode ops every knobs slots threads}
   */
  PortableTrace(TcMallocHeap heap, String parameters) {
    this.heap = heap;
    String[] p = parameters.split(" ", -1);
    state = Long.parseLong(p[0]) * 0x9E3779B97F4A7C15L + 1;
    mode = Integer.parseInt(p[1]);
    operations = Integer.parseInt(p[2]);
    knobs = Integer.parseInt(p[4]);
    slots = new long[Integer.parseInt(p[5])];
    threads = new TcMallocThread[Integer.parseInt(p[6])];
    threads[0] = heap.main;
    for (int i = 1; i < threads.length; i++) {
      threads[i] = heap.newThread();
    }
    for (int i = 1; i < threads.length; i++) {
      heap.main.calloc(1, 304); // pthread_create's
    }
  }

  /** Runs operations up to number {@code last}, counted from 1. */
  void runTo(int last) {
    while (done < last) {
      done++;
      operation();
    }
  }

  int operations() {
    return operations;
  }

  void joinThreads() {
    for (int i = 1; i < threads.length; i++) {
      threads[i].exit();
    }
  }

  void freeAll() {
    for (long block : slots) {
      heap.main.free(block);
    }
  }

  String hash() {
    return String.format(Locale.ROOT, "%016x", hash);
  }

  private long draw(long n) {
    state ^= state << 13;
    state ^= state >>> 7;
    state ^= state << 17;
    return (state * 0x2545F4914F6CDD1DL >>> 11) % n;
  }

  private void operation() {
    int phase = done / (operations / 12 + 1) % 3;
    TcMallocThread thread = threads.length > 1 ? threads[(int) draw(threads.length)] : threads[0];
    long k = draw(10000);
    int slot = (int) draw(slots.length);
    if (turnKnob(thread)) {
      return;
    }
    if (slots[slot] != 0 && k >= 9500) {
      reallocate(thread, slot);
      return;
    }
    if (k < FREE_SHARE[phase]) {
      free(thread, slot);
      return;
    }
    free(thread, slot);
    if (k >= 9350) {
      long alignment = 1L << (4 + draw(draw(4) != 0 ? 10 : 17));
      slots[slot] = note(thread.memalign(alignment, size()));
    } else if (k >= 8900) {
      slots[slot] = note(thread.calloc(1, size()));
    } else {
      slots[slot] = note(thread.malloc(size()));
    }
  }

  private void free(TcMallocThread thread, int slot) {
    if (slots[slot] != 0) {
      thread.free(slots[slot]);
      slots[slot] = 0;
    }
  }

  private void reallocate(TcMallocThread thread, int slot) {
    long q = draw(4);
    long n = q == 0 ? size() : q == 1 ? draw(300) + 1 : draw(70000) + 1;
    long block = note(thread.realloc(slots[slot], Math.max(n, 1)));
    if (block != 0) {
      slots[slot] = block;
    }
  }

  private long note(long block) {
    long x = block == 0 ? 7 : block - heap.initialBreak;
    hash = (hash ^ x) * 1099511628211L;
    return block;
  }

  private boolean turnKnob(TcMallocThread thread) {
    return (knobs >= 1 && turnRelease(thread))
        || (knobs >= 2 && turnStrategy())
        || (knobs >= 3 && turnIdle(thread))
        || (knobs >= 4 && turnLimit());
  }

  private boolean turnRelease(TcMallocThread thread) {
    if (draw(20000) == 0) {
      thread.trim(0);
    } else if (draw(5000) == 0) {
      heap.heap.heap.releaseToSystem(draw(3) != 0 ? draw(5000000) : draw(10000));
    } else if (draw(20000) == 0) {
      heap.heap.heap.setReleaseRate(RATES[(int) draw(7)]);
    } else if (draw(8000) == 0) {
      thread.releaseAll();
    } else {
      return false;
    }
    return true;
  }

  private boolean turnStrategy() {
    if (draw(30000) == 0) {
      heap.heap.heap.setAggressive(draw(2) == 1);
    } else if (draw(15000) == 0) {
      heap.heap.caches.setBudget(draw(64) << 20);
    } else {
      return false;
    }
    return true;
  }

  private boolean turnIdle(TcMallocThread thread) {
    boolean now = draw(15000) == 0;
    if (now) {
      thread.exit();
    }
    return now;
  }

  private boolean turnLimit() {
    boolean now = draw(3000) == 0;
    if (now) {
      heap.heap.heap.setLimitMegabytes(draw(3) != 0 ? 20 + draw(400) : 0);
    }
    return now;
  }

  private long size() {
    long k = draw(1000);
    return switch (mode) {
      case 0 -> draw(257);
      case 1 -> k < 900 ? draw(1025) : draw(32769);
      case 2 ->
          k < 600
              ? draw(512)
              : k < 900
                  ? draw(8193)
                  : k < 990 ? draw(65537) : k < 998 ? draw(270000) : draw(3000000);
      case 3 -> k < 300 ? draw(4096) : k < 700 ? draw(300000) : draw(2000000);
      case 4 -> 1L << draw(18);
      case 5 -> k < 500 ? draw(65) : k < 980 ? 8192 + draw(245760) : draw(20000000);
      default ->
          k < 10 ? draw(5000000) : k < 100 ? draw(262145) : k < 400 ? draw(16384) : draw(1025);
    };
  }
}
