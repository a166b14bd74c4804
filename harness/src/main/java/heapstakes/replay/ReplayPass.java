package heapstakes.replay;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.TraceInfo;

/** One pass over a trace on a heap, batch by batch: the timed loop and how far it has come. */
public final class ReplayPass extends Tally {
  private final ReplayHeap heap;
  private final long opNanos;
  private final int populatedMark;
  private boolean populated;
  private long operations;

  /** Gets ready for a pass over the trace that {@code heap} was opened for. */
  public ReplayPass(ReplayHeap heap, ReplayOptions options) {
    super(options.touchLimit(heap.info()), heap.info().features().stopsAtNull());
    TraceInfo info = heap.info();
    this.heap = heap;
    this.opNanos = options.opNanos(info);
    this.populatedMark = info.phases().indexOf(TraceInfo.POPULATED);
    this.populated = populatedMark < 0;
  }

  /** What is replayed on. */
  public ReplayHeap heap() {
    return heap;
  }

  /** Virtual time of an operation, in ns. */
  public long opNanos() {
    return opNanos;
  }

  /** Operations carried out in the batches so far. */
  public long operations() {
    return operations;
  }

  /** Whether the mark {@link TraceInfo#POPULATED} has passed, or the trace has none. */
  public boolean isPopulated() {
    return populated;
  }

  /**
   * Replays a batch from the event at {@code from} on.
   *
   * @param view what is called in place of each thread's handle
   * @return index of the first event that was not replayed: behind the first mark {@link
   *     TraceInfo#POPULATED}, behind a refused request if the pass ends there, else {@code
   *     batch.to}
   * @throws HeapCorruptedException with operation number and slot
   */
  public int replay(EventBatch batch, int from, ThreadView view) {
    int at = from;
    boolean goOn = true;
    while (goOn && at < batch.to) {
      int stretch = at;
      at = Replayer.operations(batch, at, this, view);
      operations += at - stretch;
      if (isStopped()) {
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
    heap.control(op, number, batch.size[at], batch.extra[at]);
    if (!populated && op == Op.PHASE && number == populatedMark) {
      populated = true;
      return false;
    }
    return true;
  }

  /** The same error, {@code done} operations into the stretch, with that operation's number. */
  public HeapCorruptedException named(RuntimeException e, EventBatch batch, int at, int done) {
    return Failures.named(e, heap.info().name(), operations + done, batch.op[at], batch.slot[at]);
  }
}
