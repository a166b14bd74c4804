package heapstakes.model.jemalloc;

import heapstakes.os.VirtualClock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A model, not a twin, of {@code background_thread:true}: a thread of the library's own purges what
 * has decayed, also while the program sleeps, and the program's threads never do. It sleeps until
 * {@value #WORTHWHILE_PAGES} more pages are due (§9.7 of the specification). Left out are the
 * memory of the real thread, the race for locks, and that it may be late: here it wakes to the
 * nanosecond of the trace's time.
 */
final class BackgroundThread {
  // §9.7
  private static final int WORTHWHILE_PAGES = 1024;
  private static final long MIN_SLEEP_NANOS = 100_000_000;
  private static final int MIN_SLEEP_EPOCHS = 2;

  private final VirtualClock clock;
  private final boolean runs;
  private final List<Purger> served = new CopyOnWriteArrayList<>();
  private boolean sleepsForGood = true;

  BackgroundThread(VirtualClock clock, boolean runs) {
    this.clock = clock;
    this.runs = runs;
  }

  /** Whether it purges, and the program's threads do not. */
  boolean runs() {
    return runs;
  }

  /** An arena comes to life. */
  void serve(Purger purger) {
    served.add(purger);
  }

  /** An arena has pages to decay: somebody must see to them one day. */
  void notice() {
    if (runs && sleepsForGood) {
      sleep();
    }
  }

  /** A thread of the program saw an epoch pass: more may be due earlier than was thought. */
  void reconsider() {
    if (nextSleep() < clock.untilAlarm()) {
      sleep();
    }
  }

  private void work() {
    for (Purger purger : served) {
      purger.purgeDecayed();
    }
    sleep();
  }

  private void sleep() {
    long sleep = nextSleep();
    sleepsForGood = sleep == Long.MAX_VALUE;
    if (!sleepsForGood) {
      clock.setAlarm(clock.nanos() + sleep, this::work);
    }
  }

  private long nextSleep() {
    long shortest = Long.MAX_VALUE;
    for (Purger purger : served) {
      FreePages free = purger.free();
      shortest = Math.min(shortest, sleep(free.dirtyDecay, free.dirty));
      shortest = Math.min(shortest, sleep(free.muzzyDecay, free.muzzy));
    }
    return shortest;
  }

  private static long sleep(Decay decay, ExtentCache cache) {
    if (decay.interval() == 0 || cache.pages() == 0) {
      return Long.MAX_VALUE;
    }
    return Math.max(MIN_SLEEP_NANOS, decay.interval() * epochsUntilWorthwhile(decay, cache));
  }

  private static int epochsUntilWorthwhile(Decay decay, ExtentCache cache) {
    if (cache.pages() <= WORTHWHILE_PAGES) {
      return Decay.STEPS;
    }
    int epochs = MIN_SLEEP_EPOCHS;
    while (epochs < Decay.STEPS && decay.dueWithin(epochs) <= WORTHWHILE_PAGES) {
      epochs++;
    }
    return epochs;
  }
}
