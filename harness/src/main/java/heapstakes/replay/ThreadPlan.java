package heapstakes.replay;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A trace cut into one lane a thread, with what keeps the lanes in step: where a thread goes on
 * with a slot that another thread had before, it waits until that one is done with it. Events of a
 * slot are numbered from 1; only where two neighbours are on different threads does the first
 * publish its number and the second wait for it. Everything else runs freely.
 *
 * <p>The recorded order satisfies every wait, so the lanes cannot block one another. Where nearly
 * every operation has to wait, though, a clock would time the waiting: {@link #isFree}.
 */
final class ThreadPlan {
  /** Longest trace that is planned, in events of 29 bytes: 928 MiB. */
  private static final long MAX_EVENTS = 1L << 25;

  /**
   * Least operations for each that waits. A wait costs a cache line's way between cores or a turn
   * of the scheduler, as much as some ten operations.
   */
  private static final long OPERATIONS_A_HANDOVER = 100;

  private final Lane[] lanes;
  private final int[] slotThread;
  private final int[] slotIndex;
  private final int[] slotEvents;
  private final int populatedMark;
  private int current;
  private boolean populated;
  private long operations;
  private long handovers;

  private ThreadPlan(ThreadPlan marked) {
    lanes = Arrays.stream(marked.lanes).map(Lane::new).toArray(Lane[]::new);
    slotThread = marked.slotThread;
    slotIndex = marked.slotIndex;
    slotEvents = marked.slotEvents;
    populatedMark = -1;
  }

  /** The same without the mark {@code populated}; events are shared. */
  ThreadPlan unmarked() {
    return new ThreadPlan(this);
  }

  private ThreadPlan(TraceInfo info) {
    lanes = new Lane[info.threads()];
    Arrays.setAll(lanes, i -> new Lane());
    slotThread = new int[info.slots()];
    slotIndex = new int[info.slots()];
    slotEvents = new int[info.slots()];
    populatedMark = info.phases().indexOf(TraceInfo.POPULATED);
  }

  /**
   * Plans {@code trace}.
   *
   * @throws TraceException when it cannot run on threads of this process
   */
  static ThreadPlan of(Trace trace) {
    TraceInfo info = trace.info();
    requirePlannable(info);
    ThreadPlan plan = new ThreadPlan(info);
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int at = batch.from; at < batch.to; at++) {
          plan.add(batch, at);
        }
      }
    }
    return plan;
  }

  private static void requirePlannable(TraceInfo info) {
    obstacle(info)
        .ifPresent(reason -> {
          throw new TraceException(
              String.format(
                  Locale.ROOT,
                  "%s cannot be replayed by threads at the same time: %s.\n  Replay it serially.",
                  info.name(),
                  reason));
        });
  }

  /** Why a trace cannot run on threads of this process; empty when it can. */
  static Optional<String> obstacle(TraceInfo info) {
    if (info.features().forks()) {
      return Optional.of("it forks");
    }
    if (info.features().stopsAtNull()) {
      return Optional.of("it ends at the first refused request, which is not defined there");
    }
    return info.events() > MAX_EVENTS
        ? Optional.of(
            String.format(Locale.ROOT, "it has %d events, more than %d", info.events(), MAX_EVENTS))
        : Optional.empty();
  }

  private void add(EventBatch batch, int at) {
    byte op = batch.op[at];
    int slot = batch.slot[at];
    switch (op) {
      case Op.THREAD -> current = slot;
      case Op.THREAD_EXIT -> lanes[slot].append(batch, at);
      case Op.PHASE -> mark(slot);
      case Op.CLOCK -> {
        // real threads live in real time
      }
      case Op.BREAK -> {
        // nothing is touched there, and no order among threads is known for it
      }
      case Op.EXIT -> {
        // the last event of a process that does not fork: what is alive is freed outside the clock
      }
      default -> {
        int index = lanes[current].append(batch, at);
        operations++;
        if (op != Op.TRIM) {
          follow(slot, index);
        }
      }
    }
  }

  private void mark(int number) {
    if (number == populatedMark && !populated) {
      populated = true;
      operations = 0;
      handovers = 0;
      for (Lane lane : lanes) {
        lane.populated = lane.events.to;
      }
    }
  }

  private void follow(int slot, int index) {
    int before = slotEvents[slot];
    if (before > 0 && slotThread[slot] != current) {
      lanes[slotThread[slot]].publish[slotIndex[slot]] = before;
      lanes[current].await[index] = before;
      handovers++;
    }
    slotThread[slot] = current;
    slotIndex[slot] = index;
    slotEvents[slot] = before + 1;
  }

  /** Whether the threads hardly wait for each other behind the mark {@code populated}. */
  boolean isFree() {
    return handovers * OPERATIONS_A_HANDOVER <= operations;
  }

  /** One a thread, by dense number. */
  Lane[] lanes() {
    return lanes;
  }

  /** What one thread does, in order. */
  static final class Lane {
    private static final int FIRST_CAPACITY = 64;

    /** Operations, and the thread's exit. */
    final EventBatch events;

    /** Number of the slot's event to wait for, by index; 0: none. */
    int[] await;

    /** Number to publish for the slot afterwards, by index; 0: none. */
    int[] publish;

    /** Index of the first event behind the mark {@link TraceInfo#POPULATED}. */
    int populated;

    Lane() {
      events = new EventBatch(FIRST_CAPACITY);
      await = new int[FIRST_CAPACITY];
      publish = new int[FIRST_CAPACITY];
    }

    /** The same, finished, without the mark. */
    Lane(Lane marked) {
      events = marked.events;
      await = marked.await;
      publish = marked.publish;
    }

    private int append(EventBatch from, int at) {
      int index = events.to;
      if (index == events.capacity()) {
        grow(2 * index);
      }
      events.add(from.op[at], from.slot[at], from.size[at], from.extra[at]);
      return index;
    }

    private void grow(int capacity) {
      events.op = Arrays.copyOf(events.op, capacity);
      events.slot = Arrays.copyOf(events.slot, capacity);
      events.size = Arrays.copyOf(events.size, capacity);
      events.extra = Arrays.copyOf(events.extra, capacity);
      await = Arrays.copyOf(await, capacity);
      publish = Arrays.copyOf(publish, capacity);
    }
  }
}
