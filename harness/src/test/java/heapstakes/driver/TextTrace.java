package heapstakes.driver;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceInfo;
import java.util.ArrayList;
import java.util.List;

/** A trace written as lines of the text form in a test; of sizes that fit a test. */
final class TextTrace implements Trace {
  private final EventBatch events;
  private final TraceInfo info;

  private TextTrace(EventBatch events, TraceInfo info) {
    this.events = events;
    this.info = info;
  }

  static TextTrace of(String... lines) {
    return of(List.of(lines));
  }

  static TextTrace of(List<String> lines) {
    EventBatch batch = new EventBatch(lines.size());
    List<Integer> threads = new ArrayList<>(List.of(0));
    List<String> phases = new ArrayList<>();
    long operations = 0;
    boolean clocked = false;
    boolean forks = false;
    int slots = 0;
    for (String line : lines) {
      String[] cells = line.split(" ");
      byte op = Op.of(cells[0].charAt(0));
      int slot = 0;
      if (op <= Op.LOAD) {
        slot = Integer.parseInt(cells[1]);
        slots = Math.max(slots, slot + 1);
      } else if (op == Op.THREAD || op == Op.THREAD_EXIT || op == Op.FORK) {
        slot = number(threads, Integer.parseInt(cells[1]));
      } else if (op == Op.PHASE) {
        slot = number(phases, cells[1]);
      }
      long first = cells.length > 1 && op != Op.PHASE ? Long.parseLong(cells[1]) : 0;
      long second = cells.length > 2 ? Long.parseLong(cells[2]) : 0;
      long third = cells.length > 3 ? Long.parseLong(cells[3]) : 0;
      long size =
          switch (op) {
            case Op.CALLOC, Op.MEMALIGN, Op.STORE, Op.LOAD -> third;
            case Op.TRIM, Op.CLOCK -> first;
            default -> second;
          };
      long extra =
          switch (op) {
            case Op.CALLOC, Op.MEMALIGN, Op.STORE, Op.LOAD -> second;
            default -> 0;
          };
      batch.add(op, slot, size, extra);
      operations += Op.isOperation(op) ? 1 : 0;
      clocked |= op == Op.CLOCK;
      forks |= op == Op.FORK;
    }
    TraceInfo.Features features =
        new TraceInfo.Features(clocked, forks, false, "", TraceInfo.Touch.ALL);
    return new TextTrace(
        batch,
        new TraceInfo(
            "test", "", operations, lines.size(), slots, threads, phases, 0, 0, features));
  }

  private static <T> int number(List<T> known, T one) {
    if (!known.contains(one)) {
      known.add(one);
    }
    return known.indexOf(one);
  }

  TextTrace with(TraceInfo.Features features) {
    TraceInfo i = info;
    return new TextTrace(
        events,
        new TraceInfo(
            i.name(),
            i.sha256(),
            i.operations(),
            i.events(),
            i.slots(),
            i.threadIds(),
            i.phases(),
            i.peakLiveBlocks(),
            i.peakRequestedBytes(),
            features));
  }

  @Override
  public TraceInfo info() {
    return info;
  }

  @Override
  public TraceCursor open() {
    return new TraceCursor() {
      private boolean done;

      @Override
      public boolean next(EventBatch batch) {
        if (done) {
          return false;
        }
        done = true;
        batch.op = events.op;
        batch.slot = events.slot;
        batch.size = events.size;
        batch.extra = events.extra;
        batch.from = events.from;
        batch.to = events.to;
        return events.to > 0;
      }

      @Override
      public void close() {}
    };
  }
}
