package heapstakes.workload.synthetic;

import heapstakes.trace.EventBatch;
import heapstakes.trace.LiveBlocks;
import heapstakes.trace.Op;
import heapstakes.trace.Request;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceSummary;
import heapstakes.trace.profile.TraceProfile;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A {@link SizeProfile} of a trace: for every size, and every power of two of lifetimes that its
 * blocks have, a row of how many were requested. The blocks of a size that are live at the trace's
 * peak of live bytes are shared among its rows by the time that their blocks lived altogether:
 * whether a block that is live there is one of the long-lived is not asked, for the end of the
 * trace cuts lifetimes short. A resize is taken for a free and a request.
 */
final class ObservedSizes {
  /** Sizes that are told apart; further ones are rounded up to an eighth of their power of two. */
  private static final int MOST_SIZES = 1 << 16;

  private record Block(long size, long operation) {}

  private record Row(long size, int lifetime) {}

  private static final class Count {
    private long requests;
    private double lived;

    double meanLife() {
      return lived / requests;
    }
  }

  private final LiveBlocks<Block> blocks = new LiveBlocks<>(Block::size, (block, child) -> block);
  private final Map<Row, Count> rows = new HashMap<>();
  private final Set<Long> sizes = new HashSet<>();

  /** Blocks that are live at the peak, by size. */
  private final Map<Long, Long> live = new HashMap<>();

  private final long peak;
  private long operation;

  private ObservedSizes(long peak) {
    this.peak = peak;
  }

  /** Walks a valid trace twice: where its peak is must be known first. */
  static SizeProfile of(Trace trace) {
    return new ObservedSizes(TraceProfile.of(trace).peakOperation()).observe(trace);
  }

  private SizeProfile observe(Trace trace) {
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          event(batch.op[i], batch.slot[i], batch.size[i], batch.extra[i]);
        }
      }
    }
    blocks.processes().forEach(process -> process.forEach((slot, block) -> die(block)));
    return profile();
  }

  private void event(byte op, int slot, long size, long extra) {
    switch (op) {
      case Op.MALLOC, Op.MEMALIGN, Op.CALLOC, Op.REALLOC ->
          obtain(slot, Request.bytes(op, size, extra));
      case Op.FREE -> {
        Block freed = blocks.remove(slot);
        if (freed != null) {
          die(freed);
        }
      }
      case Op.EXIT -> blocks.process().forEach((freed, block) -> die(block));
      default -> {}
    }
    if (Op.isOperation(op)) {
      operation++;
    } else {
      blocks.follow(op, slot);
    }
  }

  /** What every allocator refuses belongs to no profile. */
  private void obtain(int slot, long bytes) {
    if (bytes == Request.REFUSED) {
      return;
    }
    Block before = blocks.remove(slot);
    if (before != null) {
      die(before);
    }
    blocks.put(slot, new Block(bytes, operation));
  }

  private void die(Block block) {
    long size = known(block.size);
    long lifetime = operation - block.operation;
    Row kind = new Row(size, TraceSummary.magnitude(lifetime));
    Count row = rows.computeIfAbsent(kind, r -> new Count());
    row.requests++;
    row.lived += lifetime;
    if (block.operation <= peak && operation > peak) {
      live.merge(size, 1L, Long::sum);
    }
  }

  private long known(long size) {
    if (sizes.contains(size) || sizes.size() < MOST_SIZES && sizes.add(size)) {
      return size;
    }
    long unit = Math.max(1, Long.highestOneBit(size) >> 3);
    return Math.ceilDiv(size, unit) * unit;
  }

  private SizeProfile profile() {
    List<Map.Entry<Row, Count>> sorted =
        rows.entrySet().stream()
            .sorted(
                Map.Entry.comparingByKey(
                    Comparator.comparingLong(Row::size).thenComparingInt(Row::lifetime)))
            .toList();
    return new SizeProfile(
        sorted.stream().mapToLong(row -> row.getKey().size).toArray(),
        sorted.stream().mapToDouble(row -> row.getValue().requests).toArray(),
        shares(sorted),
        sorted.stream().mapToDouble(row -> row.getValue().meanLife()).toArray());
  }

  /** What is live of each row, in whole blocks: of each size as many as there are. */
  private double[] shares(List<Map.Entry<Row, Count>> sorted) {
    Map<Long, Double> lived = new HashMap<>();
    sorted.forEach(row -> lived.merge(row.getKey().size, row.getValue().lived, Double::sum));
    double[] shares = new double[sorted.size()];
    long size = -1;
    double before = 0;
    for (int i = 0; i < shares.length; i++) {
      Map.Entry<Row, Count> row = sorted.get(i);
      before = row.getKey().size == size ? before : 0;
      size = row.getKey().size;
      double upTo = before + row.getValue().lived;
      double blocksPerTime = live.getOrDefault(size, 0L) / lived.getOrDefault(size, 1.0);
      shares[i] = Math.rint(blocksPerTime * upTo) - Math.rint(blocksPerTime * before);
      before = upTo;
    }
    return shares;
  }
}
