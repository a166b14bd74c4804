package heapstakes.workload.imported;

import heapstakes.trace.TraceException;
import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.workload.pointer.RecordedHeap;
import java.util.Locale;

/**
 * What {@code heaptrack -r} (or {@code --raw}) writes, {@code heaptrack.NAME.PID.raw.zst}: {@code +
 * SIZE TRACE POINTER} and {@code - POINTER} in hexadecimal without 0x, among lines of modules, call
 * traces and times. A realloc is a {@code -} and a {@code +}.
 *
 * <p>It cannot say: threads, alignment (and memalign() is not seen at all, aligned_alloc and
 * posix_memalign are), calloc (its product). What heaptrack has interpreted, as it does without -r,
 * no longer says which block a free is of, and is refused.
 */
public final class HeaptrackFormat implements TraceFormat {
  private static final String KINDS = "vxXImtcRSA#";

  /** For the public registry. */
  public HeaptrackFormat() {}

  @Override
  public String name() {
    return "heaptrack";
  }

  @Override
  public String summary() {
    return "raw data of heaptrack -r";
  }

  @Override
  public boolean recognises(byte[] head) {
    LineReader lines = LineReader.ofHead(head);
    return lines.next()
        && lines.rest().matches("v [0-9a-f]{1,8} [0-9a-f]{1,4}")
        && lines.next()
        && lines.rest().matches("[xXIAm] .*");
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    lines.expect("+ SIZE TRACE POINTER, or - POINTER, hexadecimal without 0x");
    RecordedHeap heap = new RecordedHeap(sink);
    while (lines.next()) {
      int kind = lines.letter();
      if (kind != -1) {
        requireWord(lines);
        event(kind, lines, heap);
      }
    }
    heap.finish();
  }

  private static void event(int kind, LineReader lines, RecordedHeap heap) {
    long line = lines.line();
    switch (kind) {
      case '+' -> {
        long size = hexadecimal(lines, "SIZE");
        hexadecimal(lines, "TRACE");
        heap.malloc(hexadecimal(lines, "POINTER"), size, line);
        lines.requireEnd();
      }
      case '-' -> {
        heap.free(hexadecimal(lines, "POINTER"), line);
        lines.requireEnd();
      }
      case 's', 'i', 'a' -> throw interpreted(lines);
      default -> {
        if (KINDS.indexOf(kind) < 0) {
          throw lines.malformed("no line of heaptrack begins so");
        }
      }
    }
  }

  private static void requireWord(LineReader lines) {
    if (!lines.atWordEnd() && lines.peek() != '#') {
      throw lines.malformed("a blank follows the first letter");
    }
  }

  private static TraceException interpreted(LineReader lines) {
    return lines.malformed(
        "heaptrack has interpreted this file, which no longer says which block a free is of. Record"
            + " with 'heaptrack -r PROGRAM' and pass the .raw file");
  }

  private static long hexadecimal(LineReader lines, String what) {
    String word = lines.word();
    try {
      return Long.parseUnsignedLong(word, 16);
    } catch (NumberFormatException e) {
      throw lines.malformed(
          String.format(Locale.ROOT, "%s, '%s', is not a hexadecimal number", what, word));
    }
  }
}
