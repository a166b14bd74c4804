package heapstakes.meter;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.memory.OutOfMemoryKill;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.VirtualClock;
import heapstakes.os.VmStatistics;
import heapstakes.replay.Failures;
import heapstakes.replay.Interpreter;
import heapstakes.replay.ReplayHeap;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.ReplayProcess;
import heapstakes.replay.Tally;
import heapstakes.results.Footprint;
import heapstakes.results.Status;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceInfo;

/**
 * One metered replay: a loop that settles the books behind each operation. What happens once in a
 * while is in {@link FootprintBooks}.
 */
final class FootprintRun {
  private final ReplayHeap heap;
  private final TraceInfo info;
  private final FootprintObserver observer;
  private final FootprintBooks books;
  private final MeteredBlocks blocks;
  private final Tally tally;
  private final boolean wantsBlocks;
  private final long opNanos;

  // The current thread's, fetched again after each control event.
  private ReplayProcess process;
  private ThreadAllocator thread;
  private Memory memory;
  private VirtualClock clock;
  private VmStatistics statistics;

  private long operation;
  private long nextLook;

  FootprintRun(ReplayHeap heap, ReplayOptions options, FootprintObserver observer) {
    this.heap = heap;
    this.info = heap.info();
    this.observer = observer;
    this.wantsBlocks = observer.wantsBlocks();
    this.tally = new Tally(options.touchLimit(info), info.features().stopsAtNull());
    this.opNanos = options.opNanos(info);
    this.books = new FootprintBooks(heap, opNanos);
    this.blocks = new MeteredBlocks(heap, books, observer);
    this.process = heap.process();
    this.thread = heap.thread();
    this.memory = heap.memory();
    this.clock = heap.clock();
    this.statistics = books.process().statistics;
  }

  private void fetch() {
    if (heap.process() != process) {
      process = heap.process();
      observer.turns(process.space());
    }
    thread = heap.thread();
    memory = heap.memory();
    clock = heap.clock();
    statistics = books.process().statistics;
    blocks.fetch();
  }

  /** Replays the whole trace. */
  Footprint run(Trace trace) {
    EventBatch batch = new EventBatch();
    if (observer.looksEvery() > 0) {
      look();
    }
    try (TraceCursor cursor = trace.open()) {
      while (!tally.isStopped() && cursor.next(batch)) {
        replay(batch);
        observer.progress(operation);
      }
      return close(Status.OK, "");
    } catch (OutOfMemoryKill e) {
      return close(Status.OOM_KILLED, String.valueOf(e.getMessage()));
    } catch (HeapCorruptedException e) {
      return close(Status.ABORTED, String.valueOf(e.getMessage()));
    }
  }

  private Footprint close(Status status, String detail) {
    return books.close(status, detail, operation, tally.refused(), blocks.traffic());
  }

  private void replay(EventBatch batch) {
    int at = batch.from;
    while (at < batch.to && !tally.isStopped()) {
      at = operations(batch, at);
      if (at < batch.to && !tally.isStopped()) {
        books.control(batch.op[at], batch.slot[at], batch.size[at], batch.extra[at], operation);
        fetch();
        at++;
      }
    }
  }

  /** Replays up to an event that is no operation, or up to the end. */
  private int operations(EventBatch batch, int from) {
    byte[] ops = batch.op;
    int at = from;
    try {
      boolean goOn = true;
      for (; goOn && at < batch.to && ops[at] <= Op.LAST_OPERATION; at++) {
        blocks.begin(operation);
        goOn = Interpreter.operation(batch, at, thread, memory, blocks, tally);
        settle();
      }
      return at;
    } catch (HeapCorruptedException | SegmentationFault e) {
      throw Failures.named(e, info.name(), operation, ops[at], batch.slot[at]);
    }
  }

  /** The books of the operation that was just carried out. */
  private void settle() {
    long nanos = clock.nanos();
    books.operation(statistics, nanos);
    if (blocks.hasFreed()) {
      books.freed(nanos);
    }
    boolean wakesSomebody = opNanos >= clock.untilAlarm();
    clock.advance(opNanos);
    if (wakesSomebody) {
      books.background();
    }
    if (wantsBlocks) {
      observer.ended(operation);
    }
    operation++;
    if (operation == books.nextPoint()) {
      books.point(operation, "");
    }
    if (operation == nextLook) {
      look(); // behind the point: to be asked for counters may make an allocator take memory
    }
  }

  private void look() {
    observer.look(operation, heap.process().allocator());
    nextLook += observer.looksEvery();
  }
}
