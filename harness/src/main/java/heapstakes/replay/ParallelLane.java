package heapstakes.replay;

import static java.lang.Math.min;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The loop of one thread of a parallel replay. */
final class ParallelLane {
  private static final VarHandle PUBLISHED = MethodHandles.arrayElementVarHandle(int[].class);
  private static final int SPINS = 100; // then others get the core: there may be fewer than threads

  private final ThreadPlan.Lane plan;
  private final long[] addresses;
  private final int[] published; // by slot: number of the last event that was published
  private final AtomicBoolean failed;
  private final Tally tally;
  private final Memory memory;
  private @Nullable ThreadAllocator handle; // null before the thread's start and after its end

  ParallelLane(
      ThreadPlan.Lane plan,
      long[] addresses,
      int[] published,
      AtomicBoolean failed,
      Tally tally,
      Memory memory) {
    this.plan = plan;
    this.addresses = addresses;
    this.published = published;
    this.failed = failed;
    this.tally = tally;
    this.memory = memory;
  }

  /** The thread starts, and replays the part before the mark {@code populated}. */
  void populate(ThreadAllocator started) {
    handle = started;
    replay(0, plan.populated);
  }

  /** The rest. */
  void run() {
    replay(plan.populated, plan.events.to);
  }

  /** The thread ends, unless the trace had it end before. */
  void exit() {
    ThreadAllocator ending = handle;
    if (ending != null) {
      handle = null;
      ending.exit();
    }
  }

  private void replay(int from, int to) {
    if (from == to) {
      return; // it may have ended long ago
    }
    ThreadAllocator thread = Objects.requireNonNull(handle, "the thread has ended");
    int at = from;
    try {
      for (; at < to; at++) {
        int slot = plan.events.slot[at];
        int turn = plan.await[at];
        if (turn != 0) {
          await(slot, turn);
        }
        operate(thread, plan.events, at, slot);
        int done = plan.publish[at];
        if (done != 0) {
          PUBLISHED.setRelease(published, slot, done);
        }
      }
    } catch (HeapCorruptedException e) {
      throw Failures.named(e, "this thread's lane", at, plan.events.op[at], plan.events.slot[at]);
    }
  }

  private void operate(ThreadAllocator thread, EventBatch events, int at, int slot) {
    byte op = events.op[at];
    if (op == Op.MALLOC) {
      long size = events.size[at];
      long address = thread.malloc(size);
      addresses[slot] = address;
      if (address != 0) {
        memory.touch(address, min(size, tally.touchLimit()));
      } else {
        tally.refuse();
      }
    } else if (op == Op.FREE) {
      thread.free(addresses[slot]);
      addresses[slot] = 0;
    } else if (op == Op.THREAD_EXIT) {
      exit();
    } else {
      Replayer.other(events, at, thread, memory, addresses, tally);
    }
  }

  private void await(int slot, int turn) {
    int spins = 0;
    while ((int) PUBLISHED.getAcquire(published, slot) < turn) {
      if (++spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
        if (failed.get()) {
          throw new IllegalStateException("another thread of the replay failed");
        }
      }
    }
  }
}
