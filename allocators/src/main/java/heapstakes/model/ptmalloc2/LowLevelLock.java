package heapstakes.model.ptmalloc2;

import java.util.concurrent.locks.AbstractQueuedSynchronizer;

/** A lock without owner, as glibc's low-level lock: one compare-and-set when nobody waits. */
@SuppressWarnings("serial") // the base class is serialisable, heaps are not
final class LowLevelLock extends AbstractQueuedSynchronizer {
  void lock() {
    acquire(1);
  }

  boolean tryLock() {
    return tryAcquire(1);
  }

  void unlock() {
    release(1);
  }

  @Override
  protected boolean tryAcquire(int held) {
    return compareAndSetState(0, held);
  }

  @Override
  protected boolean tryRelease(int held) {
    setState(0);
    return true;
  }
}
