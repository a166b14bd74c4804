package heapstakes.replay;

import heapstakes.allocator.Contestant;
import heapstakes.os.Machine;
import heapstakes.trace.Trace;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * A trace replayed again and again on one heap. A round has three steps, so that a clock can stand
 * around the middle one: {@link #prepare}, {@link #run}, {@link #finish}.
 */
public interface Rounds extends AutoCloseable {
  /**
   * Rounds as a program with so many threads would have them: at the same time where contestant,
   * machine and trace can, and where the threads hardly wait for each other; else in the trace's
   * order.
   *
   * @throws heapstakes.trace.TraceException when this contestant or machine cannot do what the
   *     trace asks for
   */
  static Rounds of(Contestant contestant, Machine machine, Trace trace, ReplayOptions options) {
    return new RoundsSource(contestant, machine, trace, options).onOneHeap();
  }

  /** Opens the heap if there is none, and replays up to the mark {@code populated}. */
  void prepare();

  /**
   * Replays what follows, until {@code stop} says so, which every thread asks now and then.
   *
   * @return operations carried out
   */
  long run(BooleanSupplier stop);

  /**
   * As above, with a meter between.
   *
   * @param views what is called in place of a thread's handle, by its dense number; on replays in
   *     the trace's order number 0 has them all
   */
  long run(IntFunction<ThreadView> views, BooleanSupplier stop);

  /** Frees what is left, so that the next round starts with an empty heap. */
  void finish();

  @Override
  void close();
}
