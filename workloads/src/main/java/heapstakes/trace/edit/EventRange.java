package heapstakes.trace.edit;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceException;
import java.util.Locale;

/**
 * A stretch of a trace.
 *
 * @param from number of the first event, of any kind, counted from 0
 * @param to number of the event behind the last
 */
public record EventRange(long from, long to) {
  /**
   * Operations {@code [from, to)} and the marks between them; marks before the first belong to it,
   * marks behind the last do not, unless the trace ends with them.
   *
   * @param to may be beyond the end
   * @throws TraceException when there is no such operation
   */
  public static EventRange ofOperations(Trace trace, long from, long to) {
    long operations = trace.info().operations();
    if (from < 0 || from >= Math.min(operations, to)) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s: there are no operations from %d to %d (which is left out) to cut. It has %d, numbered"
                  + " from 0.",
              trace.info().name(),
              from,
              Math.min(to, operations),
              operations));
    }
    long[] bounds = {0, Long.MAX_VALUE};
    long[] seen = {0};
    walk(
        trace,
        (event, op, slot) -> {
          if (Op.isOperation(op)) {
            seen[0]++;
            bounds[0] = seen[0] == from ? event + 1 : bounds[0];
            bounds[1] = seen[0] == to && to < operations ? event + 1 : bounds[1];
          }
          return bounds[1] == Long.MAX_VALUE;
        });
    return new EventRange(bounds[0], bounds[1]);
  }

  /**
   * What comes before the first mark of phase {@code name}, from the mark before it, or the start,
   * on; with the mark itself.
   *
   * @throws TraceException when there is no such phase
   */
  public static EventRange ofPhase(Trace trace, String name) {
    int phase = trace.info().phases().indexOf(name);
    if (phase < 0) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s has no phase '%s'. %s",
              trace.info().name(),
              name,
              trace.info().phases().isEmpty()
                  ? "It has none at all: cut it by operations."
                  : "Its phases: " + String.join(", ", trace.info().phases()) + "."));
    }
    long[] bounds = {0, Long.MAX_VALUE};
    walk(
        trace,
        (event, op, slot) -> {
          if (op == Op.PHASE) {
            bounds[slot == phase ? 1 : 0] = event + 1;
          }
          return bounds[1] == Long.MAX_VALUE;
        });
    return new EventRange(bounds[0], bounds[1]);
  }

  private interface Visitor {
    /** Whether to go on. */
    boolean visit(long event, byte op, int slot);
  }

  private static void walk(Trace trace, Visitor visitor) {
    EventBatch batch = new EventBatch();
    long event = 0;
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          if (!visitor.visit(event++, batch.op[i], batch.slot[i])) {
            return;
          }
        }
      }
    }
  }
}
