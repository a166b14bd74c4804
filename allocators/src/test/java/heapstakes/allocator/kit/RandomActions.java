package heapstakes.allocator.kit;

import heapstakes.allocator.kit.Action.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes programs that now and then change their largest size and how many blocks they keep. */
public final class RandomActions {
  private static final int MAX_BLOCKS = 120;
  private static final int[] LARGEST = {130, 1100, 20_000, 300_000};
  private static final int HUGE = 2 << 20;

  private final Random random;
  private final int threads;
  private final List<Integer> live = new ArrayList<>();
  private int blocks;
  private int largest = LARGEST[0];
  private int target = MAX_BLOCKS / 2;
  private int thread;

  private RandomActions(long seed, int threads) {
    this.random = new Random(seed);
    this.threads = threads;
  }

  /** A program of {@code count} actions by so many threads, the same for the same seed. */
  public static List<Action> of(long seed, int count, int threads) {
    RandomActions made = new RandomActions(seed, threads);
    List<Action> actions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (i > count / 3 && made.random.nextInt(10) == 0) {
        made.thread = made.random.nextInt(threads);
      }
      actions.add(made.next());
    }
    return actions;
  }

  private Action next() {
    if (random.nextInt(200) == 0) {
      largest = LARGEST[random.nextInt(LARGEST.length)];
      target = random.nextInt(MAX_BLOCKS);
    }
    int kind = random.nextInt(100);
    if (kind == 0) {
      return new Action(Kind.TRIM, thread, 0, random.nextBoolean() ? 0 : size(), 0);
    }
    if (kind == 1) {
      return new Action(Kind.WAIT, thread, 0, random.nextInt(3000), 0);
    }
    if (kind == 2 && threads > 1) {
      return new Action(Kind.EXIT, thread, 0, 0, 0);
    }
    if (live.isEmpty() || kind < (live.size() < target ? 65 : 35)) {
      return allocate();
    }
    int at = random.nextInt(live.size());
    int block = live.get(at);
    if (kind < 85) {
      live.set(at, live.getLast());
      live.removeLast();
      return new Action(Kind.FREE, thread, block, 0, 0);
    }
    return new Action(Kind.REALLOC, thread, block, 1 + size(), 0);
  }

  private Action allocate() {
    int block = blocks++;
    live.add(block);
    return switch (random.nextInt(8)) {
      case 0 -> new Action(Kind.MEMALIGN, thread, block, size(), alignment());
      case 1 -> new Action(Kind.CALLOC, thread, block, size(), 0);
      default -> new Action(Kind.MALLOC, thread, block, size(), 0);
    };
  }

  private long alignment() {
    return 1L << (3 + random.nextInt(random.nextInt(10) == 0 ? 15 : 10));
  }

  private long size() {
    return switch (random.nextInt(100)) {
      case 0 -> random.nextInt(HUGE);
      case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> random.nextInt(LARGEST[3]);
      default -> random.nextInt(largest);
    };
  }
}
