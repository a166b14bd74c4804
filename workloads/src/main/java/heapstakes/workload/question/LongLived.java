package heapstakes.workload.question;

import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.repeat;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.workload.SlotPool;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.SizeMix;
import heapstakes.workload.script.SplitMix;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Bursts of work, between which hardly anything is live. Three blocks in four come from calloc. One
 * block in {@code keep} outlives its burst, and a few bursts more: a cache entry, a session. At the
 * end memory is asked to be given back.
 */
final class LongLived {
  private final int blocks;
  private final int keep;
  private final int lives;
  private final SplitMix random;
  private final SizeMix sizes;
  private final SlotPool slots = new SlotPool();
  private final int[] burst;
  private final Deque<int[]> kept = new ArrayDeque<>();

  LongLived(int blocks, int keep, int lives, SplitMix random, SizeMix sizes) {
    this.blocks = blocks;
    this.keep = keep;
    this.lives = lives;
    this.random = random;
    this.sizes = sizes;
    burst = new int[blocks];
  }

  Script script(int bursts) {
    return new Script(Script.each(bursts, this::burst), Script.trim(), mark(2 * bursts));
  }

  private Script.Part burst(int number) {
    return Script.all(
        repeat(blocks, this::allocate),
        mark(2 * number),
        repeat(blocks, this::end),
        Script.each(1, once -> forget()),
        mark(2 * number + 1));
  }

  private void allocate(EventBatch batch, long i) {
    int slot = slots.take();
    burst[(int) i] = slot;
    boolean zeroed = random.below(4) != 0;
    batch.add(zeroed ? Op.CALLOC : Op.MALLOC, slot, sizes.draw(random), zeroed ? 1 : 0);
  }

  /** Blocks end in the order in which they came, but for those that are kept. */
  private void end(EventBatch batch, long i) {
    if (i % keep != keep - 1) {
      free(batch, burst[(int) i]);
    }
  }

  /** Frees what was kept {@code lives} bursts ago. */
  private Script.Part forget() {
    int[] now = new int[blocks / keep];
    for (int i = 0; i < now.length; i++) {
      now[i] = burst[i * keep + keep - 1];
    }
    kept.add(now);
    int[] old = kept.size() > lives ? kept.remove() : new int[0];
    return repeat(old.length, (batch, i) -> free(batch, old[(int) i]));
  }

  private void free(EventBatch batch, int slot) {
    batch.add(Op.FREE, slot, 0, 0);
    slots.give(slot);
  }
}
