package heapstakes.workload.imported;

import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;

/**
 * Android's memory_replay text: {@code TID: malloc|calloc|realloc|memalign|free|thread_done POINTER
 * NUMBERS…}, as {@code libc_malloc_debug} records it.
 */
public final class AndroidFormat implements TraceFormat {
  @Override
  public String name() {
    return "android";
  }

  @Override
  public String summary() {
    return "memory_replay text of Android's malloc debug";
  }

  @Override
  public boolean recognises(byte[] head) {
    LineReader lines = LineReader.ofHead(head);
    if (!lines.next()) {
      return false;
    }
    String thread = lines.word();
    return thread.matches("\\d{1,10}:")
        && lines.word().matches("malloc|calloc|realloc|memalign|free|thread_done")
        && lines.peek() == '0';
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    new AndroidReader(lines, sink).read();
  }
}
