package heapstakes.model.jemalloc;

import heapstakes.os.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Threads of the library's own, which purge what has decayed, also while the program sleeps; the
 * program's threads then never do (§9.7). Thread i sees to the arenas i, i + n, i + 2n … where n is
 * the most there may be. They run when the trace's time moves: the program is between two
 * operations. Their stacks are left out.
 */
final class BackgroundThreads {
  private final VirtualClock clock;
  private final List<BackgroundThread> threads = new ArrayList<>(); // none where it is off
  private final Mutex lock = new Mutex();
  private BooleanSupplier maker = () -> false;

  BackgroundThreads(VirtualClock clock, JemallocSettings settings) {
    this.clock = clock;
    for (int i = 0; settings.background() && i < settings.maxBackgroundThreads(); i++) {
      threads.add(new BackgroundThread(clock));
    }
  }

  /** Those of a forked child: none, and none to come. */
  BackgroundThreads(VirtualClock clock) {
    this.clock = clock;
  }

  /** Whether they purge, and the program's threads do not. */
  boolean run() {
    return !threads.isEmpty();
  }

  private BackgroundThread of(int arena) {
    return threads.get(arena % threads.size());
  }

  /** An arena comes to life. */
  void serve(int arena, Purger purger) {
    if (run()) {
      of(arena).serve(arena, purger);
    }
  }

  /**
   * The first of them begins. It makes the others, each when there is an arena for it.
   *
   * @param maker allocates what the C library does for one of them; false without memory
   */
  void start(BooleanSupplier maker) {
    this.maker = maker;
    lock.lock();
    try {
      BackgroundThread thread = threads.getFirst();
      thread.want();
      thread.begin();
      schedule();
    } finally {
      lock.unlock();
    }
  }

  /** An arena for threads was made, which needs somebody to see to it. */
  void want(int arena) {
    if (run() && of(arena).want()) {
      lock.lock();
      try {
        threads.getFirst().wake();
        schedule();
      } finally {
        lock.unlock();
      }
    }
  }

  /** An arena has pages to decay: somebody must see to them one day. */
  void notice(int arena) {
    if (run() && of(arena).sleepsForGood() && lock.tryLock()) {
      try {
        of(arena).wake();
        schedule();
      } finally {
        lock.unlock();
      }
    }
  }

  /** A thread of the program saw an epoch of {@code decay} pass. */
  void reconsider(int arena, Decay decay) {
    if (lock.tryLock()) {
      try {
        of(arena).reconsider(decay);
        schedule();
      } finally {
        lock.unlock();
      }
    }
  }

  private void schedule() {
    long next = Decay.NEVER;
    for (BackgroundThread thread : threads) {
      next = Math.min(next, thread.alarm());
    }
    if (next < Decay.NEVER) {
      clock.setAlarm(next, this::ring);
    }
  }

  private void ring() {
    lock.lock();
    try {
      long now = clock.nanos();
      for (BackgroundThread thread : threads) {
        if (thread.alarm() <= now) {
          if (thread == threads.getFirst()) {
            makeOthers();
          }
          thread.work();
        }
      }
      schedule();
    } finally {
      lock.unlock();
    }
  }

  private void makeOthers() {
    for (BackgroundThread thread : threads) {
      if (thread.isAwaited() && maker.getAsBoolean()) {
        thread.begin();
      }
    }
  }
}
