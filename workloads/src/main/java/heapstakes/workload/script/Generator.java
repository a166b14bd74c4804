package heapstakes.workload.script;

import heapstakes.trace.EventBatch;
import heapstakes.trace.TraceCursor;

/** A cursor over events that are computed a batch at a time, into arrays of its own. */
public abstract class Generator implements TraceCursor {
  private final EventBatch own = new EventBatch();

  /** Adds the next events, as many as there is room for or fewer; none when there are no more. */
  protected abstract void fill(EventBatch batch);

  @Override
  public final boolean next(EventBatch batch) {
    own.clear();
    fill(own);
    batch.op = own.op;
    batch.slot = own.slot;
    batch.size = own.size;
    batch.extra = own.extra;
    batch.from = 0;
    batch.to = own.to;
    return own.to > 0;
  }

  @Override
  public final void close() {
    // Nothing is held.
  }
}
