package heapstakes.fidelity;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** Finds the events around an operation, by a walk over the trace. */
final class Context {
  private static final int LINES = 8;

  private Context() {}

  /** The difference, with the last few events up to it. */
  static AddressDifference of(Trace trace, TwinComparison.Difference difference) {
    Deque<String> lines = new ArrayDeque<>();
    EventBatch batch = new EventBatch();
    long operation = 0;
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          boolean counts = Op.isOperation(batch.op[i]);
          keep(lines, line(counts ? Long.toString(operation) : "", batch, i));
          if (counts && operation++ == difference.operation()) {
            return difference(difference, batch.slot[i], List.copyOf(lines));
          }
        }
      }
    }
    return difference(difference, -1, List.copyOf(lines));
  }

  private static AddressDifference difference(
      TwinComparison.Difference difference, int slot, List<String> context) {
    return new AddressDifference(
        difference.operation(), slot, difference.library(), difference.twin(), context);
  }

  private static void keep(Deque<String> lines, String line) {
    if (lines.size() == LINES) {
      lines.remove();
    }
    lines.add(line);
  }

  private static String line(String number, EventBatch batch, int i) {
    return String.format(
        Locale.ROOT,
        "%10s  %s",
        number,
        Op.line(batch.op[i], batch.slot[i], batch.size[i], batch.extra[i]));
  }
}
