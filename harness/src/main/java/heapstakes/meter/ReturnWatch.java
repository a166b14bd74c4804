package heapstakes.meter;

import heapstakes.results.Footprint.TimeToReturn;
import java.util.OptionalLong;

/** Waits for what was left resident behind a free to be gone. */
final class ReturnWatch {
  private boolean started;
  private long since;
  private long residentThen;
  private long left;
  private long half = -1;
  private long ninetyPercent = -1;
  private String phase = "";

  /** A block was freed; what came before no longer counts. */
  void start(long now, long resident, long requested) {
    started = true;
    since = now;
    residentThen = resident;
    left = Math.max(0, resident - requested);
    half = -1;
    ninetyPercent = -1;
    if (left == 0) {
      half = 0;
      ninetyPercent = 0;
    }
  }

  /** Resident fell. */
  void look(long now, long resident) {
    long gone = residentThen - resident;
    if (half < 0 && gone >= left - gone) {
      half = now - since;
    }
    if (ninetyPercent < 0 && gone >= 9 * (left - gone)) {
      ninetyPercent = now - since;
    }
  }

  boolean isStarted() {
    return started;
  }

  boolean leftMoreThan(ReturnWatch other) {
    return left > other.left || !other.started;
  }

  void nameAfter(String endOfPhase) {
    phase = endOfPhase;
  }

  TimeToReturn result() {
    return new TimeToReturn(phase, left, measured(half), measured(ninetyPercent));
  }

  private static OptionalLong measured(long nanos) {
    return nanos < 0 ? OptionalLong.empty() : OptionalLong.of(nanos);
  }
}
