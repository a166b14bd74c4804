package heapstakes.workload.imported;

import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.workload.pointer.RecordedHeap;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A pass over ltrace's output. */
final class LtraceReader {
  private static final long PAGE = 4096;

  /** The kernel's PID_MAX_LIMIT: no thread id is as high. */
  private static final int MAX_THREADS = 1 << 22;

  /** Functions of an allocator that call each other; more is a file that is damaged. */
  private static final int MAX_DEPTH = 64;

  private final LineReader lines;
  private final TraceSink sink;
  private final RecordedHeap heap;

  /** Calls that have not returned yet, by thread, the outermost one first. */
  private final Map<Integer, Deque<CallText>> open = new HashMap<>();

  private final Map<Integer, Integer> successors = new HashMap<>();
  private final Set<Integer> named = new HashSet<>();
  private int nextThread = MAX_THREADS;

  LtraceReader(LineReader lines, TraceSink sink) {
    this.lines = lines;
    this.sink = sink;
    heap = new RecordedHeap(sink);
  }

  void read() {
    while (lines.next()) {
      line(LtraceLine.of(lines.rest()));
    }
    long never = open.values().stream().filter(calls -> !calls.isEmpty()).count();
    if (never > 0) {
      sink.note("calls that never returned (left out)", never);
    }
    heap.finish();
  }

  private void line(LtraceLine line) {
    int id = line.thread();
    if (id >= MAX_THREADS) {
      throw lines.malformed("the thread's number is beyond 2^22");
    }
    switch (line.kind()) {
      case EXIT -> exit(id);
      case RESUMED -> resume(id, Objects.requireNonNull(line.call()));
      case CALL -> begin(id, Objects.requireNonNull(line.call()));
      case OTHER -> sink.note("lines that are no call of an allocator (skipped)", 1);
    }
  }

  /** {@code operator new} calls malloc, which {@code -x} shows as well: the outermost counts. */
  private void begin(int id, CallText call) {
    Deque<CallText> calls = open.computeIfAbsent(id, key -> new ArrayDeque<>());
    boolean outermost = calls.isEmpty();
    if (call.unfinished()) {
      if (calls.size() == MAX_DEPTH) {
        throw lines.malformed("64 calls of one thread have not returned yet");
      }
      calls.addLast(call);
    }
    if (!outermost) {
      sink.note("calls within calls (left out; the outer one counts)", 1);
      return;
    }
    if (isFree(call)) {
      switchTo(id);
      heap.free(call.number(lines, 0, "the pointer"), lines.line());
    } else if (isRealloc(call)) {
      heap.beginRealloc(id, call.number(lines, 0, "the old pointer"));
    }
    if (!call.unfinished()) {
      finish(id, call, call.trailer());
    }
  }

  private void resume(int id, CallText end) {
    Deque<CallText> calls = open.getOrDefault(id, new ArrayDeque<>());
    CallText call = calls.pollLast();
    if (call == null || !call.name().equals(end.name())) {
      if (call != null) {
        calls.addLast(call);
      }
      sink.note("ends of calls whose beginning is not here (skipped)", 1);
    } else if (calls.isEmpty()) {
      finish(id, call, end.trailer());
    }
  }

  private void finish(int id, CallText call, String trailer) {
    if (isFree(call)) {
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
      case "calloc" -> heap.calloc(pointer, first, number(call, 1), line);
      case "realloc" -> heap.endRealloc(id, first, pointer, number(call, 1), line);
      case "reallocarray" ->
          heap.endRealloc(id, first, pointer, product(number(call, 1), number(call, 2)), line);
      case "memalign", "aligned_alloc" -> heap.memalign(pointer, first, number(call, 1), line);
      default -> {
        if (LtraceLine.isAlignedNew(call.name())) {
          heap.memalign(pointer, number(call, 1), first, line);
        } else {
          heap.malloc(pointer, first, line);
        }
      }
    }
  }

  private static boolean isFree(CallText call) {
    return call.name().equals("free") || LtraceLine.isDelete(call.name());
  }

  private static boolean isRealloc(CallText call) {
    return call.name().startsWith("realloc");
  }

  /** A product beyond 64 bits is refused by the library, which gave NULL then. */
  private static long product(long count, long size) {
    return Math.unsignedMultiplyHigh(count, size) == 0 ? count * size : -1;
  }

  private long number(CallText call, int index) {
    return call.number(lines, index, index == 1 ? "the second argument" : "the third argument");
  }

  private void switchTo(int id) {
    int thread = successors.getOrDefault(id, id);
    named.add(thread);
    heap.switchTo(thread, lines.line());
  }

  /** Kernel thread ids are used again; a trace's are not. */
  private void exit(int id) {
    int thread = successors.getOrDefault(id, id);
    open.remove(id);
    if (named.contains(thread)) {
      heap.exit(thread, lines.line());
      successors.put(id, nextThread++);
    }
  }
}
