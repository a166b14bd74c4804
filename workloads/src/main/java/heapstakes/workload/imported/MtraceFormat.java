package heapstakes.workload.imported;

import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.workload.pointer.RecordedHeap;
import java.util.regex.Pattern;

/**
 * What {@code mtrace(3)} of glibc writes to {@code $MALLOC_TRACE}: {@code @ WHERE + POINTER SIZE},
 * {@code @ WHERE - POINTER}, and {@code < POINTER} followed by {@code > POINTER SIZE} for a
 * realloc. Since glibc 2.34 a program writes it only with {@code
 * LD_PRELOAD=libc_malloc_debug.so.0}.
 *
 * <p>It cannot say: threads, alignment (a {@code +} like any other), calloc (its product), time.
 */
public final class MtraceFormat implements TraceFormat {
  private static final int NO_THREAD = 0;

  /** A file of which the beginning is gone has no {@code = Start}. */
  private static final Pattern FIRST_LINE =
      Pattern.compile(
          "= Start|(@ .+ )?([-<] 0x[0-9a-fA-F]{1,16}|[+>!] 0x[0-9a-fA-F]{1,16} 0x[0-9a-fA-F]{1,16})");

  /** For the public registry. */
  public MtraceFormat() {}

  @Override
  public String name() {
    return "mtrace";
  }

  @Override
  public String summary() {
    return "text of glibc's mtrace(3), $MALLOC_TRACE";
  }

  @Override
  public boolean recognises(byte[] head) {
    LineReader lines = LineReader.ofHead(head);
    return lines.next() && FIRST_LINE.matcher(lines.rest()).matches();
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    lines.expect("[@ WHERE] +|-|<|>|! 0xPOINTER [0xSIZE]");
    new Pass(lines, sink).read();
  }

  private static final class Pass {
    private final LineReader lines;
    private final TraceSink sink;
    private final RecordedHeap heap;
    private long resized;

    Pass(LineReader lines, TraceSink sink) {
      this.lines = lines;
      this.sink = sink;
      heap = new RecordedHeap(sink);
    }

    void read() {
      while (lines.next()) {
        String text = lines.rest();
        if (text.startsWith("= ")) {
          // Start and End
          continue;
        }
        if (!text.isEmpty()) {
          event(text);
        }
      }
      if (resized != 0) {
        throw lines.malformed("the file ends after '<', before the '>' of the same realloc");
      }
      heap.finish();
    }

    /** The place may hold blanks, so that the line is read from its end. */
    private void event(String text) {
      int last = text.lastIndexOf(' ');
      int middle = last < 0 ? -1 : text.lastIndexOf(' ', last - 1);
      String mark = last < 0 ? "" : text.substring(middle + 1, last);
      if (mark.equals("-") || mark.equals("<")) {
        unsized(mark, number(text.substring(last + 1), "the pointer"));
        return;
      }
      int first = middle < 0 ? -1 : text.lastIndexOf(' ', middle - 1);
      String sized = middle < 0 ? "" : text.substring(first + 1, middle);
      if (!sized.matches("[+>!]")) {
        throw lines.malformed("there is no mark + - < > or ! before a pointer");
      }
      long size = number(text.substring(last + 1), "the size");
      sized(sized, number(mark, "the pointer"), size);
    }

    private void unsized(String mark, long pointer) {
      if (mark.equals("-")) {
        heap.free(pointer, lines.line());
      } else {
        resized = pointer;
        heap.beginRealloc(NO_THREAD, pointer);
      }
    }

    private void sized(String mark, long pointer, long size) {
      switch (mark) {
        case "+" -> heap.malloc(pointer, size, lines.line());
        case ">" -> {
          if (resized == 0) {
            throw lines.malformed("a '>' follows the '<' of the same realloc, and there was none");
          }
          heap.endRealloc(NO_THREAD, resized, pointer, size, lines.line());
          resized = 0;
        }
        default -> sink.note("requests that were refused when recorded (left out)", 1);
      }
    }

    private long number(String text, String what) {
      return CallText.number(lines, text, what);
    }
  }
}
