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
import heapstakes.trace.TraceInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A trace replayed again and again on one heap by as many threads as it has, at the same time: one
 * platform thread each, which go on freely but for the turns of {@link ThreadPlan}. Rounds have the
 * steps of {@link Rounds}; {@link #run} opens the gate for all threads at once and returns when the
 * last is through.
 *
 * <p>The caller's thread is the process's initial one; it frees what the trace leaves alive. The
 * virtual clock stands still.
 */
final class ParallelReplay implements Rounds {
  private final ThreadPlan plan;
  private final long touchLimit;
  private final AddressSpace space;
  private final Allocator allocator;
  private final ThreadAllocator initial;
  private final long[] addresses;
  private final int[] published;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CyclicBarrier gate;
  private final Tally[] tallies;
  private final AtomicLong operations = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();
  private IntFunction<ThreadView> views = number -> ThreadView.PLAIN;
  private BooleanSupplier stop = () -> false;

  /**
   * Opens a heap.
   *
   * @throws AllocatorException when the contestant's threads cannot run at the same time
   * @throws TraceException when the trace's cannot
   */
  ParallelReplay(Contestant contestant, Machine machine, Trace trace, ReplayOptions options) {
    this(contestant, machine, ThreadPlan.of(trace), trace.info(), options);
  }

  /**
   * Opens a heap for a trace that is planned already.
   *
   * @throws AllocatorException when the contestant's threads cannot run at the same time
   */
  ParallelReplay(
      Contestant contestant,
      Machine machine,
      ThreadPlan plan,
      TraceInfo info,
      ReplayOptions options) {
    if (!contestant.can(Capability.PARALLEL)) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              "%s cannot run several threads at the same time.\n  Replay the trace serially.",
              contestant));
    }
    this.plan = plan;
    touchLimit = options.touchLimit(info);
    addresses = new long[info.slots()];
    published = new int[info.slots()];
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
  @Override
  public void prepare() {
    Arrays.fill(published, 0);
    ending.set(false);
    operations.set(0);
    threads.clear();
    for (int i = 0; i < tallies.length; i++) {
      ThreadPlan.Lane lane = plan.lanes()[i];
      Tally tally = new Tally(touchLimit, false);
      tallies[i] = tally;
      int number = i;
      // Listed only once it runs: when the machine has no more threads, close() ends those it had.
      threads.add(Thread.ofPlatform().name("replay-" + i).start(() -> live(number, lane, tally)));
    }
    pass();
  }

  /**
   * Opens the gate and waits for the last thread.
   *
   * @throws heapstakes.allocator.HeapCorruptedException what a thread met
   */
  @Override
  public long run(BooleanSupplier stop) {
    return run(number -> ThreadView.PLAIN, stop);
  }

  @Override
  public long run(IntFunction<ThreadView> views, BooleanSupplier stop) {
    this.views = views;
    this.stop = stop;
    pass();
    pass();
    return operations.get();
  }

  /** Lets the threads end, and frees what is left. */
  @Override
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
  private void live(int number, ThreadPlan.Lane plan, Tally tally) {
    ParallelLane lane =
        new ParallelLane(plan, addresses, published, ending, tally, allocator.memory());
    try {
      attempt(() -> lane.populate(allocator.attach()));
      gate.await();
      gate.await();
      attempt(() -> operations.addAndGet(lane.run(views.apply(number), stop)));
      gate.await();
      attempt(lane::exit);
    } catch (InterruptedException | BrokenBarrierException e) {
      // the replay is being closed
    }
  }

  private void attempt(Runnable step) {
    if (!ending.get()) {
      try {
        step.run();
      } catch (RuntimeException | Error e) {
        failure.compareAndSet(null, e);
        ending.set(true);
      }
    }
  }

  private void pass() {
    try {
      gate.await();
    } catch (BrokenBarrierException e) {
      throw new IllegalStateException("a thread of the replay is gone", e);
    } catch (InterruptedException e) {
      ending.set(true);
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
    ending.set(true);
    for (Thread thread : threads) {
      thread.interrupt();
    }
    join();
    allocator.close();
    space.close();
  }
}
