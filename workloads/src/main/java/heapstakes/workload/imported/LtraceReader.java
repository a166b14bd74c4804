package heapstakes.workload.imported;

import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.workload.pointer.RecordedHeap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A pass over ltrace's output. */
final class LtraceReader {
  private static final Set<String> CALLS =
      Set.of(
          "malloc",
          "calloc",
          "realloc",
          "free",
          "memalign",
          "aligned_alloc",
          "posix_memalign",
          "valloc",
          "pvalloc");

  private static final long PAGE = 4096;

  /** The kernel's PID_MAX_LIMIT: no thread id is as high. */
  private static final int MAX_THREADS = 1 << 22;

  private final LineReader lines;
  private final TraceSink sink;
  private final RecordedHeap heap;

  /** Calls that have not returned yet, by thread. */
  private final Map<Integer, CallText> open = new HashMap<>();

  private final Map<Integer, Integer> successors = new HashMap<>();
  private final Set<Integer> named = new HashSet<>();
  private int nextThread = MAX_THREADS;

  LtraceReader(LineReader lines, TraceSink sink) {
    this.lines = lines;
    this.sink = sink;
    heap = new RecordedHeap(sink);
  }

  static boolean isKnown(String call) {
    return CALLS.contains(call);
  }

  void read() {
    while (lines.next()) {
      line(lines.rest());
    }
    if (!open.isEmpty()) {
      sink.note("calls that never returned (left out)", open.size());
    }
    heap.finish();
  }

  private void line(String text) {
    int id = threadId(text);
    if (text.contains("+++ exited") || text.contains("+++ killed")) {
      exit(id);
    } else if (text.contains("<... ")) {
      resume(id, text);
    } else {
      CallText call = CallText.of(text);
      if (call == null || !isKnown(call.name())) {
        sink.note("lines that are no call (skipped)", 1);
      } else {
        begin(id, call);
      }
    }
  }

  /** Behind {@code [pid}, or the first word; 0 if there is none. */
  private int threadId(String text) {
    String word =
        text.startsWith("[pid ")
            ? text.substring(5, Math.max(5, text.indexOf(']'))).strip()
            : text.substring(0, Math.max(0, text.indexOf(' ')));
    if (!word.matches("\\d{1,7}")) {
      return 0;
    }
    int id = Integer.parseInt(word);
    if (id >= MAX_THREADS) {
      throw lines.malformed("the thread's number is beyond 2^22");
    }
    return id;
  }

  private void begin(int id, CallText call) {
    if (call.name().equals("free")) {
      switchTo(id);
      heap.free(call.number(lines, 0, "the pointer"), lines.line());
    }
    if (call.name().equals("realloc")) {
      heap.beginRealloc(id, call.number(lines, 0, "the old pointer"));
    }
    if (call.unfinished()) {
      if (open.put(id, call) != null) {
        sink.note("calls within calls (their outer one is left out)", 1);
      }
    } else {
      finish(id, call, call.trailer());
    }
  }

  private void resume(int id, String text) {
    CallText call = open.remove(id);
    int mark = text.indexOf(" resumed");
    int start = text.indexOf("<... ") + "<... ".length();
    String name = mark < start ? "" : text.substring(start, mark);
    if (call == null || !call.name().equals(name)) {
      sink.note("ends of calls whose beginning is not here (skipped)", 1);
    } else {
      finish(id, call, text);
    }
  }

  private void finish(int id, CallText call, String trailer) {
    if (call.name().equals("free")) {
      return;
    }
    if (call.name().equals("posix_memalign")) {
      sink.note("posix_memalign, of which ltrace does not print the block (left out)", 1);
      return;
    }
    String result = CallText.result(trailer);
    long pointer = CallText.number(lines, result, "the result of " + call.name());
    switchTo(id);
    request(id, call, pointer);
  }

  private void request(int id, CallText call, long pointer) {
    long line = lines.line();
    long first = call.number(lines, 0, "the first argument");
    switch (call.name()) {
      case "malloc" -> heap.malloc(pointer, first, line);
      case "valloc" -> heap.memalign(pointer, PAGE, first, line);
      case "pvalloc" -> heap.memalign(pointer, PAGE, (first + PAGE - 1) & -PAGE, line);
      case "calloc" -> heap.calloc(pointer, first, second(call), line);
      case "realloc" -> heap.endRealloc(id, first, pointer, second(call), line);
      default -> heap.memalign(pointer, first, second(call), line);
    }
  }

  private long second(CallText call) {
    return call.number(lines, 1, "the second argument");
  }

  private void switchTo(int id) {
    int thread = successors.getOrDefault(id, id);
    named.add(thread);
    heap.switchTo(thread, lines.line());
  }

  /** Kernel thread ids are used again; a trace's are not. */
  private void exit(int id) {
    int thread = successors.getOrDefault(id, id);
    if (named.contains(thread)) {
      heap.exit(thread, lines.line());
      successors.put(id, nextThread++);
      open.remove(id);
    }
  }
}
