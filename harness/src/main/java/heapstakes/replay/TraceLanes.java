package heapstakes.replay;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceInfo;
import java.io.IOException;

/**
 * A trace told to a replay outside of this JVM, lane by lane: one lane where threads take turns,
 * one a thread where they run at the same time, by the rules of {@link Rounds#of}.
 */
public final class TraceLanes {
  private final Trace trace;
  private final boolean parallel;

  /** Who is told. */
  public interface Listener {
    /** The events of another lane begin. */
    void lane() throws IOException;

    /** What counts of the lane begins. */
    void populated() throws IOException;

    /** An event. */
    void event(byte op, int slot, long size, long extra) throws IOException;

    /** The next event waits until event {@code number} of the slot is published. */
    void await(int slot, int number) throws IOException;

    /** The event before was number {@code number} of the slot. */
    void publish(int slot, int number) throws IOException;
  }

  private TraceLanes(Trace trace, boolean parallel) {
    this.trace = trace;
    this.parallel = parallel;
  }

  /** Of {@code trace}, as a library called by real threads replays it. */
  public TraceLanes(Trace trace) {
    this(
        trace,
        trace.info().threads() > 1
            && ThreadPlan.obstacle(trace.info()).isEmpty()
            && ThreadPlan.of(trace).isFree());
  }

  /** The same with threads that take turns in the trace's order, whether or not they need to. */
  public static TraceLanes inOrder(Trace trace) {
    return new TraceLanes(trace, false);
  }

  /** Whether threads run at the same time. */
  public boolean isParallel() {
    return parallel;
  }

  /** Tells all of it. */
  public void tell(Listener listener) throws IOException {
    if (!parallel) {
      tellInOrder(listener);
      return;
    }
    for (ThreadPlan.Lane lane : ThreadPlan.of(trace).lanes()) {
      tell(lane, listener);
    }
  }

  private void tellInOrder(Listener listener) throws IOException {
    listener.lane();
    int mark = trace.info().phases().indexOf(TraceInfo.POPULATED);
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          listener.event(batch.op[i], batch.slot[i], batch.size[i], batch.extra[i]);
          if (batch.op[i] == Op.PHASE && batch.slot[i] == mark) {
            listener.populated();
            mark = -1;
          }
        }
      }
    }
  }

  private static void tell(ThreadPlan.Lane lane, Listener listener) throws IOException {
    listener.lane();
    EventBatch events = lane.events;
    for (int i = 0; i < events.to; i++) {
      if (i == lane.populated) {
        listener.populated();
      }
      int slot = events.slot[i];
      if (lane.await[i] != 0) {
        listener.await(slot, lane.await[i]);
      }
      listener.event(events.op[i], slot, events.size[i], events.extra[i]);
      if (lane.publish[i] != 0) {
        listener.publish(slot, lane.publish[i]);
      }
    }
    if (lane.populated == events.to) {
      listener.populated();
    }
  }
}
