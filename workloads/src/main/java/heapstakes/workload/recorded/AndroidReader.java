package heapstakes.workload.recorded;

import heapstakes.trace.LineReader;
import heapstakes.trace.Op;
import heapstakes.trace.TraceSink;
import heapstakes.workload.pointer.PointerSlots;
import java.util.HashMap;
import java.util.Map;

/** A pass over a memory_replay file. */
final class AndroidReader {
  private static final long MAX_SIZE = Long.MAX_VALUE;

  /** The kernel's PID_MAX_LIMIT: no thread id is as high. */
  private static final int MAX_THREADS = 1 << 22;

  private final LineReader lines;
  private final TraceSink sink;
  private final PointerSlots blocks = new PointerSlots();

  /** Kernel thread ids are used again; a trace's are not. */
  private final Map<Integer, Integer> successors = new HashMap<>();

  private int nextThread = MAX_THREADS;
  private int current = -1;
  private long line;

  AndroidReader(LineReader lines, TraceSink sink) {
    this.lines = lines;
    this.sink = sink;
    lines.expect("TID: malloc|calloc|realloc|memalign|free|thread_done 0xPOINTER NUMBERS…");
  }

  void read() {
    while (lines.next()) {
      if (lines.peek() != -1) {
        line = lines.line();
        event();
      }
    }
    sink.note("blocks that are never freed", blocks.live());
  }

  private void event() {
    int id = (int) lines.numberBefore(':', "TID", MAX_THREADS - 1);
    int thread = successors.getOrDefault(id, id);
    String call = lines.word();
    long pointer = lines.hexadecimal("the pointer");
    if (call.equals("thread_done")) {
      exit(id, thread);
      return;
    }
    if (thread != current) {
      sink.addThread(Op.THREAD, thread, line);
      current = thread;
    }
    switch (call) {
      case "malloc" -> allocate(Op.MALLOC, pointer, size("SIZE"), 0);
      case "calloc" -> {
        long count = size("COUNT");
        allocate(Op.CALLOC, pointer, size("SIZE"), count);
      }
      case "memalign" -> {
        long alignment = size("ALIGNMENT");
        allocate(Op.MEMALIGN, pointer, size("SIZE"), alignment);
      }
      case "realloc" -> reallocate(pointer, lines.hexadecimal("the old pointer"), size("SIZE"));
      case "free" -> free(pointer);
      default -> throw lines.malformed("'%s' is not a call of this format".formatted(call));
    }
    // Newer recorders add when the call began and ended; nothing else may follow.
    if (lines.peek() != -1) {
      lines.number("the time of begin", Long.MAX_VALUE);
      lines.number("the time of end", Long.MAX_VALUE);
      lines.requireEnd();
    }
  }

  private long size(String what) {
    return lines.number(what, MAX_SIZE);
  }

  private void exit(int id, int thread) {
    if (!sink.isKnownThread(thread)) {
      sink.note("threads that end without a call", 1);
      return;
    }
    sink.addThread(Op.THREAD_EXIT, thread, line);
    successors.put(id, nextThread++);
    current = current == thread ? -1 : current;
  }

  private void allocate(byte op, long pointer, long size, long extra) {
    if (pointer == 0) {
      sink.note("requests that were refused when recorded (left out)", 1);
      return;
    }
    drop(pointer);
    sink.add(op, blocks.take(pointer), size, extra, line);
  }

  private void reallocate(long pointer, long old, long size) {
    if (old == 0) {
      allocate(Op.REALLOC, pointer, size, 0);
    } else if (blocks.find(old) == PointerSlots.UNKNOWN) {
      sink.note("reallocs of unknown pointers (taken as malloc)", 1);
      allocate(Op.MALLOC, pointer, size, 0);
    } else if (pointer == 0) {
      // realloc(p, 0) that gave NULL has freed; one that was refused has not.
      if (size == 0) {
        free(old);
      } else {
        sink.note("requests that were refused when recorded (left out)", 1);
      }
    } else {
      if (pointer != old) {
        drop(pointer);
      }
      blocks.move(old, pointer);
      sink.add(Op.REALLOC, blocks.find(pointer), size, 0, line);
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
    if (pointer == 0) {
      sink.note("free(NULL) (left out)", 1);
    } else if (blocks.find(pointer) == PointerSlots.UNKNOWN) {
      sink.note("frees of unknown pointers (left out)", 1);
    } else {
      sink.add(Op.FREE, blocks.give(pointer), 0, 0, line);
    }
  }
}
