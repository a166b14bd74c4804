package heapstakes.workload.imported;

import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.workload.pointer.RecordedHeap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Firefox's logalloc, {@code MALLOC_LOG=FILE}: {@code PID TID malloc(32)=0x7f0a10000040}, and the
 * same with {@code #NUMBER} for pointers, as its logalloc_munge.py writes it.
 *
 * <p>All of Firefox's processes write to one file, and each has a heap of its own: the first one is
 * imported. Threads' numbers are the kernel's.
 *
 * <p>It cannot say: when a thread ends, time, arenas (their calls are left out).
 */
public final class LogallocFormat implements TraceFormat {
  private static final Pattern LINE = Pattern.compile("(\\d{1,7}) (\\d{1,7}) (\\w+\\(.*)");
  private static final Pattern CALL =
      Pattern.compile(
          "\\d{1,7} \\d{1,7}"
              + " ((malloc|calloc|realloc|memalign|posix_memalign|aligned_alloc|valloc)"
              + "\\([^()]*\\)=(0x|#)[0-9a-f]+|free\\((0x|#)[0-9a-f]+\\))");

  /** The kernel's PID_MAX_LIMIT: no thread id is as high. */
  private static final int MAX_THREADS = 1 << 22;

  private static final long PAGE = 4096;

  /** For the public registry. */
  public LogallocFormat() {}

  @Override
  public String name() {
    return "logalloc";
  }

  @Override
  public String summary() {
    return "log of Firefox's MALLOC_LOG";
  }

  @Override
  public boolean recognises(byte[] head) {
    LineReader lines = LineReader.ofHead(head);
    return lines.next() && CALL.matcher(lines.rest()).matches();
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    lines.expect("PID TID CALL(ARGUMENTS)[=0xPOINTER]");
    RecordedHeap heap = new RecordedHeap(sink);
    String process = "";
    while (lines.next()) {
      if (lines.peek() == -1) {
        continue;
      }
      Matcher line = LINE.matcher(lines.rest());
      if (!line.matches()) {
        throw lines.malformed("it is no call of logalloc");
      }
      process = process.isEmpty() ? line.group(1) : process;
      CallText call = CallText.of(line.group(3));
      if (!line.group(1).equals(process)) {
        sink.note("calls of other processes (left out; give each a file of its own lines)", 1);
      } else if (call != null) {
        heap.switchTo(thread(lines, line.group(2)), lines.line());
        apply(call, lines, heap, sink);
      }
    }
    heap.finish();
  }

  private static int thread(LineReader lines, String text) {
    int thread = Integer.parseInt(text);
    if (thread >= MAX_THREADS) {
      throw lines.malformed("the thread's number is beyond 2^22");
    }
    return thread;
  }

  private static void apply(CallText call, LineReader lines, RecordedHeap heap, TraceSink sink) {
    long line = lines.line();
    switch (call.name()) {
      case "malloc" -> heap.malloc(call.pointer(lines), first(call, lines), line);
      case "calloc" ->
          heap.calloc(call.pointer(lines), first(call, lines), second(call, lines), line);
      case "realloc" ->
          heap.realloc(first(call, lines), call.pointer(lines), second(call, lines), line);
      case "memalign", "posix_memalign", "aligned_alloc" ->
          heap.memalign(call.pointer(lines), first(call, lines), second(call, lines), line);
      case "valloc" -> heap.memalign(call.pointer(lines), PAGE, first(call, lines), line);
      case "free" -> heap.free(first(call, lines), line);
      default -> sink.note("calls that neither give nor take blocks (skipped)", 1);
    }
  }

  private static long first(CallText call, LineReader lines) {
    return call.number(lines, 0, "the first argument");
  }

  private static long second(CallText call, LineReader lines) {
    return call.number(lines, 1, "the second argument");
  }
}
