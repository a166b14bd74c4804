package heapstakes.trace.profile;

import heapstakes.trace.EventBatch;
import heapstakes.trace.LiveBlocks;
import heapstakes.trace.Op;
import heapstakes.trace.Request;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceSummary;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The pass behind a {@link TraceProfile}. */
final class Profiler {
  private record Block(long size, long operation, long requested, int thread) {
    Block ownedBy(int other) {
      return new Block(size, operation, requested, other);
    }
  }

  private final List<Integer> threadIds;
  private final LiveBlocks<Block> live = new LiveBlocks<>(Block::size, Block::ownedBy);
  private final long[] requests = new long[TraceSummary.MAGNITUDES];
  private final Lifetimes operationsLived = new Lifetimes();
  private final Lifetimes bytesLived = new Lifetimes();
  private final LiveCurve curve = new LiveCurve();
  private final long[] operationsBy;
  private final long[] requestsBy;
  private final long[] freesBy;
  private final long[] foreignBy;
  private final long[] foreignBytesBy;
  private long operation;
  private long requested;
  private long blocks;
  private long bytes;
  private long pages;
  private long peakBytes;
  private long peakOperation;
  private long peakPages;

  Profiler(List<Integer> threadIds) {
    this.threadIds = threadIds;
    operationsBy = new long[threadIds.size()];
    requestsBy = new long[threadIds.size()];
    freesBy = new long[threadIds.size()];
    foreignBy = new long[threadIds.size()];
    foreignBytesBy = new long[threadIds.size()];
  }

  TraceProfile profile(Trace trace) {
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          event(batch.op[i], batch.slot[i], batch.size[i], batch.extra[i]);
        }
      }
    }
    return result();
  }

  private void event(byte op, int slot, long size, long extra) {
    if (Op.isOperation(op)) {
      var process = live.process();
      long blocksBefore = process.blocks();
      long bytesBefore = process.bytes();
      operation(op, slot, size, extra);
      blocks += process.blocks() - blocksBefore;
      bytes += process.bytes() - bytesBefore;
      pages += pages(process.bytes()) - pages(bytesBefore);
      operationsBy[live.thread()]++;
      notePeaks();
      curve.add(operation, blocks, bytes);
      operation++;
    } else {
      if (op == Op.EXIT) {
        count(live.process(), -1);
      }
      live.follow(op, slot);
      if (op == Op.FORK) {
        count(live.process(slot), 1);
        notePeaks();
      }
    }
  }

  private void operation(byte op, int slot, long size, long extra) {
    switch (op) {
      case Op.MALLOC, Op.MEMALIGN, Op.CALLOC -> allocate(slot, Request.bytes(op, size, extra));
      case Op.REALLOC -> reallocate(slot, Request.bytes(op, size, extra));
      case Op.FREE -> free(slot);
      default -> {}
    }
  }

  private void allocate(int slot, long size) {
    note(size);
    live.put(slot, new Block(Math.max(0, size), operation, requested, live.thread()));
  }

  private void reallocate(int slot, long size) {
    Block before = live.get(slot);
    if (before == null) {
      allocate(slot, size);
      return;
    }
    note(size);
    if (size != Request.REFUSED) {
      live.put(slot, new Block(size, before.operation, before.requested, before.thread));
    }
  }

  private void note(long size) {
    requests[TraceSummary.magnitude(size)]++;
    requested += Math.max(0, size);
    requestsBy[live.thread()]++;
  }

  private void free(int slot) {
    Block block = live.remove(slot);
    if (block == null) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "slot %d is empty: not a valid trace", slot));
    }
    int thread = live.thread();
    freesBy[thread]++;
    if (block.thread != thread) {
      foreignBy[thread]++;
      foreignBytesBy[thread] += block.size;
    }
    operationsLived.add(operation - block.operation);
    bytesLived.add(requested - block.requested);
  }

  /** A process has come, or is going: {@code sign} is -1. */
  private void count(LiveBlocks.Process<Block> process, int sign) {
    blocks += sign * process.blocks();
    bytes += sign * process.bytes();
    pages += sign * pages(process.bytes());
  }

  private void notePeaks() {
    if (bytes > peakBytes) {
      peakBytes = bytes;
      peakOperation = operation;
    }
    peakPages = Math.max(peakPages, pages);
  }

  private static long pages(long bytes) {
    return Math.ceilDiv(bytes, TraceProfile.PAGE);
  }

  private TraceProfile result() {
    long[] leaked = new long[TraceSummary.MAGNITUDES];
    live.processes()
        .forEach(process ->
            process.forEach((slot, block) -> leaked[TraceSummary.magnitude(block.size)]++));
    return new TraceProfile(
        Arrays.stream(requests).boxed().toList(),
        Arrays.stream(leaked).boxed().toList(),
        operationsLived,
        bytesLived,
        curve,
        IntStream.range(0, threadIds.size()).mapToObj(this::activity).toList(),
        blocks,
        bytes,
        peakBytes,
        peakOperation,
        peakPages * TraceProfile.PAGE);
  }

  private ThreadActivity activity(int thread) {
    return new ThreadActivity(
        threadIds.get(thread),
        operationsBy[thread],
        requestsBy[thread],
        freesBy[thread],
        foreignBy[thread],
        foreignBytesBy[thread]);
  }
}
