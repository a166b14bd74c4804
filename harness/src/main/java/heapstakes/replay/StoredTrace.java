package heapstakes.replay;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A trace whose events are kept in memory (21 bytes each), so that a timed replay decodes nothing.
 * A trace that is too long for that is decoded while it is replayed.
 */
public final class StoredTrace implements Trace {
  /** Longest trace that is kept, in events: 672 MiB. */
  public static final long MAX_EVENTS = 1L << 25;

  private final TraceInfo info;
  private final List<EventBatch> batches = new ArrayList<>();

  private StoredTrace(Trace source) {
    info = source.info();
    try (TraceCursor cursor = source.open()) {
      EventBatch batch = new EventBatch();
      while (cursor.next(batch)) {
        batches.add(copy(batch));
      }
    }
  }

  private static EventBatch copy(EventBatch batch) {
    EventBatch copy = new EventBatch(0);
    copy.op = Arrays.copyOfRange(batch.op, batch.from, batch.to);
    copy.slot = Arrays.copyOfRange(batch.slot, batch.from, batch.to);
    copy.size = Arrays.copyOfRange(batch.size, batch.from, batch.to);
    copy.extra = Arrays.copyOfRange(batch.extra, batch.from, batch.to);
    copy.to = copy.op.length;
    return copy;
  }

  /** {@code trace} with its events in memory, or itself if it is too long. */
  public static Trace of(Trace trace) {
    return trace.info().events() > MAX_EVENTS || trace instanceof StoredTrace
        ? trace
        : new StoredTrace(trace);
  }

  @Override
  public TraceInfo info() {
    return info;
  }

  @Override
  public TraceCursor open() {
    return new Cursor(batches);
  }

  private static final class Cursor implements TraceCursor {
    private final List<EventBatch> batches;
    private int next;

    Cursor(List<EventBatch> batches) {
      this.batches = batches;
    }

    @Override
    public boolean next(EventBatch batch) {
      if (next == batches.size()) {
        return false;
      }
      EventBatch stored = batches.get(next++);
      batch.op = stored.op;
      batch.slot = stored.slot;
      batch.size = stored.size;
      batch.extra = stored.extra;
      batch.from = stored.from;
      batch.to = stored.to;
      return true;
    }

    @Override
    public void close() {
      // holds nothing
    }
  }
}
