package heapstakes.workload.recorded;

import heapstakes.trace.Op;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceSink;
import heapstakes.workload.pointer.PointerSlots;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** A pass over a recorder's file. */
final class RecorderReader {
  private static final long MAX_BYTES = 1L << 47;

  private final RecorderFile file;
  private final TraceSink sink;
  private final PointerSlots blocks = new PointerSlots();

  /** Slots of blocks that are being resized, by thread: nobody finds them meanwhile. */
  private final Map<Integer, Resize> resizes = new HashMap<>();

  private final BitSet ended = new BitSet();
  private int current = -1;
  private long line;
  private long clock;

  private record Resize(long pointer, int slot) {}

  /** A block that a forked process began with. */
  private record Block(int kind, long size, long extra) {}

  RecorderReader(RecorderFile file, TraceSink sink) {
    this.file = file;
    this.sink = sink;
  }

  void read() {
    if (file.hasParent()) {
      inherit();
    }
    while (file.next()) {
      line = file.number();
      record();
    }
    sink.note("blocks that are never freed", blocks.live() + resizes.size());
  }

  /** A forked process begins with the blocks that its parent had; they are allocated first. */
  private void inherit() {
    Map<Long, Block> inherited = liveAt(file);
    switchTo(0);
    inherited.forEach((pointer, block) -> {
      byte op =
          switch (block.kind()) {
            case RecorderFile.CALLOC -> Op.CALLOC;
            case RecorderFile.MEMALIGN -> Op.MEMALIGN;
            default -> Op.MALLOC;
          };
      allocate(op, pointer, block.size(), block.extra());
    });
    if (!inherited.isEmpty()) {
      sink.note("blocks that the process had when it was forked", inherited.size());
      sink.addPhase(TraceInfo.POPULATED, 0);
    }
  }

  /** Blocks alive when {@code child} was forked, by pointer, oldest first. */
  private static Map<Long, Block> liveAt(RecorderFile child) {
    try (RecorderFile parent = child.openParent()) {
      Map<Long, Block> live = parent.hasParent() ? liveAt(parent) : new LinkedHashMap<>();
      Map<Integer, Block> resized = new HashMap<>();
      for (long left = child.parentRecords(); left > 0 && parent.next(); left--) {
        follow(parent, live, resized);
      }
      return live;
    }
  }

  private static void follow(
      RecorderFile file, Map<Long, Block> live, Map<Integer, Block> resized) {
    switch (file.kind()) {
      case RecorderFile.MALLOC, RecorderFile.CALLOC, RecorderFile.MEMALIGN ->
          put(live, file.pointer(), new Block(file.kind(), file.size(), file.extra()));
      case RecorderFile.FREE -> live.remove(file.pointer());
      case RecorderFile.REALLOC_BEGIN -> resized.put(file.thread(), live.remove(file.pointer()));
      case RecorderFile.REALLOC_END -> {
        Block before = resized.remove(file.thread());
        if (file.pointer() != 0) {
          put(live, file.pointer(), new Block(RecorderFile.MALLOC, file.size(), 0));
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
    if (thread != current) {
      sink.addThread(Op.THREAD, thread, line);
      current = thread;
    }
  }

  private void call(int kind) {
    switch (kind) {
      case RecorderFile.MALLOC -> allocate(Op.MALLOC, file.pointer(), file.size(), 0);
      case RecorderFile.CALLOC -> allocate(Op.CALLOC, file.pointer(), file.size(), file.extra());
      case RecorderFile.MEMALIGN ->
          allocate(Op.MEMALIGN, file.pointer(), file.size(), file.extra());
      case RecorderFile.FREE -> free(file.pointer());
      case RecorderFile.REALLOC_BEGIN -> beginResize(file.pointer());
      case RecorderFile.REALLOC_END -> endResize(file.pointer(), file.size(), file.extra());
      case RecorderFile.TRIM ->
          sink.add(Op.TRIM, 0, Math.clamp(file.size(), 0, MAX_BYTES), 0, line);
      case RecorderFile.THREAD_EXIT -> {
        if (!ended.get(file.thread())) {
          sink.addThread(Op.THREAD_EXIT, file.thread(), line);
          ended.set(file.thread());
          current = -1;
        }
      }
      default -> throw file.malformed("there is no kind %d of record".formatted(kind));
    }
  }

  /** As memalign rounds it; 16 at least. */
  private static long powerOfTwo(long alignment) {
    long bounded = Math.clamp(alignment, 16, MAX_BYTES);
    long high = Long.highestOneBit(bounded);
    return high == bounded ? bounded : high << 1;
  }

  private void allocate(byte op, long pointer, long size, long extra) {
    if (pointer == 0) {
      sink.note("requests that were refused when recorded (left out)", 1);
    } else {
      drop(pointer);
      long more =
          switch (op) {
            case Op.CALLOC -> extra;
            case Op.MEMALIGN -> powerOfTwo(extra);
            default -> 0;
          };
      sink.add(op, blocks.take(pointer), size, more, line);
    }
  }

  private void beginResize(long old) {
    if (blocks.find(old) == PointerSlots.UNKNOWN) {
      sink.note("reallocs of unknown pointers (taken as malloc)", 1);
    } else {
      resizes.put(file.thread(), new Resize(old, blocks.lift(old)));
    }
  }

  private void endResize(long pointer, long size, long old) {
    Resize resize = resizes.remove(file.thread());
    if (resize == null) {
      allocate(old == 0 ? Op.REALLOC : Op.MALLOC, pointer, size, 0);
    } else if (pointer != 0) {
      drop(pointer);
      blocks.place(pointer, resize.slot());
      sink.add(Op.REALLOC, resize.slot(), size, 0, line);
    } else {
      blocks.place(resize.pointer(), resize.slot());
      if (size == 0) {
        free(resize.pointer());
      } else {
        sink.note("requests that were refused when recorded (left out)", 1);
      }
    }
  }

  /** A pointer that is handed out while it is live was freed where the recorder did not see it. */
  private void drop(long pointer) {
    if (blocks.find(pointer) != PointerSlots.UNKNOWN) {
      sink.note("blocks whose free was not recorded (freed when their address came again)", 1);
      sink.add(Op.FREE, blocks.give(pointer), 0, 0, line);
    }
  }

  private void free(long pointer) {
    if (blocks.find(pointer) == PointerSlots.UNKNOWN) {
      sink.note("frees of unknown pointers (left out)", 1);
    } else {
      sink.add(Op.FREE, blocks.give(pointer), 0, 0, line);
    }
  }
}
