package heapstakes.replay;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import java.util.Arrays;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A trace replayed again and again on one heap by as many threads as it has, at the same time: one
 * platform thread each, which go on freely but for the turns of {@link ThreadPlan}. Rounds have the
 * three steps of {@link ReplaySession}; {@link #run} opens the gate for all threads at once and
 * returns when the last is through.
 *
 * <p>The caller's thread is the process's initial one; it frees what the trace leaves alive. The
 * virtual clock stands still.
 */
public final class ParallelReplay implements AutoCloseable {
  private final ThreadPlan plan;
  private final long touchLimit;
  private final AddressSpace space;
  private final Allocator allocator;
  private final ThreadAllocator initial;
  private final long[] addresses;
  private final int[] published;
  private final AtomicBoolean failed = new AtomicBoolean();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CyclicBarrier gate;
  private final Tally[] tallies;
  private Thread[] threads = new Thread[0];

  /**
   * Opens a heap.
   *
   * @throws AllocatorException when the contestant's threads cannot run at the same time
   * @throws TraceException when the trace's cannot
   */
  public ParallelReplay(
      Contestant contestant, Machine machine, Trace trace, ReplayOptions options) {
    if (!contestant.provider().capabilities().contains(Capability.PARALLEL)) {
      throw new AllocatorException(
          "%s cannot run several threads at the same time.\n  Replay the trace serially."
              .formatted(contestant));
    }
    plan = ThreadPlan.of(trace);
    touchLimit = options.touchLimit(trace.info());
    addresses = new long[trace.info().slots()];
    published = new int[trace.info().slots()];
    tallies = new Tally[plan.lanes().length];
    gate = new CyclicBarrier(plan.lanes().length + 1);
    space = machine.open();
    try {
      allocator = contestant.open(space);
      initial = allocator.attach();
    } catch (RuntimeException | Error e) {
      space.close();
      throw e;
    }
  }

  /** Starts the threads, which replay up to the mark {@code populated} and wait at the gate. */
  public void prepare() {
    Arrays.fill(published, 0);
    threads = new Thread[plan.lanes().length];
    for (int i = 0; i < threads.length; i++) {
      ThreadPlan.Lane lane = plan.lanes()[i];
      Tally tally = new Tally(touchLimit, false);
      tallies[i] = tally;
      threads[i] = Thread.ofPlatform().name("replay-" + i).start(() -> live(lane, tally));
    }
    pass();
  }

  /**
   * Opens the gate and waits for the last thread.
   *
   * @return operations carried out
   * @throws heapstakes.allocator.HeapCorruptedException what a thread met
   */
  public long run() {
    pass();
    pass();
    return plan.timedOperations();
  }

  /** Lets the threads end, and frees what is left. */
  public void finish() {
    join();
    for (int slot = 0; slot < addresses.length; slot++) {
      if (addresses[slot] != 0) {
        initial.free(addresses[slot]);
        addresses[slot] = 0;
      }
    }
  }

  /** Requests of the last round that were answered with 0. */
  public long refused() {
    return Arrays.stream(tallies).mapToLong(Tally::refused).sum();
  }

  /** Passes every gate, whatever happens between them: nobody is left waiting. */
  private void live(ThreadPlan.Lane plan, Tally tally) {
    ParallelLane lane =
        new ParallelLane(plan, addresses, published, failed, tally, allocator.memory());
    try {
      attempt(() -> lane.populate(allocator.attach()));
      gate.await();
      gate.await();
      attempt(lane::run);
      gate.await();
      attempt(lane::exit);
    } catch (InterruptedException | BrokenBarrierException e) {
      // the replay is being closed
    }
  }

  private void attempt(Runnable step) {
    if (!failed.get()) {
      try {
        step.run();
      } catch (RuntimeException | Error e) {
        failure.compareAndSet(null, e);
        failed.set(true);
      }
    }
  }

  private void pass() {
    try {
      gate.await();
    } catch (BrokenBarrierException e) {
      throw new IllegalStateException("a thread of the replay is gone", e);
    } catch (InterruptedException e) {
      failed.set(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during a parallel replay", e);
    }
    switch (failure.get()) {
      case RuntimeException exception -> throw exception;
      case Error error -> throw error;
      case null, default -> {}
    }
  }

  private void join() {
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Ends the process; threads that still wait end. */
  @Override
  public void close() {
    failed.set(true);
    for (Thread thread : threads) {
      thread.interrupt();
    }
    join();
    allocator.close();
    space.close();
  }
}
