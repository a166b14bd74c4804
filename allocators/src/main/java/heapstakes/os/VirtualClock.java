package heapstakes.os;

import java.util.Locale;

/**
 * The time that a trace lives in: it moves only when the replay says so, never by itself and never
 * by the cost of work, so that decay and purging are the same on every machine (ADR 0002). Two
 * alarms can be set: what an allocator does while its program sleeps, and what the kernel does by
 * itself; at one moment the allocator is the first.
 */
public final class VirtualClock {
  private static final Runnable NOBODY = () -> {};

  private long nanos;
  private long alarm = Long.MAX_VALUE; // the earlier one
  private long sleepersAlarm = Long.MAX_VALUE;
  private long kernelsAlarm = Long.MAX_VALUE;
  private Runnable sleeper = NOBODY;
  private Runnable kernel = NOBODY;

  /** Nanoseconds since the process started, from 0. */
  public long nanos() {
    return nanos;
  }

  /**
   * Lets time pass; stops at the alarm, and at those that it sets, to wake the sleeper.
   *
   * @param byNanos at least 0
   */
  public void advance(long byNanos) {
    if (byNanos < alarm - nanos) {
      nanos += byNanos;
    } else {
      advanceToAlarms(nanos + byNanos);
    }
  }

  private void advanceToAlarms(long end) {
    while (alarm <= end) {
      nanos = alarm;
      ring();
    }
    nanos = end;
  }

  private void ring() {
    if (sleepersAlarm == alarm) {
      sleepersAlarm = Long.MAX_VALUE;
      settle();
      sleeper.run();
    } else {
      kernelsAlarm = Long.MAX_VALUE;
      settle();
      kernel.run();
    }
  }

  private void settle() {
    alarm = Math.min(sleepersAlarm, kernelsAlarm);
  }

  /** Nanoseconds until somebody wakes; far more than any trace lasts when nobody sleeps. */
  public long untilAlarm() {
    return alarm - nanos;
  }

  /**
   * Wakes {@code who} once; an alarm set before no longer rings.
   *
   * @param atNanos later than now, on this clock
   */
  public void setAlarm(long atNanos, Runnable who) {
    requireLater(atNanos);
    sleepersAlarm = atNanos;
    sleeper = who;
    settle();
  }

  /**
   * As {@link #setAlarm}, for the kernel's own work.
   *
   * @param atNanos later than now, on this clock
   */
  public void setKernelAlarm(long atNanos, Runnable who) {
    requireLater(atNanos);
    kernelsAlarm = atNanos;
    kernel = who;
    settle();
  }

  private void requireLater(long atNanos) {
    if (atNanos <= nanos) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "an alarm at %d, now it is %d", atNanos, nanos));
    }
  }
}
