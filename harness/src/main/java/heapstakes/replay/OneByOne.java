package heapstakes.replay;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.VirtualClock;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;

/** A loop that leaves each operation to somebody else. */
final class OneByOne implements OperationLoop {
  private final Operation operation;

  OneByOne(Operation operation) {
    this.operation = operation;
  }

  @Override
  public int operations(EventBatch batch, int from, ReplayPass pass) {
    ReplayHeap heap = pass.heap();
    ThreadAllocator thread = heap.thread();
    Memory memory = heap.memory();
    VirtualClock clock = heap.clock();
    long[] addresses = heap.slots();
    long opNanos = pass.opNanos();
    int at = from;
    try {
      for (; at < batch.to && batch.op[at] <= Op.LAST_OPERATION; at++) {
        if (!operation.carryOut(batch, at, thread, memory, addresses, pass)) {
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
