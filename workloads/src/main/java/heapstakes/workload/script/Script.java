package heapstakes.workload.script;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import java.util.function.IntFunction;

/** A workload told in parts, one after the other, each of which adds a few events at a time. */
public final class Script extends Generator {
  /** Events that a part may add at a time. */
  public static final int ROOM = 8;

  private final Part whole;
  private boolean over;

  /** Something that happens. */
  @FunctionalInterface
  public interface Part {
    /**
     * Adds the next events, at most {@link #ROOM}.
     *
     * @return false when it is over; nothing was added then
     */
    boolean step(EventBatch batch);
  }

  /** What is done once or again and again. */
  @FunctionalInterface
  public interface Action {
    /** Adds the events of time {@code i}, counted from 0; at most {@link #ROOM}. */
    void at(EventBatch batch, long i);
  }

  /** The parts in turn. */
  public Script(Part... parts) {
    whole = all(parts);
  }

  @Override
  protected void fill(EventBatch batch) {
    while (!over && batch.capacity() - batch.to >= ROOM) {
      over = !whole.step(batch);
    }
  }

  /** {@code parts} in turn. */
  public static Part all(Part... parts) {
    return each(parts.length, i -> parts[i]);
  }

  /** {@code count} parts in turn, each made when the one before is over. */
  public static Part each(int count, IntFunction<Part> parts) {
    return new Sequence(count, parts);
  }

  /** {@code action} {@code times} times. */
  public static Part repeat(long times, Action action) {
    return new Part() {
      private long i;

      @Override
      public boolean step(EventBatch batch) {
        if (i == times) {
          return false;
        }
        action.at(batch, i++);
        return true;
      }
    };
  }

  /** {@code action} once. */
  public static Part once(Action action) {
    return repeat(1, action);
  }

  /** The phase mark of that number. */
  public static Part mark(int number) {
    return once((batch, i) -> batch.add(Op.PHASE, number, 0, 0));
  }

  /** The virtual clock goes on. */
  public static Part idle(long nanos) {
    return once((batch, i) -> batch.add(Op.CLOCK, 0, nanos, 0));
  }

  /** malloc_trim(0) or what is like it. */
  public static Part trim() {
    return once((batch, i) -> batch.add(Op.TRIM, 0, 0, 0));
  }

  /** What follows is {@code number}'s. */
  public static Part thread(int number) {
    return once((batch, i) -> batch.add(Op.THREAD, number, 0, 0));
  }

  private static final class Sequence implements Part {
    private final int count;
    private final IntFunction<Part> parts;
    private int made;
    private Part current = batch -> false;

    Sequence(int count, IntFunction<Part> parts) {
      this.count = count;
      this.parts = parts;
    }

    @Override
    public boolean step(EventBatch batch) {
      while (!current.step(batch)) {
        if (made == count) {
          return false;
        }
        current = parts.apply(made++);
      }
      return true;
    }
  }
}
