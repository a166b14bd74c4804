package heapstakes.replay;

import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.os.VirtualClock;
import heapstakes.trace.Op;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * What a serial replay works on: the processes, the handle of each trace thread, and which of them
 * is current. Loops keep the current thread's things in locals and fetch them again after each
 * {@link #control}.
 */
public final class ReplayHeap implements AutoCloseable {
  private final TraceInfo info;
  private final SequencedSet<ReplayProcess> alive = new LinkedHashSet<>();
  private final @Nullable ThreadAllocator[] handles;
  private final @Nullable ReplayProcess[] processOf;
  private final ReplayProcess initial;
  private ReplayProcess process;
  private ThreadAllocator thread;
  private int threadNumber;

  /**
   * Opens a heap for a trace.
   *
   * @throws TraceException when the trace asks for what this contestant or machine cannot do
   */
  public ReplayHeap(Contestant contestant, Machine machine, TraceInfo info) {
    this(contestant, machine.open(), info);
  }

  /** As above, in memory that was opened; it is closed with the heap. */
  public ReplayHeap(Contestant contestant, AddressSpace space, TraceInfo info) {
    try {
      requireForks(contestant, space, info);
      requireBreak(space, info);
      this.info = info;
      handles = new ThreadAllocator[info.threads()];
      processOf = new ReplayProcess[info.threads()];
      initial = new ReplayProcess(space, contestant.open(space), new long[info.slots()]);
      process = initial;
      alive.add(initial);
      thread = attach(0);
    } catch (RuntimeException | Error e) {
      space.close();
      throw e;
    }
  }

  private static void requireForks(Contestant contestant, AddressSpace space, TraceInfo info) {
    if (!info.features().forks()) {
      return;
    }
    if (!space.canFork()) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              """
              %s forks, and this memory belongs to one process only.
                Replay it with --memory simulated.\
              """,
              info.name()));
    }
    if (!contestant.can(Capability.FORKS)) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              """
              %s forks, and %s cannot be forked.
                'heapstakes list allocators' says which can.\
              """,
              info.name(),
              contestant));
    }
  }

  private static void requireBreak(AddressSpace space, TraceInfo info) {
    if (info.features().movesBreak() && !space.maps()) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              """
              %s moves the program break itself (its 'b' lines), which this kernel has not.
                Replay it on a simulated Linux or on linux memory.\
              """,
              info.name()));
    }
  }

  private ThreadAllocator attach(int number) {
    ThreadAllocator handle = process.allocator().attach();
    handles[number] = handle;
    if (processOf[number] == null) {
      own(process, number);
    }
    return handle;
  }

  private void own(ReplayProcess owner, int number) {
    processOf[number] = owner;
    owner.threads().add(number);
  }

  /** The trace that is replayed. */
  public TraceInfo info() {
    return info;
  }

  /** The process that the trace starts in, alive or not. */
  public ReplayProcess initialProcess() {
    return initial;
  }

  /** Every process that has not exited, in order of birth. */
  public SequencedSet<ReplayProcess> processes() {
    return Collections.unmodifiableSequencedSet(alive);
  }

  /** The current thread's process. */
  public ReplayProcess process() {
    return process;
  }

  /** The current thread's handle. */
  public ThreadAllocator thread() {
    return thread;
  }

  /** The current thread's number. */
  public int threadNumber() {
    return threadNumber;
  }

  /** Where the current process's blocks are. */
  public Memory memory() {
    return process.allocator().memory();
  }

  /** The current process's clock. */
  public VirtualClock clock() {
    return process.space().clock();
  }

  /** The current process's {@link ReplayProcess#slots}. */
  public long[] slots() {
    return process.slots();
  }

  /**
   * Carries out an event that is no operation. A phase mark does nothing here.
   *
   * @param op {@link Op#THREAD} and above
   * @param number the batch's slot column: of a thread
   * @param size the batch's size column: nanoseconds, or bytes
   * @param extra the batch's extra column
   */
  public void control(byte op, int number, long size, long extra) {
    switch (op) {
      case Op.THREAD -> switchTo(number);
      case Op.THREAD_EXIT -> exitThread(number);
      case Op.CLOCK -> clock().advance(size);
      case Op.FORK -> fork(number);
      case Op.EXIT -> exitProcess();
      case Op.BREAK -> process.moveBreak(size, extra != 0);
      case Op.PHASE -> {}
      default -> throw new IllegalArgumentException("no control event: " + op);
    }
  }

  private void switchTo(int number) {
    ReplayProcess next = processOf[number];
    if (next != null && next != process) {
      long behind = clock().nanos() - next.space().clock().nanos();
      process = next;
      clock().advance(behind);
    }
    ThreadAllocator handle = handles[number];
    thread = handle == null ? attach(number) : handle;
    threadNumber = number;
  }

  private void exitThread(int number) {
    ThreadAllocator handle = handles[number];
    if (handle != null) {
      handle.exit();
      handles[number] = null;
    }
  }

  private void fork(int number) {
    ReplayProcess child = process.fork(thread);
    alive.add(child);
    own(child, number);
    handles[number] = child.allocator().attach();
  }

  private void exitProcess() {
    process.exit();
    alive.remove(process);
    process.threads().forEach(number -> handles[number] = null);
  }

  /**
   * Brings the heap back to where a replay can start: frees every block by the initial thread's
   * handle, lets the other threads exit and forked processes end. The initial process must be
   * alive, and slots must hold plain addresses.
   */
  public void freeAll() {
    switchTo(0);
    long[] slots = slots();
    for (long address : slots) {
      if (address != 0) {
        thread.free(address);
      }
    }
    Arrays.fill(slots, 0);
    for (int i = 1; i < handles.length; i++) {
      if (processOf[i] == process) {
        exitThread(i);
      }
      handles[i] = null;
      processOf[i] = null;
    }
    initial.threads().retainAll(List.of(0));
    alive.stream().filter(p -> p != initial).forEach(ReplayProcess::exit);
    alive.retainAll(List.of(initial));
  }

  /**
   * A new heap in the same memory, which is as fresh, or nothing where memory cannot be had that
   * way. Either way this heap is closed.
   */
  public Optional<ReplayHeap> renewed(Contestant contestant) {
    AddressSpace space = initial.space();
    if (initial.isAlive() && space.reset()) {
      alive.remove(initial);
      close();
      initial.allocator().close();
      return Optional.of(new ReplayHeap(contestant, space, info));
    }
    close();
    return Optional.empty();
  }

  /** Ends every process. */
  @Override
  public void close() {
    alive.forEach(ReplayProcess::exit);
    alive.clear();
  }
}
