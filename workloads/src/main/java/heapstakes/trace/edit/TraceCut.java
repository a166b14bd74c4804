package heapstakes.trace.edit;

import heapstakes.trace.EventBatch;
import heapstakes.trace.LiveBlocks;
import heapstakes.trace.LiveBlocks.Process;
import heapstakes.trace.Op;
import heapstakes.trace.Request;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.file.Traces;
import heapstakes.trace.format.TraceSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A stretch of a trace as a trace of its own. It begins with the blocks that are live where it
 * starts: in the order of their slots, of the sizes that they have by then, by the threads that
 * allocated them; a thread that has exited since does so again. A phase mark {@link
 * TraceInfo#POPULATED} follows, unless the trace has one of that name. A process that was forked
 * before begins empty and allocates its blocks itself, so it shares no pages with its parent.
 */
public final class TraceCut {
  private record Block(byte op, long size, long extra, int thread, int site) {
    long bytes() {
      return Math.max(0, Request.bytes(op, size, extra));
    }

    Block ownedBy(int other) {
      return new Block(op, size, extra, other, site);
    }
  }

  private final Trace trace;
  private final EventRange range;
  private final TraceSink sink;
  private final LiveBlocks<Block> live = new LiveBlocks<>(Block::bytes, Block::ownedBy);
  private final Map<Process<Block>, SlotNumbers> numbers = new HashMap<>();
  private final SiteNumbers sites;
  private int site;
  private long event;
  private long liveAtStart;

  /** The thread that the new trace names last; -1 before the first. */
  private int named = -1;

  private TraceCut(Trace trace, EventRange range, TraceSink sink) {
    this.trace = trace;
    this.range = range;
    this.sink = sink;
    sites = new SiteNumbers(trace.callSites(), sink);
  }

  /**
   * What came of a cut.
   *
   * @param trace the new trace
   * @param liveAtStart how many blocks it begins with
   */
  public record Result(TraceInfo trace, long liveAtStart) {}

  /**
   * Writes the stretch {@code range} of a valid trace.
   *
   * @param out as in {@link Traces#importTo}
   * @throws heapstakes.trace.TraceException when the file cannot be written
   */
  public static Result write(Trace trace, EventRange range, Path out) {
    List<TraceCut> cuts = new ArrayList<>();
    TraceInfo made =
        Traces.make(
            out.toString(),
            sink -> {
              sink.bindDeeply(trace.info().features().deeplyBound());
              TraceCut cut = new TraceCut(trace, range, sink);
              cuts.add(cut);
              cut.run();
            },
            out);
    return new Result(made, cuts.getFirst().liveAtStart);
  }

  private void run() {
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (event < range.to() && cursor.next(batch)) {
        for (int i = batch.from; i < batch.to && event < range.to(); i++, event++) {
          byte op = batch.op[i];
          site = batch.siteOf(i);
          if (event == range.from()) {
            begin();
          }
          if (event < range.from()) {
            pass(op, batch.slot[i], batch.size[i], batch.extra[i]);
          } else {
            copy(op, batch.slot[i], batch.size[i], batch.extra[i]);
          }
        }
      }
    }
  }

  /** An event before the stretch. */
  private void pass(byte op, int slot, long size, long extra) {
    switch (op) {
      case Op.MALLOC, Op.CALLOC, Op.MEMALIGN ->
          live.put(slot, new Block(op, size, extra, live.thread(), site));
      case Op.REALLOC -> {
        Block before = live.get(slot);
        if (before == null || Request.bytes(op, size, extra) != Request.REFUSED) {
          int owner = before == null ? live.thread() : before.thread;
          live.put(slot, new Block(Op.MALLOC, size, 0, owner, site));
        }
      }
      case Op.FREE -> live.remove(slot);
      default -> live.follow(op, slot);
    }
  }

  private void begin() {
    Map<Process<Block>, List<Integer>> threads = threadsAtStart();
    // While the first process is empty, so are those that it forks.
    threads.forEach((process, all) -> {
      sink.addThread(named < 0 ? Op.THREAD : Op.FORK, id(all.getFirst()), event);
      named = named < 0 ? all.getFirst() : named;
      numbers.put(process, new SlotNumbers());
    });
    threads.forEach(this::populate);
    liveAtStart = threads.keySet().stream().mapToLong(Process::blocks).sum();
    for (List<Integer> all : threads.values()) {
      for (int thread : all) {
        if (live.isGone(thread) && thread != live.thread()) {
          sink.addThread(Op.THREAD_EXIT, id(thread), event);
        }
      }
    }
    if (liveAtStart > 0 && !trace.info().phases().contains(TraceInfo.POPULATED)) {
      sink.addPhase(TraceInfo.POPULATED, event);
    }
    if (!live.process().hasEnded()) {
      switchTo(live.thread());
      if (live.isGone(live.thread())) {
        sink.addThread(Op.THREAD_EXIT, id(live.thread()), event);
      }
    }
  }

  /** The threads that the stretch must know from its start on, by process. */
  private Map<Process<Block>, List<Integer>> threadsAtStart() {
    List<Process<Block>> processes = live.processes();
    Set<Integer> owners = new HashSet<>();
    processes.forEach(process -> process.forEach((slot, block) -> owners.add(block.thread)));
    // A thread that is new belongs to the process that runs, so with several all are named here.
    boolean forks = processes.size() > 1 || trace.info().features().forks();
    Map<Process<Block>, List<Integer>> threads = new LinkedHashMap<>();
    for (int thread = 0; thread < live.threads(); thread++) {
      boolean needed =
          owners.contains(thread) || thread == live.thread() || forks && !live.isGone(thread);
      if (needed && !live.process(thread).hasEnded()) {
        threads.computeIfAbsent(live.process(thread), p -> new ArrayList<>()).add(thread);
      }
    }
    return threads;
  }

  private void populate(Process<Block> process, List<Integer> threads) {
    threads.forEach(this::switchTo);
    SlotNumbers slots = slots(process);
    process.forEach((slot, block) -> {
      switchTo(block.thread);
      sites.comeFrom(block.site);
      sink.add(block.op, slots.takeOrGet(slot), block.size, block.extra, event);
    });
  }

  /** An event of the stretch. */
  private void copy(byte op, int slot, long size, long extra) {
    sites.comeFrom(site);
    switch (op) {
      case Op.MALLOC, Op.CALLOC, Op.MEMALIGN, Op.REALLOC, Op.STORE, Op.LOAD ->
          sink.add(op, slots(live.process()).takeOrGet(slot), size, extra, event);
      case Op.FREE -> sink.add(op, slots(live.process()).give(slot), 0, 0, event);
      case Op.PHASE -> sink.addPhase(trace.info().phases().get(slot), event);
      case Op.TRIM, Op.CLOCK, Op.BREAK -> sink.add(op, 0, size, extra, event);
      default -> copyThread(op, slot);
    }
  }

  private void copyThread(byte op, int number) {
    SlotNumbers inherited = slots(live.process());
    live.follow(op, number);
    switch (op) {
      case Op.THREAD -> switchTo(number);
      case Op.FORK -> {
        sink.addThread(op, id(number), event);
        numbers.put(live.process(number), inherited.copy());
      }
      case Op.EXIT -> {
        sink.add(op, 0, 0, 0, event);
        numbers.remove(live.process());
      }
      default -> {
        // One that did nothing here is not missed.
        if (sink.isKnownThread(id(number))) {
          sink.addThread(op, id(number), event);
        }
      }
    }
  }

  private void switchTo(int thread) {
    if (thread != named) {
      sink.addThread(Op.THREAD, id(thread), event);
      named = thread;
    }
  }

  private SlotNumbers slots(Process<Block> process) {
    return numbers.computeIfAbsent(process, p -> new SlotNumbers());
  }

  private int id(int thread) {
    return trace.info().threadIds().get(thread);
  }
}
