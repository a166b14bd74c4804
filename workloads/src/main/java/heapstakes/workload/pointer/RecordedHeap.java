package heapstakes.workload.pointer;

import heapstakes.trace.Op;
import heapstakes.trace.format.TraceSink;
import java.util.HashMap;
import java.util.Map;

/**
 * The heap of a recorded program as its calls tell it: each call becomes an event of the trace, and
 * what cannot have been so is mended and noted.
 *
 * <p>Pointers are addresses or any other names of blocks; 0 is NULL. Frees of pointers that are not
 * live are left out, and told apart: double frees and frees of what was never seen; a pointer that
 * is handed out while it is live was freed unseen and is freed here; a request that gave NULL is
 * left out; blocks that are never freed stay so.
 */
public final class RecordedHeap {
  /** The note of frees whose block never was, as far as is known. */
  public static final String UNKNOWN_FREES = "frees of unknown pointers (left out)";

  /** The note of frees whose block was freed before. */
  public static final String DOUBLE_FREES = "frees of blocks freed before (double frees; left out)";

  private static final long MAX_BYTES = 1L << 47;
  private static final int FEW_REMEMBERED_BITS = 6;
  private static final int REMEMBERED_BITS = 16;
  private static final int MIN_ALIGNMENT = 16;
  private static final int NO_THREAD = -1;

  private final TraceSink sink;
  private final PointerSlots blocks = new PointerSlots();

  /** Blocks that are being resized: nobody finds them meanwhile. */
  private final Map<Resize, Integer> resizes = new HashMap<>();

  /**
   * Pointers freed of late, each at its hash: enough to tell most double frees from frees of blocks
   * that were never seen, whatever the length of the recording.
   */
  private long[] freed = new long[1 << FEW_REMEMBERED_BITS];

  private int freedBits = FEW_REMEMBERED_BITS;
  private int frees;

  private int current = NO_THREAD;

  /** A call under way; a signal's handler may begin another in the same thread. */
  private record Resize(int thread, long pointer) {}

  /** An empty heap whose events go to {@code sink}. */
  public RecordedHeap(TraceSink sink) {
    this.sink = sink;
  }

  /** What follows is done by the thread called {@code id}. */
  public void switchTo(int id, long line) {
    if (id != current) {
      sink.addThread(Op.THREAD, id, line);
      current = id;
    }
  }

  /** Thread {@code id}, which was switched to before, ends. */
  public void exit(int id, long line) {
    sink.addThread(Op.THREAD_EXIT, id, line);
    current = current == id ? NO_THREAD : current;
  }

  /** {@code malloc(size)} gave {@code pointer}. */
  public void malloc(long pointer, long size, long line) {
    allocate(Op.MALLOC, pointer, size, 0, line);
  }

  /** {@code calloc(count, size)} gave {@code pointer}. */
  public void calloc(long pointer, long count, long size, long line) {
    allocate(Op.CALLOC, pointer, size, count, line);
  }

  /**
   * {@code memalign(alignment, size)}, or another that aligns, gave {@code pointer}. An alignment
   * that is no power of two is raised to the next, as memalign does; 16 at least.
   */
  public void memalign(long pointer, long alignment, long size, long line) {
    allocate(Op.MEMALIGN, pointer, size, powerOfTwo(alignment), line);
  }

  /** {@code realloc(old, size)} gave {@code pointer}. */
  public void realloc(long old, long pointer, long size, long line) {
    beginRealloc(NO_THREAD, old);
    endRealloc(NO_THREAD, old, pointer, size, line);
  }

  /**
   * {@code realloc(old, …)} was entered by {@code thread}. Until {@link #endRealloc} its address
   * may be handed out to another thread.
   */
  public void beginRealloc(int thread, long old) {
    if (old != 0) {
      if (blocks.find(old) == PointerSlots.UNKNOWN) {
        sink.note("reallocs of unknown pointers (taken as malloc)", 1);
      } else {
        resizes.put(new Resize(thread, old), blocks.lift(old));
      }
    }
  }

  /** {@code realloc(old, size)} of {@code thread}, which was begun before, gave {@code pointer}. */
  public void endRealloc(int thread, long old, long pointer, long size, long line) {
    Integer slot = resizes.remove(new Resize(thread, old));
    if (slot == null) {
      allocate(old == 0 ? Op.REALLOC : Op.MALLOC, pointer, size, 0, line);
    } else if (pointer != 0) {
      drop(pointer, line);
      blocks.place(pointer, slot);
      sink.add(Op.REALLOC, slot, size, 0, line);
    } else {
      drop(old, line);
      blocks.place(old, slot);
      // realloc(p, 0) that gave NULL has freed; one that was refused has not.
      if (size == 0) {
        free(old, line);
      } else {
        refuse();
      }
    }
  }

  /** {@code free(pointer)}. */
  public void free(long pointer, long line) {
    if (pointer == 0) {
      sink.note("free(NULL) (left out)", 1);
    } else if (blocks.find(pointer) == PointerSlots.UNKNOWN) {
      sink.note(freed[remembered(pointer)] == pointer ? DOUBLE_FREES : UNKNOWN_FREES, 1);
    } else {
      sink.add(Op.FREE, blocks.give(pointer), 0, 0, line);
      remember(pointer);
    }
  }

  private void remember(long pointer) {
    if (++frees == freed.length && freedBits < REMEMBERED_BITS) {
      long[] before = freed;
      freedBits++;
      freed = new long[1 << freedBits]; // no more than a short recording needs
      for (long each : before) {
        if (each != 0) {
          freed[remembered(each)] = each;
        }
      }
    }
    freed[remembered(pointer)] = pointer;
  }

  /** Whether {@code pointer} is live. */
  public boolean isLive(long pointer) {
    return pointer != 0 && blocks.find(pointer) != PointerSlots.UNKNOWN;
  }

  /** The recording is over. */
  public void finish() {
    sink.note("blocks that are never freed", blocks.live() + resizes.size());
  }

  private void allocate(byte op, long pointer, long size, long extra, long line) {
    if (pointer == 0) {
      refuse();
    } else {
      drop(pointer, line);
      sink.add(op, blocks.take(pointer), size, extra, line);
    }
  }

  private void refuse() {
    sink.note("requests that were refused when recorded (left out)", 1);
  }

  /** A pointer that is handed out while it is live was freed where the recorder did not see it. */
  private void drop(long pointer, long line) {
    if (blocks.find(pointer) != PointerSlots.UNKNOWN) {
      sink.note("blocks whose free was not recorded (freed when their address came again)", 1);
      sink.add(Op.FREE, blocks.give(pointer), 0, 0, line);
    }
  }

  private int remembered(long pointer) {
    return (int) (pointer * 0x9e37_79b9_7f4a_7c15L >>> Long.SIZE - freedBits);
  }

  private static long powerOfTwo(long alignment) {
    long bounded = Math.clamp(alignment, MIN_ALIGNMENT, MAX_BYTES);
    long high = Long.highestOneBit(bounded);
    return high == bounded ? bounded : high << 1;
  }
}
