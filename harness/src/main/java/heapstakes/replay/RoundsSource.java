package heapstakes.replay;

import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.os.Machine;
import heapstakes.trace.InMemoryTrace;
import heapstakes.trace.Trace;
import org.jspecify.annotations.Nullable;

/**
 * Rounds of one contestant on one trace, as a program with so many threads would have them: at the
 * same time where contestant, machine and trace can, and where the threads hardly wait for each
 * other; else in the trace's order. The trace is decoded once for all of them.
 */
public final class RoundsSource {
  private final Contestant contestant;
  private final Machine machine;
  private final Trace trace;
  private final Trace unmarked;
  private final ReplayOptions options;
  private final @Nullable ThreadPlan plan;

  /** Of {@code trace}, which is kept decoded unless it is too long for that. */
  public RoundsSource(Contestant contestant, Machine machine, Trace trace, ReplayOptions options) {
    this.contestant = contestant;
    this.machine = machine;
    this.options = options;
    this.plan = plan(contestant, machine, trace);
    if (trace.info().events() > ReplaySession.MAX_STORED_EVENTS) {
      this.trace = trace;
      this.unmarked = trace;
    } else {
      InMemoryTrace stored = InMemoryTrace.of(trace);
      this.trace = stored;
      this.unmarked = stored.unmarked();
    }
  }

  private static @Nullable ThreadPlan plan(Contestant contestant, Machine machine, Trace trace) {
    boolean possible =
        trace.info().threads() > 1
            && machine.provider().isParallel()
            && contestant.can(Capability.PARALLEL)
            && ThreadPlan.obstacle(trace.info()).isEmpty();
    ThreadPlan made = possible ? ThreadPlan.of(trace) : null;
    return made != null && made.isFree() ? made : null;
  }

  /** Whether threads run at the same time. */
  public boolean isParallel() {
    return plan != null;
  }

  /**
   * Rounds on one heap, which count from the mark {@code populated} on.
   *
   * @throws heapstakes.trace.TraceException when this contestant or machine cannot do what the
   *     trace asks for
   */
  public Rounds onOneHeap() {
    return plan == null
        ? new ReplaySession(contestant, machine, trace, options)
        : new ParallelReplay(contestant, machine, plan, trace.info(), options);
  }

  /** A round on a fresh heap, which counts from the first event on. */
  public Rounds life() {
    return plan == null
        ? new ReplaySession(contestant, machine, unmarked, options)
        : new ParallelReplay(contestant, machine, plan.unmarked(), trace.info(), options);
  }
}
