package heapstakes.forecast;

import heapstakes.allocator.Contestant;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.os.VirtualClock;
import heapstakes.replay.Blocks;
import heapstakes.replay.Interpreter;
import heapstakes.replay.ReplayHeap;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.Tally;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceInfo;
import java.util.function.Consumer;

/**
 * Replays of one trace on one heap of a twin, whose work is counted: the first is one life of a
 * program, later ones are what a heap does that lives on.
 */
final class WatchedReplay implements AutoCloseable {
  private final Trace trace;
  private final TraceInfo info;
  private final WorkMeter meter;
  private final Touches touches;
  private final ReplayHeap heap;
  private final Tally tally;
  private final long opNanos;
  private final int populated;
  private long operations;

  /**
   * Opens a heap.
   *
   * @throws heapstakes.trace.TraceException when the trace asks for what this contestant cannot do
   */
  WatchedReplay(Contestant twin, Machine machine, Trace trace, Caches shape) {
    this(twin, machine, trace, shape, Touches.NOBODY);
  }

  /** As above; {@code touches} is told of the accesses, and where those begin that count. */
  WatchedReplay(Contestant twin, Machine machine, Trace trace, Caches shape, Touches touches) {
    this.trace = trace;
    this.touches = touches;
    this.info = trace.info();
    AddressSpace space = machine.open();
    this.meter = new WorkMeter(shape, space.statistics(), touches);
    this.heap = new ReplayHeap(twin, new WatchedSpace(space, meter), info);
    this.tally = new Tally(ReplayOptions.DEFAULT.touchLimit(info), false);
    this.opNanos = ReplayOptions.DEFAULT.opNanos(info);
    this.populated = info.phases().indexOf(TraceInfo.POPULATED);
  }

  /** The whole trace counts. */
  CountedWork life() {
    return replay(-1, WorkMeter.NOBODY);
  }

  /**
   * What follows the mark {@code populated} counts; what was left is freed before.
   *
   * @param calls is told of the work of each call that counts
   */
  CountedWork steady(Consumer<long[]> calls) {
    heap.freeAll();
    return replay(populated, calls);
  }

  private CountedWork replay(int mark, Consumer<long[]> calls) {
    boolean isCounted = mark < 0;
    long[] before = counts();
    operations = 0;
    meter.rewind();
    touches.begin();
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      boolean hasExited = false;
      while (!hasExited && cursor.next(batch)) {
        int at = batch.from;
        while (!hasExited && at < batch.to) {
          meter.tell(isCounted ? calls : WorkMeter.NOBODY);
          at = operations(batch, at);
          if (at < batch.to) {
            // As for libraries that are timed: the heap is as it was, and can be asked and go on.
            hasExited = batch.op[at] == Op.EXIT;
            if (!hasExited) {
              control(batch, at);
            }
            if (!isCounted && batch.op[at] == Op.PHASE && batch.slot[at] == mark) {
              isCounted = true;
              before = counts();
              touches.begin();
              operations = 0;
            }
            at++;
          }
        }
      }
    }
    meter.tell(WorkMeter.NOBODY);
    long[] counted = counts();
    for (int i = 0; i < counted.length; i++) {
      counted[i] -= before[i];
    }
    return new CountedWork(operations, counted);
  }

  /** Up to now; a heap that is fresh is not asked, as to answer it may have to take memory. */
  private long[] counts() {
    long[] counts = meter.counts();
    if (counts[Feature.MALLOC.ordinal()] > 0) {
      OwnCounters.addTo(counts, heap.process().allocator().counters());
    }
    return counts;
  }

  private int operations(EventBatch batch, int from) {
    ThreadAllocator thread = new WatchedThread(heap.thread(), meter);
    Memory memory = heap.memory();
    VirtualClock clock = heap.clock();
    Blocks blocks = new WatchedBlocks(heap.slots(), meter);
    int at = from;
    for (; at < batch.to && batch.op[at] <= Op.LAST_OPERATION; at++) {
      meter.event();
      Interpreter.operation(batch, at, thread, memory, blocks, tally);
      clock.advance(opNanos);
      operations++;
      touches.operation();
    }
    return at;
  }

  private void control(EventBatch batch, int at) {
    if (batch.op[at] == Op.THREAD && batch.slot[at] != 0) {
      meter.becomesThreaded();
    }
    heap.control(batch.op[at], batch.slot[at], batch.size[at], batch.extra[at]);
  }

  @Override
  public void close() {
    heap.close();
  }

  /** Addresses by slot, each look at which is an access of the replay's own. */
  private record WatchedBlocks(long[] addresses, WorkMeter meter) implements Blocks {
    @Override
    public long address(int slot) {
      meter.slot(slot, false);
      return addresses[slot];
    }

    @Override
    public void put(int slot, long address, long size) {
      meter.slot(slot, true);
      addresses[slot] = address;
    }

    @Override
    public void remove(int slot) {
      addresses[slot] = 0;
    }

    @Override
    public void replace(int slot, long usable, long address, long size) {
      addresses[slot] = address;
    }
  }
}
