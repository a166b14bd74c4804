package heapstakes.bench;

import heapstakes.replay.TraceSource;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceInfo.Features;
import java.util.Optional;

/**
 * A workload as it stands in a run.
 *
 * @param spec a workload with its parameters or a file, from which forks make the trace too
 * @param trace what is replayed
 * @param timedOperations operations that a timed replay counts: those behind the mark {@code
 *     populated}, or all
 */
public record TracedWorkload(String spec, Trace trace, long timedOperations) {
  /** Shorter ones say more about the clock and the compiler than about the allocator. */
  private static final long FEWEST_TIMED_OPERATIONS = 1_000; // as the reason says

  /** The workload that {@code spec}, a workload or a trace file, names. */
  public static TracedWorkload of(String spec) {
    Trace trace = TraceSource.open(spec);
    return new TracedWorkload(spec, trace, trace.info().operations() - operationsBeforeMark(trace));
  }

  private static long operationsBeforeMark(Trace trace) {
    int mark = trace.info().phases().indexOf(TraceInfo.POPULATED);
    long operations = 0;
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (mark >= 0 && cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          if (batch.op[i] == Op.PHASE && batch.slot[i] == mark) {
            return operations;
          }
          operations += Op.isOperation(batch.op[i]) ? 1 : 0;
        }
      }
    }
    return 0;
  }

  /** Name in results. */
  public String name() {
    return trace.info().name();
  }

  /** Why it is not replayed on a real machine's memory; empty if it is. */
  public Optional<String> simulatedOnly() {
    Features features = trace.info().features();
    return Optional.of(features.simulatedOnly()).filter(reason -> !reason.isEmpty());
  }

  /** Whether it is of several processes: models need simulated memory for that. */
  public boolean forks() {
    return trace.info().features().forks();
  }

  /** Why it is not timed; empty if it is. */
  public Optional<String> untimed() {
    if (simulatedOnly().isPresent()) {
      return simulatedOnly();
    }
    if (forks()) {
      return Optional.of("it forks, and times are those of one process");
    }
    if (trace.info().features().stopsAtNull()) {
      return Optional.of("it ends where memory does");
    }
    return trace.info().operations() < FEWEST_TIMED_OPERATIONS
        ? Optional.of("it has fewer than 1 000 operations")
        : Optional.empty();
  }
}
