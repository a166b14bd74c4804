package heapstakes.workload.synthetic;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.workload.SlotPool;
import heapstakes.workload.script.Generator;
import heapstakes.workload.script.SplitMix;
import java.util.List;

/**
 * Operations at random. Every few thousand of them a new target for the number of blocks is drawn,
 * and the order in which blocks are freed: oldest first, youngest first, one of the youngest, or
 * any. One request in ten is aligned (up to 2^13, seldom up to 2^20), one in ten is a calloc; one
 * operation in five on a block is a realloc, one in 24 of those to size 0. Stores, loads and trims
 * come in between. In the end all is freed in the order at that time, and memory is given back.
 */
final class RandomProgram extends Generator {
  static final List<String> PHASES = List.of("loaded", "drained");

  private static final long MOST_BYTES = 128L << 20; // of all blocks, or the machine would suffer
  private static final int LONGEST_SWING = 4000;
  private static final int LARGEST_ALIGNMENT = 13;
  private static final int RARE_ALIGNMENT = 20;
  private static final long[] PADS = {0, 0, 4096, 100_000, 1 << 20};
  private static final long LONGEST_IDLE = 10_000_000_000L;
  private static final int ROOM = 4; // events of a step without the threads'

  private final SplitMix random;
  private final RandomSizes sizes;
  private final RandomThreads threads;
  private final boolean steps;
  private final RandomBlocks blocks;
  private final SlotPool slots = new SlotPool();
  private long left;
  private int target;
  private int order;
  private int swing;
  private int phase;

  RandomProgram(
      SplitMix random,
      long operations,
      RandomSizes sizes,
      RandomThreads threads,
      int live,
      boolean steps) {
    this.random = random;
    this.left = operations;
    this.sizes = sizes;
    this.threads = threads;
    this.steps = steps;
    this.blocks = new RandomBlocks(live);
  }

  @Override
  protected void fill(EventBatch batch) {
    while (phase < PHASES.size() && batch.capacity() - batch.to >= ROOM + threads.room()) {
      if (phase == 1) {
        drain(batch);
      } else if (left > 0) {
        threads.turn(batch, random, left--);
        step(batch);
      } else if (threads.finish(batch, random)) {
        batch.add(Op.PHASE, phase++, 0, 0);
      } else {
        return;
      }
    }
  }

  private void drain(EventBatch batch) {
    if (blocks.count() > 0) {
      free(batch);
    } else {
      batch.add(Op.TRIM, 0, 0, 0);
      batch.add(Op.PHASE, phase++, 0, 0);
    }
  }

  private void step(EventBatch batch) {
    if (swing-- == 0) {
      swing = 100 + random.below(LONGEST_SWING);
      target = random.below(blocks.capacity() + 1);
      order = random.below(4);
    }
    if (steps && random.below(128) == 0) {
      batch.add(Op.CLOCK, 0, random.magnitudes(1000, LONGEST_IDLE), 0);
    }
    int choice = random.below(4096);
    if (choice == 0) {
      batch.add(Op.TRIM, 0, PADS[random.below(PADS.length)], 0);
    } else if (choice < 128 && blocks.count() > 0) {
      access(batch, choice % 2 == 0 ? Op.STORE : Op.LOAD);
    } else if (grows()) {
      allocate(batch);
    } else if (random.below(5) == 0) {
      reallocate(batch);
    } else {
      free(batch);
    }
  }

  private boolean grows() {
    if (blocks.count() == 0) {
      return true;
    }
    if (blocks.count() == blocks.capacity() || blocks.bytes() > MOST_BYTES) {
      return false;
    }
    return random.below(8) < (blocks.count() < target ? 5 : 3);
  }

  private void allocate(EventBatch batch) {
    int slot = slots.take();
    long size = sizes.draw(random);
    int kind = random.below(10);
    if (kind == 0) {
      int largest = random.below(64) == 0 ? RARE_ALIGNMENT : LARGEST_ALIGNMENT;
      batch.add(Op.MEMALIGN, slot, size, 1L << random.below(largest + 1));
    } else if (kind == 1) {
      long count = 1 + random.below(8);
      size /= count;
      batch.add(Op.CALLOC, slot, size, count);
      size *= count;
    } else {
      batch.add(Op.MALLOC, slot, size, 0);
    }
    blocks.add(slot, size);
  }

  private void reallocate(EventBatch batch) {
    int i = random.below(blocks.count());
    long size =
        switch (random.below(24)) {
          case 0 -> 0;
          case 1, 2, 3, 4, 5 -> blocks.size(i) + random.below(64);
          case 6, 7, 8 -> blocks.size(i) / 2;
          default -> sizes.draw(random);
        };
    batch.add(Op.REALLOC, blocks.slot(i), size, 0);
    blocks.resize(i, size);
  }

  private void access(EventBatch batch, byte op) {
    int i = random.below(blocks.count());
    long size = blocks.size(i);
    long offset = size == 0 ? 0 : Math.floorMod(random.next(), size);
    batch.add(op, blocks.slot(i), Math.min(size - offset, 10_000), offset);
  }

  private void free(EventBatch batch) {
    int count = blocks.count();
    int victim =
        switch (order) {
          case 0 -> 0;
          case 1 -> count - 1;
          case 2 -> count - 1 - random.below(Math.min(8, count));
          default -> random.below(count);
        };
    int slot = blocks.remove(victim);
    batch.add(Op.FREE, slot, 0, 0);
    slots.give(slot);
  }
}
