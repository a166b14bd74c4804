package heapstakes.model.openbsd;

import heapstakes.allocator.ThreadAllocator;

/** A thread, which its number gives a pool to allocate from. */
final class OpenBsdThread implements ThreadAllocator {
  private final OpenBsdHeap heap;
  final Pool pool;

  OpenBsdThread(OpenBsdHeap heap, Pool pool) {
    this.heap = heap;
    this.pool = pool;
  }

  @Override
  public long malloc(long size) {
    heap.enter(pool);
    return heap.malloc(size);
  }

  @Override
  public long calloc(long count, long size) {
    heap.enter(pool);
    return heap.calloc(count, size);
  }

  @Override
  public long realloc(long address, long size) {
    heap.enter(pool);
    return heap.realloc(address, size);
  }

  @Override
  public long memalign(long alignment, long size) {
    heap.enter(pool);
    return heap.memalign(alignment, size);
  }

  @Override
  public void free(long address) {
    heap.enter(pool);
    heap.free(address);
  }

  @Override
  public long usableSize(long address) {
    return heap.usableSize(address);
  }

  @Override
  public void trim(long pad) {
    heap.trim(pad);
  }

  @Override
  public void exit() {
    // its pool is that of others too
  }
}
