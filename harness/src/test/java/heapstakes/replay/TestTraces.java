package heapstakes.replay;

import heapstakes.trace.EventBatch;
import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Small traces for tests, from the letters of the trace language; thread numbers are dense. */
public final class TestTraces {
  private TestTraces() {}

  /** The trace of {@code text}: events one a line, or separated by semicolons. */
  public static Trace of(String text) {
    EventBatch batch = new EventBatch(text.length() + 1);
    List<String> phases = new ArrayList<>();
    int threads = 1;
    for (String line : text.split("[;\n]")) {
      String[] words = line.strip().split(" +");
      if (!words[0].isEmpty()) {
        threads = Math.max(threads, add(batch, words, phases));
      }
    }
    return GeneratedTrace.counted("test", text, threads, phases, () -> cursor(batch));
  }

  private static int add(EventBatch batch, String[] words, List<String> phases) {
    byte op = Op.of(words[0].charAt(0));
    switch (op) {
      case Op.MALLOC, Op.REALLOC -> batch.add(op, (int) number(words, 1), number(words, 2), 0);
      case Op.CALLOC, Op.MEMALIGN, Op.STORE, Op.LOAD ->
          batch.add(op, (int) number(words, 1), number(words, 3), number(words, 2));
      case Op.TRIM -> batch.add(op, 0, words.length > 1 ? number(words, 1) : 0, 0);
      case Op.CLOCK -> batch.add(op, 0, number(words, 1), 0);
      case Op.PHASE -> {
        if (!phases.contains(words[1])) {
          phases.add(words[1]);
        }
        batch.add(op, phases.indexOf(words[1]), 0, 0);
      }
      case Op.EXIT -> batch.add(op, 0, 0, 0);
      default -> batch.add(op, (int) number(words, 1), 0, 0);
    }
    boolean namesThread = op == Op.THREAD || op == Op.FORK;
    return namesThread ? (int) number(words, 1) + 1 : 1;
  }

  private static long number(String[] words, int index) {
    return Long.parseLong(words[index]);
  }

  private static TraceCursor cursor(EventBatch all) {
    return new TraceCursor() {
      private int next;

      @Override
      public boolean next(EventBatch batch) {
        batch.clear();
        // Odd batches, so that every loop has to go on in the middle of something.
        for (; next < all.to && batch.to < 7; next++) {
          batch.add(all.op[next], all.slot[next], all.size[next], all.extra[next]);
        }
        return batch.to > 0;
      }

      @Override
      public void close() {
        // nothing is held
      }
    };
  }

  /** A seeded mix of every operation by {@code threads} threads that free each other's blocks. */
  public static Trace mix(long seed, int operations, int slots, int threads) {
    return mix(seed, operations, slots, threads, true);
  }

  /** The same without stores and loads. */
  public static Trace mixWithoutAccesses(long seed, int operations, int slots, int threads) {
    return mix(seed, operations, slots, threads, false);
  }

  private static Trace mix(long seed, int operations, int slots, int threads, boolean hasAccesses) {
    SplittableRandom random = new SplittableRandom(seed);
    boolean[] live = new boolean[slots];
    StringBuilder text = new StringBuilder();
    for (int thread = 1; thread < threads; thread++) {
      text.append("t ").append(thread).append('\n'); // numbers are dense by first appearance
    }
    for (int i = 0; i < operations; i++) {
      if (threads > 1 && random.nextInt(3) == 0) {
        text.append("t ").append(random.nextInt(threads)).append('\n');
      }
      int slot = random.nextInt(slots);
      long size = 1 + random.nextInt(random.nextInt(20) == 0 ? 3_000_000 : 600);
      if (!live[slot]) {
        switch (random.nextInt(4)) {
          case 0 ->
              text.append(
                  String.format(Locale.ROOT, "c %d %d %d\n", slot, 1 + random.nextInt(9), size));
          case 1 -> text.append(String.format(Locale.ROOT, "g %d %d %d\n", slot, 64, size));
          default -> text.append(String.format(Locale.ROOT, "m %d %d\n", slot, size));
        }
        live[slot] = true;
      } else {
        switch (random.nextInt(6) + (hasAccesses ? 0 : 6)) {
          case 0, 6, 7 -> text.append(String.format(Locale.ROOT, "r %d %d\n", slot, size));
          case 1 -> text.append(String.format(Locale.ROOT, "w %d 0 1\n", slot));
          case 2 -> text.append(String.format(Locale.ROOT, "d %d 0 1\n", slot));
          default -> {
            text.append(String.format(Locale.ROOT, "f %d\n", slot));
            live[slot] = false;
          }
        }
      }
      if (i % 100 == 99) {
        text.append(i % 200 == 99 ? "T 0\n" : "P phase" + i / 500 + "\n");
      }
    }
    return of(text.toString());
  }
}
