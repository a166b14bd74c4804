package heapstakes.meter;

import static java.lang.Math.min;

import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.replay.Operation;
import heapstakes.replay.Replayer;
import heapstakes.replay.Tally;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;

/**
 * Operations with the clock read on both sides of each call of the allocator; touching the block
 * comes after. Nothing is allocated.
 */
final class TimedOperation implements Operation {
  private final LatencyRecorder recorder;

  TimedOperation(LatencyRecorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public boolean carryOut(
      EventBatch batch,
      int at,
      ThreadAllocator thread,
      Memory memory,
      long[] addresses,
      Tally tally) {
    int slot = batch.slot[at];
    long size = batch.size[at];
    long extra = batch.extra[at];
    byte op = batch.op[at];
    switch (op) {
      case Op.FREE -> free(thread, addresses, slot);
      case Op.TRIM -> trim(thread, size);
      case Op.STORE, Op.LOAD -> Replayer.access(batch, at, memory, addresses[slot], tally);
      default -> {
        long address = obtain(op, thread, addresses[slot], size, extra);
        if (address == 0 && !(op == Op.REALLOC && size == 0)) {
          if (op != Op.REALLOC) {
            addresses[slot] = 0;
          }
          return !tally.refuse();
        }
        addresses[slot] = address;
        memory.touch(address, min(op == Op.CALLOC ? extra * size : size, tally.touchLimit()));
      }
    }
    return true;
  }

  private long obtain(byte op, ThreadAllocator thread, long old, long size, long extra) {
    return switch (op) {
      case Op.MALLOC -> malloc(thread, size);
      case Op.CALLOC -> calloc(thread, extra, size);
      case Op.REALLOC -> realloc(thread, old, size);
      default -> memalign(thread, extra, size);
    };
  }

  private long malloc(ThreadAllocator thread, long size) {
    long start = System.nanoTime();
    long address = thread.malloc(size);
    recorder.record(Op.MALLOC, System.nanoTime() - start);
    return address;
  }

  private long calloc(ThreadAllocator thread, long count, long size) {
    long start = System.nanoTime();
    long address = thread.calloc(count, size);
    recorder.record(Op.CALLOC, System.nanoTime() - start);
    return address;
  }

  private long realloc(ThreadAllocator thread, long old, long size) {
    long start = System.nanoTime();
    long address = thread.realloc(old, size);
    recorder.record(Op.REALLOC, System.nanoTime() - start);
    return address;
  }

  private long memalign(ThreadAllocator thread, long alignment, long size) {
    long start = System.nanoTime();
    long address = thread.memalign(alignment, size);
    recorder.record(Op.MEMALIGN, System.nanoTime() - start);
    return address;
  }

  private void free(ThreadAllocator thread, long[] addresses, int slot) {
    long address = addresses[slot];
    long start = System.nanoTime();
    thread.free(address);
    recorder.record(Op.FREE, System.nanoTime() - start);
    addresses[slot] = 0;
  }

  private void trim(ThreadAllocator thread, long pad) {
    long start = System.nanoTime();
    thread.trim(pad);
    recorder.record(Op.TRIM, System.nanoTime() - start);
  }
}
