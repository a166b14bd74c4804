package heapstakes.forecast;

import heapstakes.allocator.ThreadAllocator;
import heapstakes.trace.Op;

/** A thread's handle whose calls are counted. */
record WatchedThread(ThreadAllocator thread, WorkMeter meter) implements ThreadAllocator {
  @Override
  public long malloc(long size) {
    meter.enter();
    long address = thread.malloc(size);
    meter.leave(Op.MALLOC);
    return address;
  }

  @Override
  public long calloc(long count, long size) {
    meter.enter();
    long address = thread.calloc(count, size);
    meter.leave(Op.CALLOC);
    return address;
  }

  @Override
  public long realloc(long old, long size) {
    meter.enter();
    long address = thread.realloc(old, size);
    meter.leave(Op.REALLOC);
    return address;
  }

  @Override
  public long memalign(long alignment, long size) {
    meter.enter();
    long address = thread.memalign(alignment, size);
    meter.leave(Op.MEMALIGN);
    return address;
  }

  @Override
  public void free(long address) {
    meter.enter();
    thread.free(address);
    meter.leave(Op.FREE);
  }

  @Override
  public void trim(long pad) {
    meter.enter();
    thread.trim(pad);
    meter.leave(Op.TRIM);
  }

  @Override
  public long usableSize(long address) {
    return thread.usableSize(address);
  }

  @Override
  public void exit() {
    thread.exit();
  }
}
