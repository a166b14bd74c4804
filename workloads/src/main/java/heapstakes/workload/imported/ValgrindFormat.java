package heapstakes.workload.imported;

import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.workload.pointer.RecordedHeap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code valgrind --trace-malloc=yes} prints to standard error or to its {@code --log-file}:
 * {@code --PID-- malloc(10) = 0x4A41040}. Other lines, of valgrind and of the program, are skipped.
 *
 * <p>It cannot say: threads (which valgrind runs one at a time), time. C++'s {@code new} and {@code
 * delete} become malloc and free. {@code --run-libc-freeres=no} keeps glibc's own frees at exit
 * out.
 */
public final class ValgrindFormat implements TraceFormat {
  private static final Pattern PREFIX = Pattern.compile("--\\d{1,10}-- .*");
  private static final Pattern CALL =
      Pattern.compile("--\\d{1,10}-- (malloc|calloc|realloc|memalign|free|_Z\\w+)\\(.*");

  /** For the public registry. */
  public ValgrindFormat() {}

  @Override
  public String name() {
    return "valgrind";
  }

  @Override
  public String summary() {
    return "log of valgrind --trace-malloc=yes";
  }

  @Override
  public boolean recognises(byte[] head) {
    LineReader lines = LineReader.ofHead(head);
    while (lines.next()) {
      if (CALL.matcher(lines.rest()).matches()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    lines.expect("--PID-- CALL(ARGUMENTS) = 0xPOINTER");
    RecordedHeap heap = new RecordedHeap(sink);
    while (lines.next()) {
      CallText call = call(lines.rest());
      if (call == null || !apply(call, lines, heap)) {
        sink.note("lines that are no call (skipped)", 1);
      }
    }
    heap.finish();
  }

  private static @Nullable CallText call(String text) {
    return PREFIX.matcher(text).matches() ? CallText.of(text) : null;
  }

  private static boolean apply(CallText call, LineReader lines, RecordedHeap heap) {
    long line = lines.line();
    switch (call.name()) {
      case "malloc", "_Znwm", "_Znam", "_ZnwmRKSt9nothrow_t", "_ZnamRKSt9nothrow_t" ->
          heap.malloc(pointer(call, lines), call.number(lines, 0, "the size"), line);
      case "calloc" -> {
        long count = call.number(lines, 0, "the count");
        heap.calloc(pointer(call, lines), count, call.number(lines, 1, "the size"), line);
      }
      case "realloc" -> {
        long old = call.number(lines, 0, "the pointer");
        long size = call.number(lines, 1, "the size");
        heap.realloc(old, pointer(call, lines), size, line);
      }
      case "memalign" -> aligned(call, lines, heap);
      case "free" -> heap.free(call.number(lines, 0, "the pointer"), line);
      default -> {
        return operator(call, lines, heap);
      }
    }
    return true;
  }

  /** Aligned new and every delete. */
  private static boolean operator(CallText call, LineReader lines, RecordedHeap heap) {
    if (call.name().startsWith("_Zn")) {
      aligned(call, lines, heap);
    } else if (call.name().startsWith("_Zd")) {
      heap.free(call.number(lines, 0, "the pointer"), lines.line());
    } else {
      return false;
    }
    return true;
  }

  private static void aligned(CallText call, LineReader lines, RecordedHeap heap) {
    long alignment = call.keyed(lines, "al");
    heap.memalign(pointer(call, lines), alignment, call.keyed(lines, "size"), lines.line());
  }

  /**
   * A line is broken off before the result when valgrind says something about the request, which is
   * then one that is refused; and so it is for realloc(p, 0).
   */
  private static long pointer(CallText call, LineReader lines) {
    return call.isBroken() ? 0 : call.pointer(lines);
  }
}
