package heapstakes.replay;

import static java.lang.Math.min;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.VirtualClock;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;

/**
 * The one timed loop: events from columns to one thread's allocator. No clock is read, nothing is
 * allocated, and nothing but the allocator is called through an interface.
 *
 * <p>Malloc and free stand in the loop; every other operation is one call away, so that what the
 * compiler must hold in registers for the two stays small.
 */
public final class Replayer {
  private Replayer() {}

  /**
   * Replays operations from index {@code from} on, up to an event that is none.
   *
   * @return index of the first event that was not replayed
   * @throws HeapCorruptedException with operation number and slot
   */
  public static int operations(EventBatch batch, int from, ReplayPass pass) {
    byte[] ops = batch.op;
    int[] slotColumn = batch.slot;
    long[] sizes = batch.size;
    int to = batch.to;
    ReplayHeap heap = pass.heap();
    ThreadAllocator thread = heap.thread();
    Memory memory = heap.memory();
    VirtualClock clock = heap.clock();
    long[] addresses = heap.slots();
    long touchLimit = pass.touchLimit();
    long opNanos = pass.opNanos();
    int at = from;
    try {
      for (; at < to; at++) {
        byte op = ops[at];
        int slot = slotColumn[at];
        if (op == Op.MALLOC) {
          long size = sizes[at];
          long address = thread.malloc(size);
          addresses[slot] = address;
          if (address != 0) {
            memory.touch(address, min(size, touchLimit));
          } else if (pass.refuse()) {
            return at + 1;
          }
        } else if (op == Op.FREE) {
          thread.free(addresses[slot]);
          addresses[slot] = 0;
        } else if (op > Op.LAST_OPERATION) {
          return at;
        } else if (!other(batch, at, thread, memory, addresses, pass)) {
          return at + 1;
        }
        clock.advance(opNanos);
      }
      return at;
    } catch (HeapCorruptedException | SegmentationFault e) {
      throw pass.named(e, batch, at, at - from);
    }
  }

  /** Any operation but malloc and free; false if the replay ends with it. */
  static boolean other(
      EventBatch batch,
      int at,
      ThreadAllocator thread,
      Memory memory,
      long[] addresses,
      Tally tally) {
    int slot = batch.slot[at];
    long size = batch.size[at];
    long old = slot < addresses.length ? addresses[slot] : 0;
    switch (batch.op[at]) {
      case Op.REALLOC -> {
        long address = thread.realloc(old, size);
        if (address == 0 && size != 0) {
          return !tally.refuse();
        }
        addresses[slot] = address;
        memory.touch(address, min(size, tally.touchLimit()));
      }
      case Op.CALLOC, Op.MEMALIGN -> {
        return obtainOther(batch, at, thread, memory, addresses, tally);
      }
      case Op.TRIM -> thread.trim(size);
      default -> access(batch, at, memory, old, tally);
    }
    return true;
  }

  private static boolean obtainOther(
      EventBatch batch,
      int at,
      ThreadAllocator thread,
      Memory memory,
      long[] addresses,
      Tally tally) {
    long size = batch.size[at];
    long extra = batch.extra[at];
    boolean zeroed = batch.op[at] == Op.CALLOC;
    long address = zeroed ? thread.calloc(extra, size) : thread.memalign(extra, size);
    addresses[batch.slot[at]] = address;
    if (address == 0) {
      return !tally.refuse();
    }
    memory.touch(address, min(zeroed ? extra * size : size, tally.touchLimit()));
    return true;
  }

  /** Carries out the store or load at index {@code at}; nothing if {@code block} is 0. */
  public static void access(EventBatch batch, int at, Memory memory, long block, Tally tally) {
    if (block == 0) {
      return;
    }
    long address = block + batch.extra[at];
    if (batch.op[at] == Op.STORE) {
      memory.touch(address, batch.size[at]);
    } else {
      tally.load(memory.load(address, batch.size[at]));
    }
  }
}
