package heapstakes.model.jemalloc;

import java.util.Arrays;

/**
 * How many free pages may stay, as a function of when they became free: a smooth step from all of
 * them to none over the decay time, which is cut into 200 epochs. Knows nothing of extents; guarded
 * by {@link #lock}, except that its time may be read without.
 */
final class Decay {
  static final int STEPS = 200; // §9.1

  /** A time that does not come, in ns. */
  static final long NEVER = Long.MAX_VALUE;

  /** Pages that are worth to wake for (§9.7). */
  static final long WORTHWHILE_PAGES = 1024;

  private static final int FEWEST_EPOCHS = 2; // of a sleep
  private static final int FIXED_POINT_SHIFT = 24; // §9.2
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long FIVE_TO_10 = 9_765_625;
  private static final long[] SMOOTH_STEP = smoothSteps();

  final Mutex lock = new Mutex();
  private final long seed; // where the library keeps this state
  private final long[] backlog = new long[STEPS]; // pages freed in each epoch, newest last
  private volatile long millis;
  private long interval;
  private long epoch;
  private long deadline;
  private long jitter;
  private long pagesSeen;
  private long limit;

  boolean purging; // somebody purges, with the lock released

  // Statistics.
  long purges;
  long calls;
  long purgedPages;

  Decay(long seed, long millis, long now) {
    this.seed = seed;
    restart(millis, now);
  }

  /** As a forked child has it. */
  Decay(Decay parent) {
    seed = parent.seed;
    System.arraycopy(parent.backlog, 0, backlog, 0, STEPS);
    millis = parent.millis;
    interval = parent.interval;
    epoch = parent.epoch;
    deadline = parent.deadline;
    jitter = parent.jitter;
    pagesSeen = parent.pagesSeen;
    limit = parent.limit;
    purges = parent.purges;
    calls = parent.calls;
    purgedPages = parent.purgedPages;
  }

  /** floor(2^24 (6x^5 - 15x^4 + 10x^3)) at x = i / 200, exactly: 200^5 is 2^15 5^10. */
  private static long[] smoothSteps() {
    long[] steps = new long[STEPS];
    for (long i = 1; i <= STEPS; i++) {
      long numerator = i * i * i * (6 * i * i - 15 * i * STEPS + 10L * STEPS * STEPS);
      steps[(int) i - 1] = (numerator << FIXED_POINT_SHIFT - 15) / FIVE_TO_10;
    }
    return steps;
  }

  /** Starts anew with a decay time in ms: -1 for never, 0 for at once. */
  void restart(long newMillis, long now) {
    millis = newMillis;
    interval = newMillis > 0 ? newMillis * NANOS_PER_MILLI / STEPS : 0;
    epoch = now;
    jitter = seed;
    pagesSeen = 0;
    limit = 0;
    Arrays.fill(backlog, 0);
    setDeadline();
  }

  private void setDeadline() {
    deadline = epoch + interval;
    if (millis > 0) {
      deadline += nextJitter();
    }
  }

  /** Uniform in [0, interval). */
  private long nextJitter() {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(interval - 1);
    if (bits == 0) {
      return 0;
    }
    while (true) {
      jitter = Prng.advance(jitter);
      long drawn = jitter >>> (Long.SIZE - bits);
      if (drawn < interval) {
        return drawn;
      }
    }
  }

  /** Decay time in ms; -1 for never, 0 for at once. */
  long millis() {
    return millis;
  }

  /**
   * Moves on to {@code now}, when the next epoch is due.
   *
   * @param pages free now
   * @return whether epochs passed
   */
  boolean advance(long now, long pages) {
    if (deadline > now) {
      return false;
    }
    long epochs = (now - epoch) / interval;
    epoch += epochs * interval;
    setDeadline();
    shiftBacklog(epochs);
    backlog[STEPS - 1] = Math.max(0, pages - pagesSeen);
    limit = sum();
    pagesSeen = Math.max(limit, pages);
    return true;
  }

  private void shiftBacklog(long epochs) {
    int by = (int) Math.min(epochs, STEPS);
    System.arraycopy(backlog, by, backlog, 0, STEPS - by);
    Arrays.fill(backlog, STEPS - by, STEPS, 0);
  }

  private long sum() {
    long sum = 0;
    for (int i = 0; i < STEPS; i++) {
      sum += backlog[i] * SMOOTH_STEP[i];
    }
    return sum >>> FIXED_POINT_SHIFT;
  }

  /** Pages that may stay, as of the last epoch. */
  long limit() {
    return limit;
  }

  /** When the next epoch is due, in ns. */
  long deadline() {
    return deadline;
  }

  /** When the last epoch began, in ns. */
  long epoch() {
    return epoch;
  }

  /** Of the pages that became free in the last epoch, those due within {@code nanos} from it on. */
  long newestDueIn(long nanos) {
    long epochs = nanos / interval;
    long pages = backlog[STEPS - 1];
    if (epochs >= STEPS) {
      return pages;
    }
    long stays = SMOOTH_STEP[STEPS - 1 - (int) epochs];
    return pages * (SMOOTH_STEP[STEPS - 1] - stays) >>> FIXED_POINT_SHIFT;
  }

  /**
   * About how long it takes until more than {@value #WORTHWHILE_PAGES} pages are due, in ns; {@link
   * #NEVER} when none will be.
   *
   * @param pages free now
   */
  long untilWorthwhile(long pages) {
    if (millis <= 0 || pages == 0 && Arrays.stream(backlog).allMatch(freed -> freed == 0)) {
      return NEVER;
    }
    if (pages <= WORTHWHILE_PAGES) {
      return interval * STEPS;
    }
    int low = FEWEST_EPOCHS;
    int high = STEPS;
    long dueLow = dueWithin(low);
    long dueHigh = dueWithin(high);
    if (dueLow > WORTHWHILE_PAGES) {
      return interval * low;
    }
    if (dueHigh < WORTHWHILE_PAGES) {
      return interval * high;
    }
    while (dueLow + WORTHWHILE_PAGES < dueHigh && low + 2 < high) {
      int middle = (low + high) / 2;
      long due = dueWithin(middle);
      if (due > WORTHWHILE_PAGES) {
        high = middle;
        dueHigh = due;
      } else {
        low = middle;
        dueLow = due;
      }
    }
    return interval * (low + high) / 2;
  }

  /** Pages of the backlog that become due within {@code epochs} from the last one on. */
  private long dueWithin(int epochs) {
    long sum = 0;
    for (int i = 0; i < STEPS; i++) {
      sum += backlog[i] * (SMOOTH_STEP[i] - (i < epochs ? 0 : SMOOTH_STEP[i - epochs]));
    }
    return sum >>> FIXED_POINT_SHIFT;
  }

  /** Value of the smooth step at {@code step} of 200, from 1, in units of 2^-24. */
  static long smoothStep(int step) {
    return SMOOTH_STEP[step - 1];
  }
}
