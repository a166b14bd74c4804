package heapstakes.replay;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.VirtualClock;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;

/** The one timed loop: events from columns to the current thread's allocator. */
final class Replayer {
  private Replayer() {}

  /**
   * Replays operations from index {@code from} on, up to an event that is none or to the end of the
   * batch; behind a request that {@link ReplayPass#refuse} says ends the pass, it returns at once.
   *
   * @param view what is called in place of the thread's handle
   * @return index of the first event that was not replayed
   * @throws HeapCorruptedException with operation number and slot
   */
  static int operations(EventBatch batch, int from, ReplayPass pass, ThreadView view) {
    byte[] ops = batch.op;
    int[] slots = batch.slot;
    long[] sizes = batch.size;
    int to = batch.to;
    ReplayHeap heap = pass.heap();
    ThreadAllocator thread = view.over(heap.thread());
    Memory memory = heap.memory();
    VirtualClock clock = heap.clock();
    PlainBlocks blocks = heap.process().blocks();
    long opNanos = pass.opNanos();
    int at = from;
    try {
      for (; at < to; at++) {
        byte op = ops[at];
        if (op > Op.LAST_OPERATION) {
          return at;
        }
        if (!Interpreter.operation(
            op, slots[at], sizes[at], batch, at, thread, memory, blocks, pass)) {
          return at + 1;
        }
        clock.advance(opNanos);
      }
      return at;
    } catch (HeapCorruptedException | SegmentationFault e) {
      throw pass.named(e, batch, at, at - from);
    }
  }
}
