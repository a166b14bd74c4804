package heapstakes.driver;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceInfo;
import java.util.List;

/** malloc(4) n times, free all in either order, trim; streamed. */
record Flood(int n, boolean backward) implements Trace {
  @Override
  public TraceInfo info() {
    long operations = 2L * n + 1;
    return new TraceInfo(
        "flood",
        "",
        operations,
        operations,
        n,
        List.of(0),
        List.of(),
        n,
        4L * n,
        TraceInfo.Features.PLAIN);
  }

  @Override
  public TraceCursor open() {
    return new TraceCursor() {
      private long at;

      @Override
      public boolean next(EventBatch batch) {
        batch.clear();
        while (batch.to < batch.capacity() && at <= 2L * n) {
          add(batch, at++);
        }
        return batch.to > 0;
      }

      private void add(EventBatch batch, long event) {
        if (event < n) {
          batch.add(Op.MALLOC, (int) event, 4, 0);
        } else if (event < 2L * n) {
          int i = (int) (event - n);
          batch.add(Op.FREE, backward ? n - 1 - i : i, 0, 0);
        } else {
          batch.add(Op.TRIM, 0, 0, 0);
        }
      }

      @Override
      public void close() {}
    };
  }
}
