package heapstakes.model.jemalloc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * The library's mutex: spins as often as the library does, 250 times, then sleeps a little longer
 * each time. Not reentrant.
 */
final class Mutex {
  private static final int SPINS = 250;
  private static final long FIRST_SLEEP_NANOS = 2_000;
  private static final long LONGEST_SLEEP_NANOS = 200_000;
  private static final VarHandle HELD;

  static {
    try {
      HELD = MethodHandles.lookup().findVarHandle(Mutex.class, "held", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile boolean held;

  void lock() {
    if (!tryLock()) {
      lockSlow();
    }
  }

  boolean tryLock() {
    return HELD.compareAndSet(this, false, true);
  }

  void unlock() {
    HELD.setRelease(this, false);
  }

  private void lockSlow() {
    long sleep = FIRST_SLEEP_NANOS;
    for (int spin = 0; ; spin++) {
      if (!held && tryLock()) {
        return;
      }
      if (spin < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(this, sleep);
        sleep = Math.min(2 * sleep, LONGEST_SLEEP_NANOS);
      }
    }
  }
}
