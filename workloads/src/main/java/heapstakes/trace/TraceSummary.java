package heapstakes.trace;

import java.util.List;

/**
 * What a pass over a trace's events counts.
 *
 * @param eventsByOp how many events there are of each {@link Op}, by its number
 * @param requestsByMagnitude how many blocks were asked for, by {@link #magnitude} of their size
 * @param requestedBytes sum of the sizes of all requests that can be granted ({@link Request})
 * @param slots highest slot + 1
 * @param threads how many threads were named, the initial one included
 * @param phases how many distinct phase marks there are
 * @param peakLiveBlocks most blocks live at a time, a forked child's inherited ones included
 * @param peakRequestedBytes highest sum of the sizes of live blocks
 * @param endLiveBlocks blocks that are never freed
 * @param endRequestedBytes sum of their sizes
 */
public record TraceSummary(
    List<Long> eventsByOp,
    List<Long> requestsByMagnitude,
    long requestedBytes,
    int slots,
    int threads,
    int phases,
    long peakLiveBlocks,
    long peakRequestedBytes,
    long endLiveBlocks,
    long endRequestedBytes) {

  /** How many magnitudes there are: sizes 0, 1, 2–3, 4–7 …, and last 2^47 and more. */
  public static final int MAGNITUDES = 49;

  /** Copies its lists. */
  public TraceSummary {
    eventsByOp = List.copyOf(eventsByOp);
    requestsByMagnitude = List.copyOf(requestsByMagnitude);
  }

  /**
   * Counts the events of a whole pass, which is closed.
   *
   * @throws TraceException when they are not valid
   */
  public static TraceSummary of(String name, TraceCursor cursor) {
    TraceValidator validator = new TraceValidator(Limits.current());
    EventBatch batch = new EventBatch();
    try (cursor) {
      while (cursor.next(batch)) {
        validator.accept(batch, index -> name);
      }
    }
    return validator.summary();
  }

  /** Bits that {@code size}, unsigned, needs: 0 for 0, 1 for 1, 2 for 2 and 3 …; 48 at most. */
  public static int magnitude(long size) {
    return Math.min(MAGNITUDES - 1, Long.SIZE - Long.numberOfLeadingZeros(size));
  }

  /** Events of kind {@code op}. */
  public long count(byte op) {
    return eventsByOp.get(op);
  }

  /** Events of any kind. */
  public long events() {
    return eventsByOp.stream().mapToLong(Long::longValue).sum();
  }

  /** Numbered operations. */
  public long operations() {
    return eventsByOp.stream().limit(Op.LAST_OPERATION + 1).mapToLong(Long::longValue).sum();
  }

  /**
   * What the events alone say of the trace called {@code name}.
   *
   * @param deeplyBound as in {@link TraceInfo.Features}
   */
  public TraceInfo info(
      String name,
      String sha256,
      List<Integer> threadIds,
      List<String> phaseNames,
      int deeplyBound) {
    TraceInfo.Features plain = TraceInfo.Features.PLAIN;
    return new TraceInfo(
        name,
        sha256,
        operations(),
        events(),
        slots,
        threadIds,
        phaseNames,
        peakLiveBlocks,
        peakRequestedBytes,
        new TraceInfo.Features(
            count(Op.CLOCK) > 0,
            count(Op.FORK) > 0,
            plain.stopsAtNull(),
            plain.simulatedOnly(),
            plain.touch(),
            count(Op.BREAK) > 0,
            deeplyBound));
  }
}
