package heapstakes.workload.imported;

import heapstakes.trace.Op;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.format.TraceSink;
import heapstakes.workload.pointer.RecordedHeap;
import heapstakes.workload.symbol.RecordedSites;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A pass over a recorder's file. */
final class RecorderReader {
  private static final long MAX_BYTES = 1L << 47;

  private final RecorderFile file;
  private final TraceSink sink;
  private final RecordedHeap heap;
  private final RecordedSites sites;
  private final BitSet ended = new BitSet();
  private long line;
  private long clock;

  /** A block that a forked process began with. */
  private record Block(int kind, long size, long extra, int site) {}

  /** A realloc under way: a signal's handler may begin another in the same thread. */
  private record Call(int thread, long pointer) {}

  RecorderReader(RecorderFile file, TraceSink sink) {
    this.file = file;
    this.sink = sink;
    heap = new RecordedHeap(sink);
    sites = file.sites(sink);
  }

  void read() {
    if (file.hasParent()) {
      inherit();
    }
    while (file.next()) {
      line = file.number();
      record();
    }
    heap.finish();
    sink.bindDeeply(file.deeplyBound());
  }

  /** A forked process begins with the blocks that its parent had; they are allocated first. */
  private void inherit() {
    Map<Long, Block> inherited = liveAt(file, sink);
    switchTo(0);
    inherited.forEach((pointer, block) -> {
      sink.comeFrom(block.site());
      long extra = block.extra();
      switch (block.kind()) {
        case RecorderFile.CALLOC -> heap.calloc(pointer, extra, block.size(), line);
        case RecorderFile.MEMALIGN -> heap.memalign(pointer, extra, block.size(), line);
        default -> heap.malloc(pointer, block.size(), line);
      }
    });
    if (!inherited.isEmpty()) {
      sink.note("blocks that the process had when it was forked", inherited.size());
      sink.addPhase(TraceInfo.POPULATED, 0);
    }
  }

  /** Blocks alive when {@code child} was forked, by pointer, oldest first. */
  private static Map<Long, Block> liveAt(RecorderFile child, TraceSink sink) {
    Map<Long, Block> live = new LinkedHashMap<>();
    for (RecorderFile.Ancestor ancestor : child.ancestors()) {
      Map<Call, Block> resized = new HashMap<>();
      try (RecorderFile parent = ancestor.open()) {
        RecordedSites sites = parent.sites(sink);
        for (long left = ancestor.records(); left > 0 && parent.next(); left--) {
          follow(parent, sites, live, resized);
        }
      }
    }
    return live;
  }

  private static void follow(
      RecorderFile file, RecordedSites sites, Map<Long, Block> live, Map<Call, Block> resized) {
    switch (file.kind()) {
      case RecorderFile.MALLOC, RecorderFile.CALLOC, RecorderFile.MEMALIGN ->
          put(
              live,
              file.pointer(),
              new Block(file.kind(), file.size(), file.extra(), sites.number(file.site())));
      case RecorderFile.FREE -> live.remove(file.pointer());
      case RecorderFile.REALLOC_BEGIN ->
          resized.put(new Call(file.thread(), file.pointer()), live.remove(file.pointer()));
      case RecorderFile.REALLOC_END -> {
        Block before = resized.remove(new Call(file.thread(), file.extra()));
        if (file.pointer() != 0) {
          int site = sites.number(file.site());
          put(live, file.pointer(), new Block(RecorderFile.MALLOC, file.size(), 0, site));
        } else if (file.size() != 0 && before != null) {
          put(live, file.extra(), before);
        }
      }
      default -> {
        // the others neither give nor take blocks
      }
    }
  }

  private static void put(Map<Long, Block> live, long pointer, Block block) {
    if (pointer != 0) {
      live.remove(pointer);
      live.put(pointer, block);
    }
  }

  private void record() {
    int kind = file.kind();
    if (kind == 0) {
      sink.note("calls cut off by the end of the process or of the disk (left out)", 1);
    } else if (kind == RecorderFile.CLOCK) {
      tick(file.pointer());
    } else {
      switchTo(file.thread());
      sites.comeFrom(file.site());
      call(kind);
    }
  }

  /** Virtual time begins at the first record; threads may be a little out of order. */
  private void tick(long now) {
    if (clock != 0 && now > clock) {
      sink.add(Op.CLOCK, 0, now - clock, 0, line);
    }
    clock = Math.max(clock, now);
  }

  private void switchTo(int recorded) {
    int thread = recorded;
    if (ended.get(recorded)) {
      sink.note("calls of a thread that has ended (given to the first thread)", 1);
      thread = 0;
    }
    heap.switchTo(thread, line);
  }

  private void call(int kind) {
    long pointer = file.pointer();
    long size = file.size();
    long extra = file.extra();
    switch (kind) {
      case RecorderFile.MALLOC -> heap.malloc(pointer, size, line);
      case RecorderFile.CALLOC -> heap.calloc(pointer, extra, size, line);
      case RecorderFile.MEMALIGN -> heap.memalign(pointer, extra, size, line);
      case RecorderFile.FREE -> heap.free(pointer, line);
      case RecorderFile.REALLOC_BEGIN -> heap.beginRealloc(file.thread(), pointer);
      case RecorderFile.REALLOC_END -> heap.endRealloc(file.thread(), extra, pointer, size, line);
      case RecorderFile.BREAK ->
          sink.add(Op.BREAK, 0, Math.clamp(Math.abs(size), 0, MAX_BYTES), size < 0 ? 1 : 0, line);
      case RecorderFile.TRIM -> sink.add(Op.TRIM, 0, Math.clamp(size, 0, MAX_BYTES), 0, line);
      case RecorderFile.THREAD_EXIT -> {
        if (!ended.get(file.thread())) {
          heap.exit(file.thread(), line);
          ended.set(file.thread());
        }
      }
      default ->
          throw file.malformed(String.format(Locale.ROOT, "there is no kind %d of record", kind));
    }
  }
}
