package heapstakes.workload.imported;

import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.workload.pointer.RecordedHeap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A pass over a memory_replay file. */
final class AndroidReader {
  private static final long MAX_SIZE = Long.MAX_VALUE;

  /** The kernel's PID_MAX_LIMIT: no thread id is as high. */
  private static final int MAX_THREADS = 1 << 22;

  private final LineReader lines;
  private final TraceSink sink;
  private final RecordedHeap heap;

  /** Kernel thread ids are used again; a trace's are not. */
  private final Map<Integer, Integer> successors = new HashMap<>();

  private int nextThread = MAX_THREADS;
  private long line;

  AndroidReader(LineReader lines, TraceSink sink) {
    this.lines = lines;
    this.sink = sink;
    heap = new RecordedHeap(sink);
    lines.expect("TID: malloc|calloc|realloc|memalign|free|thread_done 0xPOINTER NUMBERS…");
  }

  void read() {
    while (lines.next()) {
      if (lines.peek() != -1) {
        line = lines.line();
        event();
      }
    }
    heap.finish();
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
    heap.switchTo(thread, line);
    switch (call) {
      case "malloc" -> heap.malloc(pointer, size("SIZE"), line);
      case "calloc" -> {
        long count = size("COUNT");
        heap.calloc(pointer, count, size("SIZE"), line);
      }
      case "memalign" -> {
        long alignment = size("ALIGNMENT");
        heap.memalign(pointer, alignment, size("SIZE"), line);
      }
      case "realloc" -> {
        long old = lines.hexadecimal("the old pointer");
        heap.realloc(old, pointer, size("SIZE"), line);
      }
      case "free" -> heap.free(pointer, line);
      default ->
          throw lines.malformed(
              String.format(Locale.ROOT, "'%s' is not a call of this format", call));
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
    heap.exit(thread, line);
    successors.put(id, nextThread++);
  }
}
