package heapstakes.driver;

import heapstakes.allocator.Contestant;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayHeap;
import heapstakes.replay.ReplayOptions;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;

/** A replay within this JVM that keeps account of what was asked for and handed out. */
final class JvmBooks implements AutoCloseable {
  private final ReplayHeap heap;
  private final long[] addresses;
  private final long[] sizes;
  private final long touchLimit;
  private final boolean stopsAtNull;
  private boolean stopped;
  private long operations;
  private long refused;
  private long requested;
  private long allocated;
  private long peakRequested;
  private long peakAllocated;
  private long loaded;

  JvmBooks(Contestant contestant, Machine machine, Trace trace) {
    heap = new ReplayHeap(contestant, machine, trace.info());
    addresses = heap.slots();
    sizes = new long[addresses.length];
    touchLimit = ReplayOptions.DEFAULT.touchLimit(trace.info());
    stopsAtNull = trace.info().features().stopsAtNull();
  }

  void replay(Trace trace) {
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (!stopped && cursor.next(batch)) {
        for (int i = batch.from; i < batch.to && !stopped; i++) {
          if (Op.isOperation(batch.op[i])) {
            operate(batch.op[i], batch.slot[i], batch.size[i], batch.extra[i]);
            operations++;
          } else {
            heap.control(batch.op[i], batch.slot[i], batch.size[i]);
          }
        }
      }
    }
  }

  private void operate(byte op, int slot, long size, long extra) {
    ThreadAllocator thread = heap.thread();
    Memory memory = heap.memory();
    switch (op) {
      case Op.MALLOC -> obtained(slot, thread.malloc(size), size);
      case Op.CALLOC -> obtained(slot, thread.calloc(extra, size), extra * size);
      case Op.MEMALIGN -> obtained(slot, thread.memalign(extra, size), size);
      case Op.REALLOC -> realloc(slot, size);
      case Op.FREE -> free(slot);
      case Op.TRIM -> thread.trim(size);
      case Op.STORE -> memory.touch(addresses[slot] + extra, addresses[slot] == 0 ? 0 : size);
      default -> loaded += memory.load(addresses[slot] + extra, addresses[slot] == 0 ? 0 : size);
    }
  }

  private void obtained(int slot, long address, long size) {
    if (address == 0) {
      refused++;
      stopped = stopsAtNull;
      return;
    }
    addresses[slot] = address;
    sizes[slot] = size;
    requested += size;
    allocated += heap.thread().usableSize(address);
    peakRequested = Math.max(peakRequested, requested);
    peakAllocated = Math.max(peakAllocated, allocated);
    heap.memory().touch(address, Math.min(size, touchLimit));
  }

  private void released(int slot, long usable) {
    requested -= sizes[slot];
    allocated -= usable;
    addresses[slot] = 0;
    sizes[slot] = 0;
  }

  private void realloc(int slot, long size) {
    ThreadAllocator thread = heap.thread();
    long old = addresses[slot];
    long usable = old == 0 ? 0 : thread.usableSize(old);
    long address = thread.realloc(old, size);
    if (address != 0 || size == 0) {
      released(slot, usable);
    }
    if (address != 0 || size != 0) {
      obtained(slot, address, size);
    }
  }

  private void free(int slot) {
    long address = addresses[slot];
    if (address != 0) {
      released(slot, heap.thread().usableSize(address));
      heap.thread().free(address);
    }
  }

  long operations() {
    return operations;
  }

  long refused() {
    return refused;
  }

  long requested() {
    return requested;
  }

  long allocated() {
    return allocated;
  }

  long peakRequested() {
    return peakRequested;
  }

  long peakAllocated() {
    return peakAllocated;
  }

  @Override
  public void close() {
    heap.close();
  }
}
