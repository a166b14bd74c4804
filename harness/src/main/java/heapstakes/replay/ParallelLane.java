package heapstakes.replay;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The loop of one thread of a parallel replay. */
final class ParallelLane {
  private static final VarHandle PUBLISHED = MethodHandles.arrayElementVarHandle(int[].class);
  private static final int SPINS = 100; // then others get the core: there may be fewer than threads

  /** Events between two questions whether to stop: too few to matter, too many to wait long. */
  private static final int SLICE = 4096;

  private final ThreadPlan.Lane plan;
  private final Blocks blocks;
  private final int[] published; // by slot: number of the last event that was published
  private final AtomicBoolean ending;
  private final Tally tally;
  private final Memory memory;
  private @Nullable ThreadAllocator handle; // null before the thread's start and after its end

  ParallelLane(
      ThreadPlan.Lane plan,
      long[] addresses,
      int[] published,
      AtomicBoolean ending,
      Tally tally,
      Memory memory) {
    this.plan = plan;
    this.blocks = new PlainBlocks(addresses);
    this.published = published;
    this.ending = ending;
    this.tally = tally;
    this.memory = memory;
  }

  /** The thread starts, and replays the part before the mark {@code populated}. */
  void populate(ThreadAllocator started) {
    handle = started;
    replay(0, plan.populated, ThreadView.PLAIN, () -> false);
  }

  /**
   * The rest.
   *
   * @return operations carried out
   */
  long run(ThreadView view, BooleanSupplier stop) {
    return replay(plan.populated, plan.events.to, view, stop);
  }

  /** The thread ends, unless the trace had it end before. */
  void exit() {
    ThreadAllocator ending = handle;
    if (ending != null) {
      handle = null;
      ending.exit();
    }
  }

  private long replay(int from, int to, ThreadView view, BooleanSupplier stop) {
    long done = 0;
    for (int at = from; at < to && !ending.get(); ) {
      if (done > 0 && stop.getAsBoolean()) {
        ending.set(true);
        break;
      }
      int end = Math.min(to, at + SLICE);
      done += slice(at, end, view);
      at = end;
    }
    return done;
  }

  /** The only event that is no operation is the thread's exit, which comes last. */
  private int slice(int from, int to, ThreadView view) {
    ThreadAllocator thread = view.over(Objects.requireNonNull(handle, "the thread has ended"));
    EventBatch events = plan.events;
    int at = from;
    try {
      for (; at < to; at++) {
        int slot = events.slot[at];
        int turn = plan.await[at];
        if (turn != 0 && !await(slot, turn)) {
          return at - from;
        }
        if (events.op[at] == Op.THREAD_EXIT) {
          exit();
          return at - from;
        }
        Interpreter.operation(events, at, thread, memory, blocks, tally);
        int done = plan.publish[at];
        if (done != 0) {
          PUBLISHED.setRelease(published, slot, done);
        }
      }
    } catch (HeapCorruptedException e) {
      throw Failures.named(e, "this thread's lane", at, events.op[at], events.slot[at]);
    }
    return to - from;
  }

  /** Whether the slot's turn came; false when the replay is ending. */
  private boolean await(int slot, int turn) {
    int spins = 0;
    while ((int) PUBLISHED.getAcquire(published, slot) < turn) {
      if (++spins < SPINS) {
        Thread.onSpinWait();
      } else if (ending.get()) {
        return false;
      } else {
        Thread.yield();
      }
    }
    return true;
  }
}
