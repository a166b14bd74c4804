package heapstakes.model.jemalloc;

import heapstakes.os.VirtualClock;
import java.util.Collection;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * One of the library's own threads, and the arenas that it purges: when it sleeps until when, and
 * who wakes it before (§9.7). Guarded by {@link BackgroundThreads}.
 */
final class BackgroundThread {
  private static final long MIN_SLEEP_NANOS = 100_000_000;
  private static final long MICRO = 1000; // ns: what the clock of its sleep counts in

  private final VirtualClock clock;
  private final ConcurrentSkipListMap<Integer, Purger> served = new ConcurrentSkipListMap<>();
  private boolean wanted; // there is a thread, or there will be
  private boolean lives;
  private boolean hasWorked;
  private volatile boolean sleepsForGood;
  private long nextWork; // as it announced it, in ns
  private long dueEarlier; // pages that it did not know of
  private long alarm = Decay.NEVER; // when it wakes, in ns

  BackgroundThread(VirtualClock clock) {
    this.clock = clock;
  }

  /** It has an arena more to see to. */
  void serve(int arena, Purger purger) {
    served.put(arena, purger);
  }

  /** It is to be made; returns false when it was before. */
  boolean want() {
    boolean isNew = !wanted;
    wanted = true;
    return isNew;
  }

  /** Whether it is to be made and has not been yet. */
  boolean isAwaited() {
    return wanted && !lives;
  }

  /** It is made, and begins as soon as time moves. */
  void begin() {
    lives = true;
    wake();
  }

  /** Whether it sleeps until it is woken. */
  boolean sleepsForGood() {
    return sleepsForGood;
  }

  /** When it wakes, in ns; {@link Decay#NEVER} unless woken. */
  long alarm() {
    return alarm;
  }

  /** Wakes it as soon as time moves: who is woken does not run before who wakes it is done. */
  void wake() {
    alarm = Math.min(alarm, clock.nanos() + 1);
  }

  /** A thread of the program saw an epoch of {@code decay} pass: there may be more to do sooner. */
  void reconsider(Decay decay) {
    if (!wanted) {
      return;
    }
    if (sleepsForGood) {
      wake();
      return;
    }
    long left = nextWork - decay.epoch();
    if (decay.millis() <= 0 || left <= 0) {
      return;
    }
    dueEarlier += decay.newestDueIn(left);
    if (dueEarlier > Decay.WORTHWHILE_PAGES) {
      dueEarlier = 0;
      if (left >= MIN_SLEEP_NANOS) {
        wake();
      }
    }
  }

  /**
   * Purges what has decayed, and sleeps until enough has; at first, and when it slept for good, it
   * only looks how long that is.
   */
  void work() {
    boolean looksOnly = sleepsForGood || !hasWorked;
    hasWorked = true;
    long sleep = Decay.NEVER;
    Collection<Purger> purgers = served.values();
    for (Purger purger : purgers) {
      if (!looksOnly) {
        purger.purgeDecayed();
      }
      if (sleep > MIN_SLEEP_NANOS) {
        sleep = Math.min(sleep, purger.untilWorthwhile());
      }
    }
    sleep(sleep == Decay.NEVER ? sleep : Math.max(sleep, MIN_SLEEP_NANOS));
  }

  private void sleep(long nanos) {
    long now = clock.nanos();
    boolean ends = nanos < Decay.NEVER - now;
    dueEarlier = 0;
    sleepsForGood = !ends;
    nextWork = ends ? now + nanos : Decay.NEVER;
    alarm = ends ? now / MICRO * MICRO + nanos : Decay.NEVER;
  }
}
