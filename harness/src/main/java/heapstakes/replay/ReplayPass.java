package heapstakes.replay;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.TraceInfo;

/** One pass over a trace on a heap, batch by batch: the timed loop and how far it has come. */
public final class ReplayPass {
  final ReplayHeap heap;
  final long opNanos;
  final long touchLimit;
  long loaded; // what loads read, so that no compiler leaves them out
  private final boolean stopsAtNull;
  private final int populatedMark;
  private boolean populated;
  private boolean stopped;
  private long operations;
  private long refused;

  /** Gets ready for a pass over the trace that {@code heap} was opened for. */
  public ReplayPass(ReplayHeap heap, ReplayOptions options) {
    TraceInfo info = heap.info();
    this.heap = heap;
    this.opNanos = options.opNanos(info);
    this.touchLimit = options.touchLimit(info);
    this.stopsAtNull = info.features().stopsAtNull();
    this.populatedMark = info.phases().indexOf(TraceInfo.POPULATED);
    this.populated = populatedMark < 0;
  }

  /** Operations carried out in the batches so far. */
  public long operations() {
    return operations;
  }

  /** Requests answered with 0. */
  public long refused() {
    return refused;
  }

  /** Whether the pass ended before the trace, at a refused request. */
  public boolean isStopped() {
    return stopped;
  }

  /** Whether the mark {@link TraceInfo#POPULATED} has passed, or the trace has none. */
  public boolean isPopulated() {
    return populated;
  }

  /** What loads read, added up. */
  public long loaded() {
    return loaded;
  }

  /**
   * Replays a batch from the event at {@code from} on.
   *
   * @return index of the first event that was not replayed: behind the first mark {@link
   *     TraceInfo#POPULATED}, behind a refused request if the pass ends there, else {@code
   *     batch.to}
   * @throws HeapCorruptedException with operation number and slot
   */
  public int replay(EventBatch batch, int from) {
    int at = from;
    boolean goOn = true;
    while (goOn && at < batch.to) {
      int stretch = at;
      at = Replayer.operations(batch, at, this);
      operations += at - stretch;
      if (stopped) {
        return at;
      }
      if (at < batch.to) {
        goOn = control(batch, at++);
      }
    }
    return at;
  }

  private boolean control(EventBatch batch, int at) {
    byte op = batch.op[at];
    int number = batch.slot[at];
    heap.control(op, number, batch.size[at]);
    if (!populated && op == Op.PHASE && number == populatedMark) {
      populated = true;
      return false;
    }
    return true;
  }

  /** A request was answered with 0; true if the pass ends with it. */
  boolean refuse() {
    refused++;
    stopped = stopsAtNull;
    return stopped;
  }

  /** The same error, {@code done} operations into the stretch, with that operation's number. */
  HeapCorruptedException named(RuntimeException e, EventBatch batch, int at, int done) {
    return Failures.named(e, heap.info().name(), operations + done, batch.op[at], batch.slot[at]);
  }
}
