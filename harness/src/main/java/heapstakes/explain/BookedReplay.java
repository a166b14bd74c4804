package heapstakes.explain;

import heapstakes.allocator.Contestant;
import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.OutOfMemoryKill;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.Machine;
import heapstakes.replay.Failures;
import heapstakes.replay.Interpreter;
import heapstakes.replay.ReplayHeap;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.ReplayProcess;
import heapstakes.replay.Tally;
import heapstakes.setting.SettingException;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceInfo;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A replay that keeps a book of the live blocks and stops where it is told. */
final class BookedReplay implements AutoCloseable {
  private final Trace trace;
  private final TraceInfo info;
  private final ReplayHeap heap;
  private final Tally tally;
  private final long opNanos;
  private final Map<ReplayProcess, BlockBook> books = new IdentityHashMap<>();
  private BlockBook book;
  private int thread;
  private int mark = -1;
  private long events;
  private long operations;

  /**
   * Opens a fresh heap.
   *
   * @throws SettingException where states of pages are not known
   */
  BookedReplay(Contestant contestant, Machine machine, Trace trace, ReplayOptions options) {
    this.trace = trace;
    this.info = trace.info();
    this.heap = new ReplayHeap(contestant, machine, info);
    this.tally = new Tally(options.touchLimit(info), info.features().stopsAtNull());
    this.opNanos = options.opNanos(info);
    this.book = new BlockBook(heap.slots(), heap.thread());
    books.put(heap.process(), book);
    if (!heap.process().space().visitPages((address, bytes, state) -> {})) {
      heap.close();
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "--memory %s: what each page holds is known of simulated memory only.\n  Leave --memory out.",
              machine));
    }
  }

  /**
   * Carries out the trace up to the {@code last} event, counted from 1.
   *
   * @param watcher called behind each event while the current process lives
   * @return why it ended before, if the kernel or the library ended it
   */
  Optional<String> run(long last, Consumer<BookedReplay> watcher) {
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (events < last && !tally.isStopped() && cursor.next(batch)) {
        replay(batch, last, watcher);
      }
      return Optional.empty();
    } catch (OutOfMemoryKill | HeapCorruptedException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void replay(EventBatch batch, long last, Consumer<BookedReplay> watcher) {
    for (int at = batch.from; at < batch.to && events < last && !tally.isStopped(); at++) {
      if (batch.op[at] <= Op.LAST_OPERATION) {
        operation(batch, at);
      } else {
        control(batch, at);
      }
      events++;
      if (heap.process().isAlive()) {
        watcher.accept(this);
      }
    }
  }

  private void operation(EventBatch batch, int at) {
    operations++;
    book.begin(operations, batch.siteOf(at));
    try {
      Interpreter.operation(batch, at, heap.thread(), heap.memory(), book, tally);
    } catch (HeapCorruptedException | SegmentationFault e) {
      throw Failures.named(e, info.name(), operations - 1, batch.op[at], batch.slot[at]);
    }
    heap.clock().advance(opNanos);
  }

  private void control(EventBatch batch, int at) {
    byte op = batch.op[at];
    int number = batch.slot[at];
    heap.control(op, number, batch.size[at], batch.extra[at]);
    switch (op) {
      case Op.FORK -> {
        ReplayProcess child = heap.processes().getLast();
        books.put(child, new BlockBook(book, child.slots()));
      }
      case Op.THREAD -> thread = number;
      case Op.PHASE -> mark = number;
      default -> {}
    }
    book = books.getOrDefault(heap.process(), book);
    book.enter(heap.thread(), thread, mark);
  }

  /** The trace that is replayed. */
  TraceInfo info() {
    return info;
  }

  /** Events carried out. */
  long events() {
    return events;
  }

  /** Operations carried out. */
  long operations() {
    return operations;
  }

  /** Number of the last phase mark; -1: none yet. */
  int mark() {
    return mark;
  }

  /** The current process. */
  ReplayProcess process() {
    return heap.process();
  }

  /** Bytes asked for by the live blocks of the current process. */
  long requested() {
    return book.requested();
  }

  /** Resident bytes of the current process. */
  long resident() {
    return heap.process().space().statistics().residentBytes();
  }

  /** The live blocks of the current process by address, upwards. */
  List<HeldBlock> blocks() {
    return book.blocks(info.threadIds());
  }

  /** Frees blocks that are live in the current process, as its current thread. */
  void free(List<HeldBlock> blocks) {
    ThreadAllocator freeing = current();
    for (HeldBlock block : blocks) {
      book.remove(block.slot());
      freeing.free(block.address());
    }
  }

  /** Nobody works for so long. */
  void idle(long nanos) {
    heap.control(Op.CLOCK, 0, nanos, 0);
  }

  /** The current thread takes a block and frees it, so many times, and then sleeps each time. */
  void work(int times, long bytes, long nanosEach) {
    for (int i = 0; i < times; i++) {
      ThreadAllocator working = current();
      working.free(working.malloc(bytes));
      idle(nanosEach);
    }
  }

  /** Lets the current process give back what it can. */
  void trim() {
    current().trim(0);
  }

  /** The current thread, or, if that has ended, one that begins. */
  private ThreadAllocator current() {
    heap.control(Op.THREAD, thread, 0, 0);
    return heap.thread();
  }

  @Override
  public void close() {
    heap.close();
  }
}
