package heapstakes.model.tcmalloc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * The library's lock: one compare-and-set when nobody holds it. A waiter spins for a while and then
 * sleeps a little longer each time. Not reentrant.
 */
final class SpinLock {
  // Ours: what the library's lock spins and sleeps is no part of what is compared.
  private static final int SPINS = 200;
  private static final long FIRST_SLEEP_NANOS = 2_000;
  private static final long LONGEST_SLEEP_NANOS = 200_000;
  private static final VarHandle HELD;

  static {
    try {
      HELD = MethodHandles.lookup().findVarHandle(SpinLock.class, "held", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile boolean held;

  void lock() {
    if (!HELD.compareAndSet(this, false, true)) {
      lockSlow();
    }
  }

  void unlock() {
    HELD.setRelease(this, false);
  }

  private void lockSlow() {
    long sleep = FIRST_SLEEP_NANOS;
    for (int spin = 0; ; spin++) {
      if (!held && HELD.compareAndSet(this, false, true)) {
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
