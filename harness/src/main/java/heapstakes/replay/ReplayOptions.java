package heapstakes.replay;

import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceInfo.Touch;
import java.util.Optional;

/**
 * How a trace is replayed, as far as the user has a say.
 *
 * @param opNanos virtual time that an operation takes in a trace without a clock of its own, in ns
 * @param touch which pages of a new block are written; empty: as the trace says
 */
public record ReplayOptions(long opNanos, Optional<Touch> touch) {
  /** 100 ns an operation, touched as the trace says. */
  public static final ReplayOptions DEFAULT = new ReplayOptions(100, Optional.empty());

  public ReplayOptions {
    if (opNanos < 0) {
      throw new IllegalArgumentException("an operation cannot take " + opNanos + " ns");
    }
  }

  /** What an operation of the trace {@code info} takes, in ns. */
  public long opNanos(TraceInfo info) {
    return info.features().clocked() ? 0 : opNanos;
  }

  /** How many bytes at the start of a new block of the trace {@code info} are touched at most. */
  public long touchLimit(TraceInfo info) {
    return switch (touch.orElse(info.features().touch())) {
      case ALL -> Long.MAX_VALUE;
      case FIRST -> 1;
      case NONE -> 0;
    };
  }
}
