package heapstakes.fidelity;

import static org.junit.jupiter.api.Assumptions.abort;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.cell.OpenCell;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.TraceSource;
import heapstakes.trace.EventBatch;
import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceInfo.Features;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Traces for twins, and the libraries to run them on. */
final class TwinTraces {
  private TwinTraces() {}

  static Counterpart.Library library(String twin) {
    return switch (Counterpart.of(Allocators.parse(twin))) {
      case Counterpart.Library library -> library;
      case Counterpart.Missing missing -> abort("no library for " + twin + ": " + missing.reason());
    };
  }

  static Counterpart.Library againstGlibc(Contestant twin) {
    library("ptmalloc2");
    return Counterpart.against(twin, Allocators.parse("native-glibc"));
  }

  static Agreement compared(Counterpart.Library library, Trace trace) throws InterruptedException {
    return compared(library, trace, 0);
  }

  /** Also where the twin, planted, is in no catalogue: without the words. */
  static Agreement compared(Counterpart.Library library, Trace trace, long refusedCall)
      throws InterruptedException {
    Machine machine = Machine.parse("simulated").with("fail_call", Long.toString(refusedCall));
    return TwinCheck.run(
        new OpenCell(library.twin(), machine, trace, ReplayOptions.DEFAULT, 0),
        new OpenCell(library.original(), machine, trace, ReplayOptions.DEFAULT, 0));
  }

  /** What a trace from a file could not hold: a store over a block's size, then its free. */
  static Trace overrun(int operationsBehind) {
    EventBatch events = new EventBatch(8 + operationsBehind);
    for (int slot = 0; slot < 4; slot++) {
      events.add(Op.MALLOC, slot, 24, 0);
    }
    events.add(Op.STORE, 2, 1, 24);
    events.add(Op.FREE, 0, 0, 0);
    events.add(Op.FREE, 1, 0, 0);
    events.add(Op.FREE, 3, 0, 0);
    return churn(events, operationsBehind);
  }

  static Trace churn(EventBatch events, int operations) {
    for (int i = 0; i < operations; i++) {
      events.add(i % 2 == 0 ? Op.MALLOC : Op.FREE, 4, 24, 0);
    }
    return untested(events, Features.PLAIN);
  }

  static Trace untested(EventBatch events, Features features) {
    TraceInfo info =
        new TraceInfo(
            "overrun", "", events.to, events.to, 1000, List.of(0), List.of(), 5, 120, features);
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

  /** {@code events} as a file in {@code folder} has them. */
  static Trace trace(Path folder, String events) throws IOException {
    return TraceSource.open(Files.writeString(folder.resolve("by-hand.hst"), events).toString());
  }
}
