package heapstakes.meter;

import static java.lang.Math.max;
import static java.lang.Math.min;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.Region;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.memory.OutOfMemoryKill;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.VirtualClock;
import heapstakes.os.VmStatistics;
import heapstakes.replay.Failures;
import heapstakes.replay.ReplayHeap;
import heapstakes.replay.ReplayOptions;
import heapstakes.results.Footprint;
import heapstakes.results.Status;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceInfo;

/**
 * One metered replay. The loop is that of the timed replay with the books kept beside it; what
 * happens once in a while is in {@link FootprintBooks}.
 */
final class FootprintRun {
  private final ReplayHeap heap;
  private final TraceInfo info;
  private final FootprintObserver observer;
  private final FootprintBooks books;
  private final boolean wantsBlocks;
  private final boolean stopsAtNull;
  private final long touchLimit;
  private final long opNanos;

  // The current thread's, fetched again after each control event.
  private ThreadAllocator thread;
  private Memory memory;
  private VirtualClock clock;
  private ProcessMeter process;
  private LiveBlocks blocks;
  private VmStatistics statistics;

  private long operation;
  private long nextLook;
  private long refused;
  private long loaded;
  private boolean stopped;

  FootprintRun(ReplayHeap heap, ReplayOptions options, FootprintObserver observer) {
    this.heap = heap;
    this.info = heap.info();
    this.observer = observer;
    this.wantsBlocks = observer.wantsBlocks();
    this.stopsAtNull = info.features().stopsAtNull();
    this.touchLimit = options.touchLimit(info);
    this.opNanos = options.opNanos(info);
    this.books = new FootprintBooks(heap, opNanos);
    this.process = books.process();
    this.thread = heap.thread();
    this.memory = heap.memory();
    this.clock = heap.clock();
    this.blocks = process.blocks;
    this.statistics = process.statistics;
  }

  private void fetch() {
    process = books.process();
    thread = heap.thread();
    memory = heap.memory();
    clock = heap.clock();
    blocks = process.blocks;
    statistics = process.statistics;
  }

  /** Replays the whole trace. */
  Footprint run(Trace trace) {
    EventBatch batch = new EventBatch();
    if (observer.looksEvery() > 0) {
      look();
    }
    try (TraceCursor cursor = trace.open()) {
      while (!stopped && cursor.next(batch)) {
        replay(batch);
        observer.progress(operation);
      }
      return books.close(Status.OK, "", operation, refused);
    } catch (OutOfMemoryKill e) {
      return books.close(Status.OOM_KILLED, String.valueOf(e.getMessage()), operation, refused);
    } catch (HeapCorruptedException e) {
      return books.close(Status.ABORTED, String.valueOf(e.getMessage()), operation, refused);
    }
  }

  private void replay(EventBatch batch) {
    int at = batch.from;
    while (at < batch.to && !stopped) {
      at = operations(batch, at);
      if (at < batch.to && !stopped) {
        books.control(batch.op[at], batch.slot[at], batch.size[at], operation);
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
      for (; at < batch.to && !stopped; at++) {
        byte op = ops[at];
        if (op > Op.LAST_OPERATION) {
          return at;
        }
        boolean freed = operate(op, batch, at);
        settle(freed);
      }
      return at;
    } catch (HeapCorruptedException | SegmentationFault e) {
      throw Failures.named(e, info.name(), operation, ops[at], batch.slot[at]);
    }
  }

  /** Carries out an operation; true if a block was freed. */
  private boolean operate(byte op, EventBatch batch, int at) {
    int slot = batch.slot[at];
    long size = batch.size[at];
    if (op == Op.MALLOC) {
      obtained(slot, thread.malloc(size), size);
      return false;
    }
    if (op == Op.FREE) {
      return free(slot);
    }
    return other(op, slot, size, batch.extra[at]);
  }

  private boolean other(byte op, int slot, long size, long extra) {
    switch (op) {
      case Op.CALLOC -> obtained(slot, thread.calloc(extra, size), extra * size);
      case Op.MEMALIGN -> obtained(slot, thread.memalign(extra, size), size);
      case Op.REALLOC -> {
        return realloc(slot, size);
      }
      case Op.TRIM -> thread.trim(size);
      default -> access(op, slot, size, extra);
    }
    return false;
  }

  /** The books of the operation that was just carried out. */
  private void settle(boolean freed) {
    long nanos = clock.nanos();
    books.operation(statistics, nanos);
    if (freed) {
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

  private void obtained(int slot, long address, long size) {
    if (wantsBlocks) {
      tell(address);
    }
    if (address == 0) {
      refuse();
      return;
    }
    blocks.put(slot, address, size);
    books.obtained(size, thread.usableSize(address));
    memory.touch(address, min(size, touchLimit));
  }

  private void tell(long address) {
    Region region = address == 0 ? null : heap.process().allocator().regionOf(address);
    observer.block(operation, address, region);
  }

  private void refuse() {
    refused++;
    stopped = stopsAtNull;
  }

  private boolean free(int slot) {
    long address = blocks.address(slot);
    if (address == 0) {
      thread.free(0);
      return false;
    }
    books.released(blocks.size(slot), thread.usableSize(address));
    thread.free(address);
    blocks.clear(slot);
    return true;
  }

  private boolean realloc(int slot, long size) {
    long old = blocks.address(slot);
    if (old == 0) {
      obtained(slot, thread.realloc(0, size), size);
      return false;
    }
    long oldSize = blocks.size(slot);
    long oldUsable = thread.usableSize(old);
    long address = thread.realloc(old, size);
    if (wantsBlocks) {
      tell(address);
    }
    if (address == 0 && size != 0) {
      refuse();
      return false;
    }
    books.released(oldSize, oldUsable);
    blocks.clear(slot);
    if (address == 0) {
      return true;
    }
    blocks.put(slot, address, size);
    books.obtained(size, thread.usableSize(address));
    memory.touch(address, min(size, touchLimit));
    return false;
  }

  private void access(byte op, int slot, long length, long offset) {
    long block = blocks.address(slot);
    if (block == 0) {
      return;
    }
    if (op == Op.STORE) {
      memory.touch(block + offset, length);
    } else {
      loaded = max(loaded, memory.load(block + offset, length)); // so that it is not left out
    }
  }
}
