package heapstakes.forecast;

import heapstakes.memory.AccessListener;
import heapstakes.os.VmStatistics;
import heapstakes.trace.Op;
import java.util.function.Consumer;

/**
 * Counts the work of a replay: calls, the allocator's steps in memory, where the caches find what
 * is asked for, faults and system calls.
 */
final class WorkMeter implements AccessListener {
  /** Is told nothing. */
  static final Consumer<long[]> NOBODY = work -> {};

  /** A call that takes no more steps takes its block from a cache, or gives it there. */
  static final int FAST_STEPS = 8;

  // Where a replay's own tables would be: far from every heap.
  private static final long SLOTS = 0x0100_0000_0000_0000L;
  private static final long EVENTS = 0x0200_0000_0000_0000L;
  private static final int WORD = 8;
  private static final int EVENT_BYTES = 16;

  private final long[] counts = new long[Feature.values().length];
  private final CacheModel cache;
  private final WayPredictor predictor = new WayPredictor();
  private final VmStatistics statistics;
  private final Touches touches;
  private long faults;
  private boolean isInside;
  private boolean isThreaded;
  private final long[] before = new long[counts.length];
  private final long[] call = new long[counts.length];
  private Consumer<long[]> listener = NOBODY;
  private long events;

  /**
   * @param statistics of the process that replays, before its first fault
   * @param touches is told of the accesses too
   */
  WorkMeter(Caches shape, VmStatistics statistics, Touches touches) {
    this.cache = new CacheModel(shape, counts);
    this.statistics = statistics;
    this.touches = touches;
  }

  /** What was counted so far, by {@link Feature#ordinal}. */
  long[] counts() {
    return counts.clone();
  }

  private void count(Feature feature, long more) {
    counts[feature.ordinal()] += more;
  }

  @Override
  public void access(long address, long length, boolean write) {
    long now = statistics.minorFaults();
    if (now != faults) {
      count(Feature.FAULT, now - faults);
      faults = now;
      cache.cleared(address);
      touches.fault(address);
    }
    if (isInside) {
      count(Feature.STEP, 1);
    }
    if (length > WORD) {
      count(Feature.MOVED_BYTE, length);
    }
    cache.access(address, length, write);
    touches.access(address, length, isInside);
  }

  /**
   * {@code calls} is told of the work of each call from here on, in an array that is used again.
   */
  void tell(Consumer<long[]> calls) {
    listener = calls;
  }

  /** The replay begins anew with its first event. */
  void rewind() {
    events = 0;
  }

  /** The replay reads its next event. */
  void event() {
    cache.access(EVENTS + events * EVENT_BYTES, 1, false);
    events++;
  }

  /** The replay reads or writes the address of a block. */
  void slot(int slot, boolean write) {
    cache.access(SLOTS + (long) slot * WORD, 1, write);
  }

  /** There is more than one thread from here on. */
  void becomesThreaded() {
    isThreaded = true;
  }

  /** The allocator is called. */
  void enter() {
    isInside = true;
    System.arraycopy(counts, 0, before, 0, counts.length);
  }

  /** A call of the kind {@code op} of {@link Op} returns. */
  void leave(byte op) {
    isInside = false;
    long steps = counts[Feature.STEP.ordinal()] - before[Feature.STEP.ordinal()];
    count(op == Op.MALLOC ? Feature.MALLOC : op == Op.FREE ? Feature.FREE : Feature.OTHER_CALL, 1);
    count(Feature.SLOW_CALL, steps > FAST_STEPS ? 1 : 0);
    count(Feature.THREADED_CALL, isThreaded ? 1 : 0);
    count(Feature.SURPRISE, predictor.surprises(op & 7, steps) ? 1 : 0);
    if (listener != NOBODY) {
      for (int i = 0; i < call.length; i++) {
        call[i] = counts[i] - before[i];
      }
      listener.accept(call);
    }
  }

  /** A system call was made that took so many modelled nanoseconds, faults of its own included. */
  void systemCall(long nanos) {
    count(Feature.SYSTEM_CALL, 1);
    count(Feature.SYSTEM_CALL_WORK, nanos);
  }
}
