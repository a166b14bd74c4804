package heapstakes.workload.synthetic;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.workload.script.SplitMix;

/**
 * Who runs: a fixed number of threads in bursts of random order, of which all but the initial one
 * exit some time and are followed by new ones.
 */
final class RandomThreads {
  private static final int GENERATIONS = 3;
  private static final int LONGEST_BURST = 64;

  private final int[] alive;
  private int next;
  private int exits;
  private int burst;
  private boolean begun;

  /**
   * @param threads at a time
   */
  RandomThreads(int threads) {
    alive = new int[threads];
    exits = total(threads) - threads;
  }

  /** How many threads there are in all. */
  static int total(int threads) {
    return threads == 1 ? 1 : GENERATIONS * threads;
  }

  /** Events that {@link #turn} adds at most. */
  int room() {
    return begun ? 3 : alive.length + 3;
  }

  /**
   * Called before each operation.
   *
   * @param left operations to come
   */
  void turn(EventBatch batch, SplitMix random, long left) {
    if (!begun) {
      begin(batch);
    }
    if (alive.length == 1) {
      return;
    }
    if (exits > 0 && left <= (long) exits * LONGEST_BURST) {
      replaceOne(batch, random);
    } else if (exits > 0 && random.below(2048) == 0) {
      replaceOne(batch, random);
    } else if (burst-- == 0) {
      burst = random.below(LONGEST_BURST);
      batch.add(Op.THREAD, alive[random.below(alive.length)], 0, 0);
    }
  }

  private void begin(EventBatch batch) {
    begun = true;
    for (; next < alive.length; next++) {
      alive[next] = next;
      batch.add(Op.THREAD, next, 0, 0);
    }
  }

  /** The initial thread, at index 0, stays. */
  private void replaceOne(EventBatch batch, SplitMix random) {
    int i = 1 + random.below(alive.length - 1);
    exits--;
    batch.add(Op.THREAD_EXIT, alive[i], 0, 0);
    alive[i] = next++;
    batch.add(Op.THREAD, alive[i], 0, 0);
  }

  /** Replaces whoever must be replaced still, as many as there is room for; true when done. */
  boolean finish(EventBatch batch, SplitMix random) {
    while (exits > 0 && batch.capacity() - batch.to >= 2) {
      replaceOne(batch, random);
    }
    return exits == 0;
  }
}
