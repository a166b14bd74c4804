package heapstakes.workload.sampled;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Request;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceException;
import heapstakes.workload.script.SplitMix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Samples the blocks of a trace as the recorder samples those of a program: bytes that are
 * requested go by until an exponentially distributed number of them, of mean {@code every}, is
 * reached; the block in which it is reached is sampled. So a block of size s is with probability 1
 * − exp(−s / every), whatever came before it: a Poisson process over bytes, as the samplers of
 * gperftools and jemalloc have it. A resize is the end of one block and the beginning of another.
 */
public final class BlockSampler {
  private final long every;
  private final SplitMix random;
  private final List<SampledBlock> blocks = new ArrayList<>();
  private final List<SampledRecording.Mark> marks = new ArrayList<>();
  private int[] bySlot = new int[64];
  private double left;
  private long operation;
  private long requests;
  private long bytes;
  private int thread;

  private BlockSampler(long every, long seed) {
    this.every = every;
    random = new SplitMix(seed);
    Arrays.fill(bySlot, -1);
    left = draw();
  }

  /**
   * Samples a valid trace.
   *
   * @param every mean bytes between samples, at least 1
   * @param seed of the random numbers: the same gives the same sample
   * @throws TraceException when the trace has several processes
   */
  public static SampledRecording of(Trace trace, long every, long seed) {
    if (trace.info().features().forks()) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s forks, and a sample is of one process. Record that process alone: trace record"
                  + " --follow none.",
              trace.info().name()));
    }
    BlockSampler sampler = new BlockSampler(every, seed);
    sampler.walk(trace);
    return new SampledRecording(
        trace.info().name(),
        every,
        sampler.operation,
        sampler.requests,
        sampler.bytes,
        trace.info().threads(),
        sampler.marks,
        sampler.blocks);
  }

  private double draw() {
    double uniform = ((random.next() >>> 11) + 1) * 0x1p-53;
    return -Math.log(uniform) * every;
  }

  private void walk(Trace trace) {
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          byte op = batch.op[i];
          if (Op.isOperation(op)) {
            operation(op, batch.slot[i], batch.size[i], batch.extra[i]);
            operation++;
          } else if (op == Op.THREAD) {
            thread = batch.slot[i];
          } else if (op == Op.PHASE) {
            marks.add(
                new SampledRecording.Mark(operation, trace.info().phases().get(batch.slot[i])));
          }
        }
      }
    }
  }

  private void operation(byte op, int slot, long size, long extra) {
    switch (op) {
      case Op.MALLOC, Op.CALLOC -> obtain(slot, Request.bytes(op, size, extra), 0, -1);
      case Op.MEMALIGN -> obtain(slot, Request.bytes(op, size, extra), extra, -1);
      case Op.REALLOC -> {
        int before = end(slot);
        obtain(slot, Request.bytes(op, size, extra), 0, before);
      }
      case Op.FREE -> end(slot);
      default -> {
        // Stores, loads and trims begin and end no block.
      }
    }
  }

  private void obtain(int slot, long size, long alignment, int previous) {
    if (size == Request.REFUSED) {
      return;
    }
    requests++;
    bytes += size;
    left -= Math.max(1, size);
    if (left >= 0) {
      return;
    }
    left = draw();
    if (slot >= bySlot.length) {
      int had = bySlot.length;
      bySlot = Arrays.copyOf(bySlot, Math.max(slot + 1, 2 * had));
      Arrays.fill(bySlot, had, bySlot.length, -1);
    }
    bySlot[slot] = blocks.size();
    blocks.add(
        new SampledBlock(operation, size, alignment, thread, SampledBlock.NEVER, 0, previous));
  }

  /** The index of the sampled block that was there; -1 if there was none. */
  private int end(int slot) {
    int index = slot < bySlot.length ? bySlot[slot] : -1;
    if (index >= 0) {
      bySlot[slot] = -1;
      blocks.set(index, blocks.get(index).died(operation, thread));
    }
    return index;
  }
}
