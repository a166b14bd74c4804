package heapstakes.workload.synthetic;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.workload.script.Generator;
import heapstakes.workload.script.SplitMix;

/**
 * The server of P. Larson and M. Krishnan, "Memory Allocation for Long-Running Server Applications"
 * (ISMM 1998). The initial thread fills an array of blocks for each of the others and does no more.
 * Each of those again and again frees a block at random and allocates another, of a random size, in
 * its place. At the end of a round it hands its array to a thread that is new, and ends: so blocks
 * are freed by others than allocated them.
 *
 * <p>Threads take turns of {@value #TURN} replacements. The slots of an array lie beside each
 * other, so threads of a parallel replay do not meet in the table of slots.
 */
final class Larson extends Generator {
  private static final int TURN = 64;

  /** Events of the longest step: a thread's change, a replacement. */
  private static final int ROOM = 4;

  private final int threads;
  private final int blocks;
  private final int rounds;
  private final long turnsARound;
  private final int min;
  private final int spread;
  private final SplitMix random;
  private Stage stage = Stage.POPULATE;
  private int lane; // array whose thread is at work
  private int at; // slots filled or freed of the array, or replacements of the turn
  private int round;
  private long turn;

  private enum Stage {
    POPULATE,
    REPLACE,
    HAND_OVER,
    DRAIN,
    DONE
  }

  Larson(int threads, int blocks, int rounds, long operations, int min, int max, SplitMix random) {
    this.threads = threads;
    this.blocks = blocks;
    this.rounds = rounds;
    this.turnsARound = Math.max(1, operations / 2 / TURN / threads / rounds);
    this.min = min;
    this.spread = max - min + 1;
    this.random = random;
  }

  @Override
  protected void fill(EventBatch batch) {
    while (stage != Stage.DONE && batch.capacity() - batch.to >= ROOM) {
      switch (stage) {
        case POPULATE -> populate(batch);
        case REPLACE -> replace(batch);
        case HAND_OVER -> handOver(batch);
        case DRAIN -> drain(batch);
        case DONE -> throw new AssertionError();
      }
    }
  }

  private void populate(EventBatch batch) {
    if (lane == 0 && at == 0) {
      batch.add(Op.THREAD, 0, 0, 0);
    }
    allocate(batch, lane * blocks + at++);
    if (at == blocks && nextLane()) {
      batch.add(Op.PHASE, 0, 0, 0);
      stage = Stage.REPLACE;
    }
  }

  private void replace(EventBatch batch) {
    if (at == 0) {
      batch.add(Op.THREAD, thread(round), 0, 0);
    }
    int slot = lane * blocks + random.below(blocks);
    batch.add(Op.FREE, slot, 0, 0);
    allocate(batch, slot);
    if (++at == TURN && nextLane() && ++turn == turnsARound) {
      turn = 0;
      round++;
      stage = round < rounds ? Stage.HAND_OVER : Stage.DRAIN;
      if (round == rounds) {
        batch.add(Op.PHASE, 1, 0, 0);
      }
    }
  }

  /** The new thread starts before the old one ends, whose child it is. */
  private void handOver(EventBatch batch) {
    batch.add(Op.THREAD, thread(round), 0, 0);
    batch.add(Op.THREAD_EXIT, thread(round - 1), 0, 0);
    if (nextLane()) {
      stage = Stage.REPLACE;
    }
  }

  private void drain(EventBatch batch) {
    if (at == 0) {
      batch.add(Op.THREAD, thread(rounds - 1), 0, 0);
    }
    batch.add(Op.FREE, lane * blocks + at++, 0, 0);
    if (at == blocks && nextLane()) {
      batch.add(Op.PHASE, 2, 0, 0);
      stage = Stage.DONE;
    }
  }

  /** The thread that has the current array in {@code round}; number 0 is the initial one. */
  private int thread(int round) {
    return 1 + round * threads + lane;
  }

  private void allocate(EventBatch batch, int slot) {
    batch.add(Op.MALLOC, slot, min + random.below(spread), 0);
  }

  /** Goes on to the next array; whether that is the first again. */
  private boolean nextLane() {
    at = 0;
    lane = (lane + 1) % threads;
    return lane == 0;
  }
}
