package heapstakes.workload.imported;

import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.workload.pointer.RecordedHeap;
import java.util.Locale;

/**
 * The {@code .rep} files of the malloc lab of CS:APP: four numbers, one a line, then {@code a ID
 * BYTES}, {@code r ID BYTES} and {@code f ID}.
 *
 * <p>The 2016 edition's numbers are weight, ids, operations and most bytes live; the older one's
 * are a suggested heap size, ids, operations and weight. Only ids and operations are used, which
 * both have in the same place. It cannot say: threads, alignment, calloc, time, why a block was
 * resized.
 */
public final class RepFormat implements TraceFormat {
  private static final String FORM =
      "four numbers, one a line, the third how many operations follow; then a ID BYTES, r ID BYTES"
          + " or f ID";

  /** For the public registry. */
  public RepFormat() {}

  @Override
  public String name() {
    return "rep";
  }

  @Override
  public String summary() {
    return "malloc-lab trace of CS:APP (.rep)";
  }

  @Override
  public boolean recognises(byte[] head) {
    LineReader lines = LineReader.ofHead(head);
    for (int i = 0; i < 4; i++) {
      if (!lines.next() || !lines.rest().matches("\\d{1,18}")) {
        return false;
      }
    }
    return lines.next() && lines.rest().matches("[ar] \\d+ \\d+|f -?\\d+");
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    lines.expect(FORM);
    headNumber(lines, "weight or heap size");
    long ids = headNumber(lines, "the number of ids");
    long operations = headNumber(lines, "the number of operations");
    headNumber(lines, "the fourth number");
    RecordedHeap heap = new RecordedHeap(sink);
    long read = 0;
    while (lines.next()) {
      if (lines.peek() != -1) {
        operation(lines, heap, ids);
        read++;
      }
    }
    if (read != operations) {
      throw lines.malformed(
          String.format(
              Locale.ROOT,
              "the file ends here after %d operations, and its third line says that there are %d; is it cut short?",
              read,
              operations));
    }
    heap.finish();
  }

  private static long headNumber(LineReader lines, String what) {
    if (!lines.next()) {
      throw lines.malformed(String.format(Locale.ROOT, "the file ends before %s", what));
    }
    long number = lines.number(what, Long.MAX_VALUE);
    lines.requireEnd();
    return number;
  }

  private static void operation(LineReader lines, RecordedHeap heap, long ids) {
    long line = lines.line();
    switch (lines.word()) {
      case "a" -> {
        long pointer = pointer(lines, ids);
        heap.malloc(pointer, bytes(lines), line);
      }
      case "r" -> {
        long pointer = pointer(lines, ids);
        heap.realloc(heap.isLive(pointer) ? pointer : 0, pointer, bytes(lines), line);
      }
      case "f" -> heap.free(lines.peek() == '-' ? noBlock(lines) : pointer(lines, ids), line);
      default -> throw lines.malformed("an operation begins with a, r or f");
    }
    lines.requireEnd();
  }

  /** Ids count from 0, which is no pointer. */
  private static long pointer(LineReader lines, long ids) {
    return 1 + lines.number("ID", Math.max(0, ids - 1));
  }

  private static long bytes(LineReader lines) {
    return lines.number("BYTES", Long.MAX_VALUE);
  }

  /** {@code f -1} is free(NULL) in some sets. */
  private static long noBlock(LineReader lines) {
    if (!lines.word().equals("-1")) {
      throw lines.malformed("ID is neither a whole decimal number nor -1");
    }
    return 0;
  }
}
