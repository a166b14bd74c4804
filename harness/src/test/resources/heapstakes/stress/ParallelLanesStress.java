package heapstakes.replay;

import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.os.simulated.SimulatedLinuxProvider;
import heapstakes.trace.EventBatch;
import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceInfo;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * Two lanes of a replay that free each other's blocks and use the same slot again: each free gets
 * what the slot's malloc returned, on whichever thread that was. Compiled by {@code Jcstress}, with
 * jcstress's processor.
 */
@JCStressTest
@Outcome(id = "202201, 101", expect = Expect.ACCEPTABLE, desc = "each what its malloc returned")
@Outcome(expect = Expect.FORBIDDEN, desc = "a thread freed what was not in the slot yet")
@State
public class ParallelLanesStress {
  private static final Memory MEMORY = SimulatedLinuxProvider.open("").memory();
  private static final ThreadPlan PLAN = plan();

  private final long[] addresses = new long[2];
  private final int[] published = new int[2];
  private final AtomicBoolean ending = new AtomicBoolean();
  private final Numbering first = new Numbering(100);
  private final Numbering second = new Numbering(200);
  private final ParallelLane firstLane = lane(0);
  private final ParallelLane secondLane = lane(1);

  /**
   * Thread 0 fills slot 0, thread 1 empties and fills it again and fills slot 1, 0 empties both.
   */
  private static ThreadPlan plan() {
    EventBatch events = new EventBatch(9);
    events.add(Op.MALLOC, 0, 8, 0);
    events.add(Op.THREAD, 1, 0, 0);
    events.add(Op.MALLOC, 1, 8, 0);
    events.add(Op.FREE, 0, 0, 0);
    events.add(Op.MALLOC, 0, 8, 0);
    events.add(Op.THREAD, 0, 0, 0);
    events.add(Op.FREE, 0, 0, 0);
    events.add(Op.FREE, 1, 0, 0);
    ThreadPlan plan = ThreadPlan.of(trace(events));
    if (Boolean.getBoolean("heapstakes.unawaited")) {
      for (ThreadPlan.Lane lane : plan.lanes()) {
        Arrays.fill(lane.await, 0);
      }
    }
    return plan;
  }

  private static Trace trace(EventBatch events) {
    TraceInfo info =
        new TraceInfo(
            "handovers",
            "",
            6,
            events.to,
            2,
            List.of(0, 1),
            List.of(),
            2,
            16,
            TraceInfo.Features.PLAIN);
    return GeneratedTrace.known(
        info,
        () ->
            new TraceCursor() {
              private boolean done;

              @Override
              public boolean next(EventBatch batch) {
                batch.op = events.op;
                batch.slot = events.slot;
                batch.size = events.size;
                batch.extra = events.extra;
                batch.from = 0;
                batch.to = done ? 0 : events.to;
                done = true;
                return batch.to > 0;
              }

              @Override
              public void close() {}
            });
  }

  private ParallelLane lane(int number) {
    Tally untouched = new Tally(0, false);
    return new ParallelLane(PLAN.lanes()[number], addresses, published, ending, untouched, MEMORY);
  }

  /** Blocks are numbered; what is freed is written one behind the other. */
  private static final class Numbering implements ThreadAllocator {
    private long next;
    private long freed;

    Numbering(long from) {
      next = from;
    }

    @Override
    public long malloc(long size) {
      return ++next;
    }

    @Override
    public void free(long address) {
      freed = 1000 * freed + address;
    }

    @Override
    public long calloc(long count, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long realloc(long address, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long memalign(long alignment, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long usableSize(long address) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void trim(long pad) {}

    @Override
    public void exit() {}
  }

  @Actor
  public void first() {
    firstLane.populate(first);
    firstLane.run(ThreadView.PLAIN, () -> false);
  }

  @Actor
  public void second() {
    secondLane.populate(second);
    secondLane.run(ThreadView.PLAIN, () -> false);
  }

  @Arbiter
  public void freed(JJ_Result result) {
    result.r1 = first.freed;
    result.r2 = second.freed;
  }
}
