package heapstakes.model.ptmalloc2;

import heapstakes.allocator.ThreadAllocator;

/** A thread that gives memory back after each of its frees: strategies of {@link TrimStrategy}. */
final class TrimmingThread implements ThreadAllocator {
  private final Ptmalloc2Thread thread;
  private final Arenas arenas;
  private final boolean legacy;

  TrimmingThread(Ptmalloc2Thread thread, Arenas arenas, boolean legacy) {
    this.thread = thread;
    this.arenas = arenas;
    this.legacy = legacy;
  }

  /** The thread without the trims. */
  Ptmalloc2Thread inner() {
    return thread;
  }

  private void trim() {
    if (legacy) {
      Trim.legacy(arenas, 0);
    } else {
      Trim.modern(arenas, 0);
    }
  }

  @Override
  public long malloc(long size) {
    return thread.malloc(size);
  }

  @Override
  public long calloc(long count, long size) {
    return thread.calloc(count, size);
  }

  @Override
  public long realloc(long address, long size) {
    long moved = thread.realloc(address, size);
    if (address != 0 && size == 0) {
      trim();
    }
    return moved;
  }

  @Override
  public long memalign(long alignment, long size) {
    return thread.memalign(alignment, size);
  }

  @Override
  public void free(long address) {
    thread.free(address);
    if (address != 0) {
      trim();
    }
  }

  @Override
  public long usableSize(long address) {
    return thread.usableSize(address);
  }

  @Override
  public void trim(long pad) {
    if (legacy) {
      Trim.legacy(arenas, pad);
    } else {
      thread.trim(pad);
    }
  }

  @Override
  public void exit() {
    thread.exit();
  }
}
